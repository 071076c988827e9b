using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Peers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>Elementwise maths, sums, softmax and layer norm on one matrix, forward only and with gradients.</summary>
internal sealed class ElementwiseWorkload : IWorkload
{
    private const int Rows = 768;
    private const int Columns = 512;

    // By the peer's names.
    private static readonly (string Name, Func<Tensor, Tensor, Tensor> Function)[] Operations =
    [
        ("add", (a, b) => a + b),
        ("mul", (a, b) => a * b),
        ("exp", (a, _) => a.Exp()),
        ("tanh", (a, _) => a.Tanh()),
        ("relu", (a, _) => a.Relu()),
        ("gelu", (a, _) => a.Gelu()),
        ("gelu-tanh", (a, _) => a.Gelu(approximate: true)),
        ("sum-all", (a, _) => a.Sum()),
        ("sum-0", (a, _) => a.Sum(0)),
        ("sum-1", (a, _) => a.Sum(1)),
        ("softmax", (a, _) => a.Softmax()),
        ("layer-norm", (a, b) => a.LayerNorm(b.Select(0, 0), b.Select(0, 1))),
    ];

    /// <inheritdoc/>
    public string Name => "elementwise";

    /// <inheritdoc/>
    public string Summary => "add, exp, tanh, gelu, sums, softmax, layer norm on 768x512, forward and with gradients";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Compare(bench, 1, PeerSetting.OneThread);
        if (Environment.ProcessorCount >= 2) Compare(bench, 2, PeerSetting.TwoThreads);
    }

    private static void Compare(Bench bench, int threads, IReadOnlyList<PeerSetting> settings)
    {
        using IDisposable limit = Threads.Use(threads);
        Table table = new($"elementwise, {Rows}x{Columns}, {threads} thread{(threads > 1 ? "s" : "")}", 24);
        foreach (string mode in new[] { "forward", "backward" })
            foreach ((string name, Func<Tensor, Tensor, Tensor> function) in Operations)
                table.Add(bench.Compare($"{name}, {mode}", Work(function, mode == "backward"), $"elementwise {name} {mode} {Rows} {Columns}", settings, 1));
        table.WriteSummary();
    }

    private static Action Work(Func<Tensor, Tensor, Tensor> function, bool backward)
    {
        Generator generator = new(1);
        Tensor a = Tensor.Randn(generator, Rows, Columns), b = Tensor.Randn(generator, Rows, Columns);
        if (!backward)
        {
            return () =>
            {
                using IDisposable off = Tensor.NoGrad();
                function(a, b);
            };
        }

        a.AsParameter();
        b.AsParameter();
        Tensor upstream = Tensor.OnesLike(function(a, b));
        return () =>
        {
            a.ClearGradient();
            b.ClearGradient();
            function(a, b).Backward(upstream);
        };
    }
}
