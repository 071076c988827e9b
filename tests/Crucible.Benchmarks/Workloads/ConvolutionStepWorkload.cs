using Crucible.Benchmarks.Measuring;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>One training step of a small convolutional network on digits, written as a user writes it.</summary>
internal sealed class ConvolutionStepWorkload : IWorkload
{
    private const int Batch = 64;
    private const int Classes = 10;

    /// <inheritdoc/>
    public string Name => "conv-step";

    /// <inheritdoc/>
    public string Summary => "a training step of 1×28×28, 32 and 64 filters of 3×3, max pooling, 10 classes; batch 64, Adam";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Table table = new("training step of a convolutional network", 24);
        Action step = Step();
        table.Add(bench.CompareOneThread("batch 64, 1 thread", step, "conv-step", 1, seconds: 0.2));
        if (Environment.ProcessorCount >= 2) table.Add(bench.CompareTwoThreads("batch 64, 2 threads", step, "conv-step", 1, 0.2));
        table.WriteSummary();
    }

    private static Action Step()
    {
        Generator generator = new(1);
        Sequential model = new(
            new Conv2d(1, 32, 3, generator), new Layers.Relu(), new Conv2d(32, 64, 3, generator), new Layers.Relu(),
            new MaxPool2d(2), new Flatten(), new Layers.Linear(64 * 12 * 12, Classes, generator));
        Adam optimizer = new(model.Parameters);
        Tensor x = Tensor.Randn(generator, Batch, 1, 28, 28), y = Tensor.Init([Batch], at => at[0] % Classes, DType.Int32);
        return () =>
        {
            optimizer.ZeroGradients();
            Loss.CrossEntropy(model.Forward(x, Pass.Training(generator)), y).Backward();
            optimizer.Step();
        };
    }
}
