using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>Forward and backward of two convolutions, from 1 to 32 to 64 channels, with ReLU behind each.</summary>
internal sealed class ConvolutionWorkload : ComparedWorkload
{
    private const double Tolerance = 1e-4;
    private const double BFloat16Tolerance = 0.05;
    private const int Batch = 64, Side = 28, Kernel = 3, First = 32, Second = 64;

    /// <inheritdoc/>
    public override string Name => "convolution";

    /// <inheritdoc/>
    public override string Summary => $"two convolutions of 3×3, {Batch}×1×{Side}×{Side} to {First} to {Second} channels, with gradients";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        double first = Products(1, First, Side - 2), second = Products(First, Second, Side - 4);
        Row row = new($"batch {Batch}", $"{Name} {Batch}", new Way(Tolerance), new Way(BFloat16Tolerance, "bfloat16", "bfloat16"))
        {
            Operations = (2 * first) + (3 * second), // the images have no gradient
            Seconds = 0.1,
        };
        yield return new(Summary, [row]);

        static double Products(int inputs, int outputs, int side) => 2.0 * Batch * side * side * Kernel * Kernel * inputs * outputs;
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        int batch = int.Parse(words[0], CultureInfo.InvariantCulture);
        Conv2d first = new(1, First, Kernel, new Generator(1)), second = new(First, Second, Kernel, new Generator(1));
        Tensor[] leaves = [.. first.Parameters, .. second.Parameters];
        leaves[0].CopyInPlace(Filters(42, First, 1));
        leaves[2].CopyInPlace(Filters(43, Second, First));
        foreach (Tensor bias in (Tensor[])[leaves[1], leaves[3]]) bias.CopyInPlace(Tensor.ZerosLike(bias));
        Tensor x = Tensor.From(Draw.Normal(41, batch * Side * Side), batch, 1, Side, Side);
        return new(() => Step(), Answers);

        Tensor Step()
        {
            foreach (Tensor leaf in leaves) leaf.ClearGradient();
            Tensor y = second.Forward(first.Forward(x).Relu()).Relu();
            y.Sum().Backward();
            return y;
        }

        List<Answer> Answers()
        {
            List<Answer> answers = [new("y", Step().ToArray<float>())];
            foreach ((string name, Tensor leaf) in ((string[])["filters 1", "bias 1", "filters 2", "bias 2"]).Zip(leaves))
                answers.Add(new($"gradient of {name}", leaf.Gradient!.ToArray<float>()));
            return answers;
        }
    }

    private static Tensor Filters(int seed, int outputs, int inputs)
    {
        int fan = inputs * Kernel * Kernel;
        return Tensor.From(Draw.Uniform(seed, outputs * fan, 1 / Math.Sqrt(fan)), outputs, inputs, Kernel, Kernel);
    }
}
