using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>One training step of the housing network, written as a user writes it.</summary>
internal sealed class MlpStepWorkload : IWorkload
{
    private const int WarmUpSteps = 200;
    private const int CountedSteps = 1000;

    private static readonly (int Batch, double Target)[] Batches = [(300, 5), (32, 30)];

    /// <inheritdoc/>
    public string Name => "mlp-step";

    /// <inheritdoc/>
    public string Summary => "a training step of 13-40-40-1, ReLU, squared error, Adam; bytes allocated by it";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Table table = new("training step of 13-40-40-1, 1 thread", 24);
        foreach ((int batch, double target) in Batches)
        {
            Action step = Step(batch);
            Comparison row = bench.CompareOneThread($"batch {batch}", step, $"mlp-step {batch}", target);
            table.Add(row with { Note = string.Create(CultureInfo.InvariantCulture, $"{BytesPerStep(step):0} bytes a step") });
        }

        table.WriteSummary();
    }

    private static Action Step(int batch)
    {
        Generator generator = new(1);
        Mlp model = new([13, 40, 40, 1], () => new Layers.Relu(), generator);
        Adam optimizer = new(model.Parameters);
        Tensor x = Tensor.Randn(generator, batch, 13), y = Tensor.Randn(generator, batch, 1);
        return () =>
        {
            optimizer.ZeroGradients();
            Tensor loss = Loss.MeanSquaredError(model.Forward(x), y);
            loss.Backward();
            optimizer.Step();
        };
    }

    private static double BytesPerStep(Action step)
    {
        for (int i = 0; i < WarmUpSteps; i++) step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < CountedSteps; i++) step();
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / CountedSteps;
    }
}
