using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>Recurrent layers over whole sequences, forward, and with all gradients.</summary>
internal sealed class RecurrentWorkload : IWorkload
{
    private const int Batch = 32;
    private const int Steps = 64;
    private const int Width = 256;
    private const double Target = 1.5;
    private const double BurstSeconds = 0.2;

    /// <inheritdoc/>
    public string Name => "recurrent";

    /// <inheritdoc/>
    public string Summary => "an LSTM and a GRU over 32 sequences of 64 steps, width 256, forward and with gradients";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Table table = new("recurrent layers, 32 x 64 x 256, 256 units", 30);
        foreach (string kind in (string[])["lstm", "gru"])
        {
            foreach (string mode in (string[])["forward", "backward"])
            {
                Action work = Work(kind, mode);
                string theirs = $"recurrent {kind} {mode} {Batch} {Steps} {Width}";
                table.Add(bench.CompareOneThread($"{kind}, {mode}, 1 thread", work, theirs, Target, seconds: BurstSeconds));
                if (Environment.ProcessorCount >= 2)
                    table.Add(bench.CompareTwoThreads($"{kind}, {mode}, 2 threads", work, theirs, Target, BurstSeconds));
            }
        }

        table.WriteSummary();
    }

    private static Action Work(string kind, string mode)
    {
        Generator generator = new(1);
        Recurrent layer = kind == "lstm" ? new Lstm(Width, Width, generator) : new Gru(Width, Width, generator);
        Tensor x = Tensor.Randn(generator, Batch, Steps, Width);
        if (mode == "forward") return () => Tensor.Evaluate(() => layer.Forward(x)).Release();
        IReadOnlyList<Tensor> leaves = [x.AsParameter(), .. layer.Parameters];
        return () =>
        {
            foreach (Tensor leaf in leaves) leaf.ClearGradient();
            layer.Forward(x).Sum().Backward();
        };
    }
}
