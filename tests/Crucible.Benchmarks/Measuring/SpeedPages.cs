using System.Globalization;

namespace Crucible.Benchmarks.Measuring;

/// <summary>
/// What was found: in README.md a line for each of the first workloads, in docs/speed.md a line a row; each between two marks.
/// </summary>
internal static class SpeedPages
{
    private const string Begin = "<!-- speed: measured by dotnet fsi build.fsx bench --write -->\n";
    private const string End = "<!-- end of the speed -->";
    private const int InReadme = 6; // workloads, which is what there is room for

    /// <summary>Writes both.</summary>
    internal static void Write(IReadOnlyList<Measured> measured)
    {
        Replace("README.md", Summary([.. measured.Take(InReadme)]));
        Replace(
            Path.Combine("docs", "speed.md"),
            measured.GroupBy(workload => workload.Conditions).SelectMany(group => (IEnumerable<string>)
            [
                "", $"On {group.Key}:", .. group.SelectMany(workload => workload.Rows).GroupBy(row => row.Table).SelectMany(Rows),
            ]));
    }

    /// <summary>
    /// A line for each workload: how many times the speed of the fastest of LibTorch's ways that compute as ours do; in lines of their
    /// own those in bfloat16.
    /// </summary>
    internal static IEnumerable<string> Summary(IReadOnlyList<Measured> measured)
    {
        Comparison[] comparisons = [.. measured.SelectMany(workload => workload.Rows)];
        string processors = string.Join(" or ", measured.Select(workload => workload.Processor).Distinct());
        bool hasTwo = comparisons.Any(row => row.Threads == 2);
        yield return $"| times LibTorch's speed, on {processors} | 1 thread |{(hasTwo ? " 2 threads |" : "")} of the peak |";
        yield return hasTwo ? "|---|---|---|---|" : "|---|---|---|";
        foreach (IGrouping<(string Workload, bool IsMixed), Comparison> group in comparisons
            .Where(row => row.IsMixed == row.Way is { IsBFloat16: true }).GroupBy(row => (row.Workload, row.IsMixed)))
        {
            double[] shares = [.. group.Select(row => row.OfPeak).Where(double.IsFinite)];
            string ofPeak = shares.Length > 0 ? $"{Number(shares.Min())} … {Number(shares.Max())}" : "";
            string name = group.Key.IsMixed ? $"{group.Key.Workload}, both in bfloat16" : group.Key.Workload;
            yield return $"| {name} | {Ratios(group, 1)} |{(hasTwo ? $" {Ratios(group, 2)} |" : "")} {ofPeak} |";
        }
    }

    private static IEnumerable<string> Rows(IGrouping<string, Comparison> table)
    {
        string unit = table.First().IsMemory ? "MB" : "µs";
        string heads = $"| of the peak | {unit}, ours / LibTorch's ";
        bool hasTwo = table.Any(row => row.Threads == 2);
        yield return "";
        yield return $"| {table.Key} | 1 thread {heads}{(hasTwo ? $"| 2 threads {heads}" : "")}|";
        yield return hasTwo ? "|---|---|---|---|---|---|---|" : "|---|---|---|---|";
        foreach (IGrouping<string, Comparison> row in table.GroupBy(row => row.FullName))
            yield return $"| {row.Key} |{string.Concat(row.OrderBy(one => one.Threads).Select(Cells))}";
    }

    private static string Cells(Comparison row)
    {
        string ofPeak = double.IsFinite(row.OfPeak) ? Number(row.OfPeak) : "";
        string times = $"{Table.Figure(row, Timings.Median(row.Ours))} / {Table.Figure(row, Timings.Median(row.Theirs))}";
        return $" {Marked(row.Ratio)} | {ofPeak} | {times} |";
    }

    private static string Ratios(IEnumerable<Comparison> rows, int threads)
    {
        double[] ratios =
        [
            .. rows.Where(row => row.Threads == threads).GroupBy(row => (row.Table, row.Name)).Select(ways => ways.Min(way => way.Ratio)),
        ];
        if (ratios.Length <= 2) return string.Join(", ", ratios.Select(Marked));
        int slower = ratios.Count(ratio => ratio < 1);
        string range = $"{Marked(ratios.Min())} … {Marked(ratios.Max())}";
        return slower == 0 ? range : $"{range}, slower in {slower} of {ratios.Length}";
    }

    // Bold is where LibTorch is faster.
    private static string Marked(double ratio) => ratio < 1 ? $"**{Number(ratio)}**" : Number(ratio);

    private static string Number(double value) =>
        value.ToString(value >= 9.95 ? "0" : value >= 1.095 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static void Replace(string name, IEnumerable<string> lines)
    {
        string file = Path.Combine(Locations.Workspace, name), text = File.ReadAllText(file);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) throw new InvalidDataException($"{file} needs the marks\n{Begin}{End}");
        File.WriteAllText(file, $"{text[..(begin + Begin.Length)]}{string.Join('\n', lines)}\n{text[end..]}");
    }
}
