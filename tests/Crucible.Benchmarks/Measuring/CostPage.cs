using System.Globalization;
using Crucible.Benchmarks.Workloads;

namespace Crucible.Benchmarks.Measuring;

/// <summary>The page that says how cost grows, and the same numbers for scripts/shakespeare/cost.fsx.</summary>
internal static class CostPage
{
    private const string Kept = "kept";
    private const string Recomputed = "recomputed";

    private const string Head = """
        # How cost grows

        The training step of a GPT (forward, backward, clipping, AdamW) while one of its sizes grows and the others are those of
        nanoGPT's model for a processor: 4 blocks of width 128, heads of 32 channels, texts of 64 tokens, 12 at a time.
        `dotnet fsi build.fsx bench cost` measures it and writes this page; `dotnet fsi scripts/shakespeare/cost.fsx` draws it.

        - **× LibTorch** is how many times the speed of LibTorch 2.10 (its best setting, its fused AdamW) ours is, **bold**
          where LibTorch is faster.
        - **Of the roofline** is the share of what the processor can do, measured in the same burst: the products of the step at the peak of
          multiplications in registers, or the bytes that it cannot but move at the speed of memory (or of the cache that they fit into),
          whichever takes longer. What it counts stands in `tests/Crucible.Benchmarks/Sides/GptSize.cs`.
        - **Memory** is the most that a process had which did three steps, the runtime included.
        """;

    /// <summary>Writes both.</summary>
    internal static void Write(
        IReadOnlyList<CostPoint> points, IReadOnlyList<CheckpointingCost> checkpointing, int threads, string loadAtStart)
    {
        string measured = string.Create(
            CultureInfo.InvariantCulture,
            $"{Machine.Description}, {DateTime.UtcNow:yyyy-MM-dd}, load {loadAtStart} at the start and {Machine.Load} at the end");
        string[] page =
        [
            Head, "", $"Measured on {measured}.", .. points.GroupBy(point => point.Axis).SelectMany(axis => Table([.. axis])),
            .. Checkpointing(checkpointing, threads),
        ];
        string docs = Path.Combine(Locations.Workspace, "docs");
        File.WriteAllText(Path.Combine(docs, "cost.md"), string.Join('\n', page) + "\n");
        File.WriteAllText(Path.Combine(docs, "cost.csv"), string.Join('\n', Csv(points, checkpointing, threads)) + "\n");
    }

    private static IEnumerable<string> Table(CostPoint[] points)
    {
        string axis = points[0].Axis;
        int[] threads = [.. points[0].Times.Select(row => row.Threads)];
        yield return "";
        yield return $"## {char.ToUpperInvariant(axis[0])}{axis[1..]}";
        yield return "";
        foreach (string line in threads.Select(count => Growth(points, count))) yield return line;
        yield return "";
        string heads = string.Concat(threads.Select(count => $" ms, {Threads(count)} | × LibTorch | of the roofline |"));
        yield return $"| {axis} |{heads} MB | LibTorch's MB |";
        yield return $"|---|{string.Concat(Enumerable.Repeat("---|", (3 * threads.Length) + 2))}";
        foreach (CostPoint point in points)
            yield return $"| {point.Value} |{string.Concat(point.Times.Select(Cells))} {point.Megabytes:0} | {point.TheirMegabytes:0} |";
    }

    private static string Cells(Comparison row)
    {
        string ratio = Number(row.Ratio);
        return $" {Number(1e3 * Timings.Median(row.Ours))} | {(row.Ratio < 1 ? $"**{ratio}**" : ratio)} | {Number(row.OfPeak)} |";
    }

    /// <summary>How steep the last step of an axis is, and where another side becomes the faster.</summary>
    private static string Growth(CostPoint[] points, int threads)
    {
        (double Value, Comparison Row)[] rows =
            [.. points.Select(point => ((double)point.Value, point.Times.First(row => row.Threads == threads)))];
        (double last, double before) = (Timings.Median(rows[^1].Row.Ours), Timings.Median(rows[^2].Row.Ours));
        double power = Math.Log(last / before) / Math.Log(rows[^1].Value / rows[^2].Value);
        List<string> changes = [];
        for (int i = 1; i < rows.Length; i++)
        {
            double from = Math.Log(rows[i - 1].Row.Ratio), to = Math.Log(rows[i].Row.Ratio);
            if (from < 0 == to < 0) continue;
            double crossing = rows[i - 1].Value * Math.Pow(rows[i].Value / rows[i - 1].Value, from / (from - to));
            changes.Add($"{(to < 0 ? "LibTorch" : "Crucible")} from {Number(crossing)} on");
        }

        string first = rows[0].Row.Ratio < 1 ? "LibTorch" : "Crucible";
        string faster = changes.Count == 0 ? $"{first} is faster throughout" : $"{first} is faster at first, {string.Join(", ", changes)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"- {Threads(threads)}: at the end it grows as {points[0].Axis} to the power {power:0.0}; {faster}.");
    }

    private static IEnumerable<string> Checkpointing(IReadOnlyList<CheckpointingCost> costs, int threads)
    {
        yield return "";
        yield return "## Gradient checkpointing";
        yield return "";
        yield return "nanoGPT's model for a graphics card (6 blocks of width 384, 6 heads) with `Pass.WithGradientCheckpointing`,"
            + $" {Threads(threads)}.";
        yield return "";
        yield return "| context × batch | s, kept | × as long, recomputed | MB, kept | MB, recomputed | LibTorch's MB, kept |";
        yield return "|---|---|---|---|---|---|";
        foreach (CheckpointingCost cost in costs)
        {
            yield return $"| {cost.Size.Context} × {cost.Size.Batch} | {Number(cost.Seconds)} | {Number(cost.Price)} | {cost.Megabytes:0} |"
                + $" {cost.SavedMegabytes:0} | {cost.TheirMegabytes:0} |";
        }
    }

    private static IEnumerable<string> Csv(IReadOnlyList<CostPoint> points, IReadOnlyList<CheckpointingCost> checkpointing, int threads)
    {
        yield return "axis,value,threads,seconds,LibTorch seconds,of the roofline,MB,LibTorch MB";
        foreach (CostPoint point in points)
            foreach (Comparison row in point.Times)
                yield return Line(
                    point.Axis, point.Value, row.Threads, Timings.Median(row.Ours), Timings.Median(row.Theirs), row.OfPeak,
                    point.Megabytes, point.TheirMegabytes);
        foreach (CheckpointingCost cost in checkpointing)
        {
            yield return Line(Kept, cost.Size.Context, threads, cost.Seconds, "", "", cost.Megabytes, cost.TheirMegabytes);
            yield return Line(Recomputed, cost.Size.Context, threads, cost.Seconds * cost.Price, "", "", cost.SavedMegabytes, "");
        }
    }

    private static string Line(params object[] cells) => string.Join(
        ',', cells.Select(cell => cell is double number ? number.ToString("G4", CultureInfo.InvariantCulture) : $"{cell}"));

    private static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    private static string Number(double value) =>
        value.ToString(value >= 99.5 ? "0" : value >= 9.95 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
