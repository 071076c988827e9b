using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// How a GPT's training step grows with each of its sizes: time beside LibTorch's and the processor's peak, memory, and what gradient
/// checkpointing costs and saves. Written to docs/cost.md and docs/cost.csv.
/// </summary>
internal sealed class CostWorkload : ComparedWorkload
{
    private const string Work = "gpt-step";
    private const double Tolerance = 1e-4; // of losses behind steps of models as deep as 16 blocks
    private const int MemorySteps = 3;
    private const int Rounds = 3;
    private const int HeadSize = 32;
    private const int CheckpointedTokens = 2048;

    private static readonly int MostThreads = Math.Min(2, Environment.ProcessorCount);

    /// <summary>What each table changes of nanoGPT's model for a processor.</summary>
    private static readonly CostAxis[] Axes =
    [
        new("width", [32, 64, 128, 256, 512], width => Size(width: width)),
        new("depth", [1, 2, 4, 8, 16], layers => Size(layers: layers)),
        new("context", [16, 64, 256, 1024], context => Size(context: context)),
        new("batch", [1, 4, 12, 48], batch => Size(batch: batch)),
    ];

    /// <inheritdoc/>
    public override string Name => "cost";

    /// <inheritdoc/>
    public override string Summary => "how a training step grows with its sizes, in time and memory: writes docs/cost.md";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick) =>
        Axes.Select(axis => new RowTable(axis.Name, [.. axis.Sizes(quick).Select(Row)]));

    /// <inheritdoc/>
    internal override Work Prepare(string[] words) => throw new NotSupportedException($"its work is that of {Work}");

    /// <inheritdoc/>
    public override void Run(Bench bench)
    {
        base.Run(bench);
        if (bench.Failures > 0) return;
        List<CostPoint> points = [];
        Console.WriteLine($"\npeak memory (MB), Crucible and LibTorch, {MemorySteps} steps");
        foreach (CostAxis axis in Axes)
            foreach ((int value, GptSize size) in axis.Sizes(bench.IsQuick))
                points.Add(Point(bench, axis.Name, value, size));
        Console.WriteLine("\ngradient checkpointing: seconds, times as long; MB kept, recomputed, LibTorch's");
        int[] contexts = bench.IsQuick ? [256] : [256, 1024, 4096];
        CheckpointingCost[] checkpointing = [.. contexts.Select(context => Checkpointed(bench, context))];
        if (!bench.IsQuick) CostPage.Write(points, checkpointing, MostThreads, bench.LoadAtStart);
    }

    private static GptSize Size(int layers = 4, int width = 128, int context = 64, int batch = 12) =>
        GptSize.Of($"{layers}-{Math.Max(1, width / HeadSize)}-{width}-{context}-{batch}");

    private static Row Row((int Value, GptSize Size) one) =>
        new($"{one.Value}", $"{Work} {one.Size.Name}", new Way(Tolerance, "", GptStepWorkload.Fused))
        {
            Operations = one.Size.Operations,
            BytesRead = one.Size.BytesRead,
            BytesWritten = one.Size.BytesWritten,
        };

    private CostPoint Point(Bench bench, string axis, int value, GptSize size)
    {
        double ours = GptMemoryWorkload.Peak(SideSetting.Ours(MostThreads), MemorySteps, size.Name);
        double theirs = bench.Sides.HasLibTorch ? TheirPeak(size) : double.NaN;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{axis,-10} {value,6} {ours,8:0} {theirs,8:0}"));
        Comparison[] times = [.. bench.Comparisons.Where(row => row.Workload == Summary && row.Table == axis && row.Name == $"{value}")];
        return new(axis, value, times, ours, theirs);
    }

    private static double TheirPeak(GptSize size)
    {
        SideSetting setting = SideSetting.Theirs(MostThreads)[0] with { KeepsMemory = false };
        return GptMemoryWorkload.Peak(setting, MemorySteps, size.Name, GptStepWorkload.Fused);
    }

    private static CheckpointingCost Checkpointed(Bench bench, int context)
    {
        GptSize size = GptSize.Of($"6-6-384-{context}-{Math.Max(1, CheckpointedTokens / context)}");
        SideProcess side = bench.Sides.Free(SideSetting.Ours(MostThreads));
        string whole = $"{Work} {size.Name}", parts = $"{whole} {GptStepWorkload.Checkpointed}";
        (double Whole, double Parts)[] seconds = [.. Enumerable.Range(0, Rounds).Select(_ => (Once(whole), Once(parts)))];
        CheckpointingCost cost = new(
            size,
            Timings.Median(seconds.Select(pair => pair.Whole)),
            Timings.Median(seconds.Select(pair => pair.Parts / pair.Whole)),
            GptMemoryWorkload.Peak(SideSetting.Ours(MostThreads), MemorySteps, size.Name),
            GptMemoryWorkload.Peak(SideSetting.Ours(MostThreads), MemorySteps, size.Name, GptStepWorkload.Checkpointed),
            bench.Sides.HasLibTorch ? TheirPeak(size) : double.NaN);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{size}: {cost.Seconds:0.00} {cost.Price:0.00}; {cost.Megabytes:0} {cost.SavedMegabytes:0} {cost.TheirMegabytes:0}"));
        return cost;

        double Once(string work) => side.SecondsPerCall(work, 0.2, Clock.Wall);
    }
}

/// <summary>One size of a model that grows while the others stay.</summary>
/// <param name="Name">What grows.</param>
/// <param name="Values">Its values.</param>
/// <param name="Of">The model of a value.</param>
internal sealed record CostAxis(string Name, int[] Values, Func<int, GptSize> Of)
{
    /// <summary>The values with their models; in a quick run the first two.</summary>
    internal IEnumerable<(int Value, GptSize Size)> Sizes(bool quick) => (quick ? Values[..2] : Values).Select(value => (value, Of(value)));
}

/// <summary>What was found for one value of an axis.</summary>
/// <param name="Axis">What grows.</param>
/// <param name="Value">Its value.</param>
/// <param name="Times">The comparisons, one a number of threads.</param>
/// <param name="Megabytes">Our peak memory.</param>
/// <param name="TheirMegabytes">LibTorch's, or NaN.</param>
internal sealed record CostPoint(string Axis, int Value, Comparison[] Times, double Megabytes, double TheirMegabytes);

/// <summary>What gradient checkpointing costs and saves.</summary>
/// <param name="Size">The model.</param>
/// <param name="Seconds">Of a step without it.</param>
/// <param name="Price">How many times as long a step with it takes.</param>
/// <param name="Megabytes">The peak memory without it.</param>
/// <param name="SavedMegabytes">With it.</param>
/// <param name="TheirMegabytes">LibTorch's without it, or NaN.</param>
internal sealed record CheckpointingCost(
    GptSize Size, double Seconds, double Price, double Megabytes, double SavedMegabytes, double TheirMegabytes);
