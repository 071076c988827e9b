using Crucible.Benchmarks.Measuring;
using Crucible.Layers;
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
        Compare("1 thread", (name, ours, theirs) => bench.CompareOneThread(name, ours, theirs, 1));
        if (Environment.ProcessorCount >= 2) Compare("2 threads", (name, ours, theirs) => bench.CompareTwoThreads(name, ours, theirs, 1));
    }

    private static void Compare(string threads, Func<string, Action, string, Comparison> compare)
    {
        Table table = new($"elementwise, {Rows}x{Columns}, {threads}", 24);
        foreach (string mode in new[] { "forward", "backward" })
            foreach ((string name, Func<Tensor, Tensor, Tensor> function) in Operations)
                table.Add(compare($"{name}, {mode}", Work(function, mode == "backward"), $"elementwise {name} {mode} {Rows} {Columns}"));
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
                // As PyTorch frees a result that nobody holds.
                function(a, b).Release();
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
