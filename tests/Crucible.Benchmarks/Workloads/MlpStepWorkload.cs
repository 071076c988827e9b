using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Benchmarks.Workloads;

/// <summary>One training step of the housing network.</summary>
internal sealed class MlpStepWorkload : ComparedWorkload
{
    private const double Tolerance = 1e-5;
    private const int First = 13 * 40, Others = (40 * 40) + 40; // weights

    /// <inheritdoc/>
    public override string Name => "mlp-step";

    /// <inheritdoc/>
    public override string Summary => "a training step of 13-40-40-1 with Adam, batch 32, 300";

    /// <inheritdoc/>
    internal override IReadOnlyList<int> Threads => [1];

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        yield return new("training step of 13-40-40-1, ReLU, squared error, Adam", [Compared(32), Compared(300)]);
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        int batch = int.Parse(words[0], CultureInfo.InvariantCulture);
        Mlp model = new([13, 40, 40, 1], () => new Relu(), new Generator(1));
        foreach ((int i, Tensor parameter) in model.Parameters.Index()) parameter.CopyInPlace(Values(i, [.. parameter.Shape]));
        Adam optimizer = new(model.Parameters);
        Tensor x = Tensor.From(Draw.Normal(7, batch * 13), batch, 13), y = Tensor.From(Draw.Normal(8, batch), batch, 1);
        return new(Step, () => [new("losses", [.. Enumerable.Range(0, 50).Select(_ => StepAndLoss())])]);

        void Step()
        {
            optimizer.ZeroGradients();
            Tensor loss = Loss.MeanSquaredError(model.Forward(x), y);
            loss.Backward();
            optimizer.Step();
        }

        float StepAndLoss()
        {
            Step();
            return (float)Tensor.Evaluate(() => Loss.MeanSquaredError(model.Forward(x), y)).ToDouble();
        }
    }

    /// <summary>Matrices [inputs, outputs] are drawn; biases are 0.</summary>
    private static Tensor Values(int place, int[] shape) => shape.Length == 1
        ? Tensor.Zeros(shape)
        : Tensor.From(Draw.Uniform(50 + place, shape[0] * shape[1], 1 / Math.Sqrt(shape[0])), shape);

    private Row Compared(int batch) => new(
        Invariant($"batch {batch}"), Invariant($"{Name} {batch}"), new Way(Tolerance), new Way(Tolerance, "fused Adam", "fused"))
    {
        // forward, and backward for weights and inputs; the first layer's inputs have no gradient
        Operations = 2.0 * batch * ((2 * First) + (3 * Others)),
    };
}
