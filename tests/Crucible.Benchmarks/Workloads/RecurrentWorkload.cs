using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>Recurrent layers over whole sequences, forward, and with all gradients.</summary>
internal sealed class RecurrentWorkload : ComparedWorkload
{
    private const double Tolerance = 2e-5;
    private const double BFloat16Tolerance = 0.05;
    private const int Batch = 32, Steps = 64, Width = 256;

    /// <inheritdoc/>
    public override string Name => "recurrent";

    /// <inheritdoc/>
    public override string Summary => $"LSTM and GRU, {Batch} sequences of {Steps} steps, width {Width}";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        yield return new($"{Summary}: forward", [Compared("lstm", "forward"), Compared("gru", "forward")]);
        yield return new($"{Summary}: with gradients", [Compared("lstm", "backward"), Compared("gru", "backward")]);
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        int[] sizes = [.. words[2..].Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        (int batch, int steps, int width) = (sizes[0], sizes[1], sizes[2]);
        Recurrent layer = words[0] == "lstm" ? new Lstm(width, width, new Generator(1)) : new Gru(width, width, new Generator(1));
        Tensor[] parameters = [.. layer.Parameters];
        foreach ((int i, Tensor matrix) in parameters[..2].Index())
        {
            int outputs = matrix.Shape[1];
            float[] values = Draw.Uniform(32 + i, width * outputs, 1 / Math.Sqrt(width)); // [outputs, width], as PyTorch has them
            matrix.CopyInPlace(Tensor.From(Draw.Transposed(values, outputs, width), width, outputs));
        }

        Tensor x = Tensor.From(Draw.Normal(31, batch * steps * width), batch, steps, width);
        if (words[1] == "forward") return new(() => Forward().Release(), () => [new("y", Forward().ToArray<float>())]);
        Tensor[] leaves = [x.AsParameter(), .. parameters];
        return new(Backward, () => [.. leaves.Zip(["x", "weight", "recurrentWeight", "bias"]).Select(Gradient)]);

        Tensor Forward() => Tensor.Evaluate(() => layer.Forward(x));

        void Backward()
        {
            foreach (Tensor leaf in leaves) leaf.ClearGradient();
            layer.Forward(x).Sum().Backward();
        }

        Answer Gradient((Tensor Of, string Name) leaf, int place)
        {
            if (place == 0) Backward();
            return new(leaf.Name, leaf.Of.Gradient!.ToArray<float>());
        }
    }

    private Row Compared(string kind, string mode)
    {
        Way[] ways = kind == "lstm" && mode == "backward"
            ? [new(Tolerance), new(BFloat16Tolerance, "bfloat16", "bfloat16")]
            : [new(Tolerance)];
        double gates = kind == "lstm" ? 4 : 3, passes = mode == "forward" ? 1 : 3;
        return new(kind.ToUpperInvariant(), $"{Name} {kind} {mode} {Batch} {Steps} {Width}", ways)
        {
            Operations = passes * 2 * Batch * Steps * 2 * gates * Width * Width, // by inputs and by states
            Seconds = 0.1,
        };
    }
}
