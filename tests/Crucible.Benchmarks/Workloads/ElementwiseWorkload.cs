using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>Operations on one matrix, forward alone and with gradients.</summary>
internal sealed class ElementwiseWorkload : ComparedWorkload
{
    private const int Rows = 768;
    private const int Columns = 512;
    private const double Tolerance = 1e-5;

    private static readonly string[] Operations = ["add", "exp", "tanh", "gelu", "softmax", "layer-norm"];

    /// <inheritdoc/>
    public override string Name => "elementwise";

    /// <inheritdoc/>
    public override string Summary => $"operations on {Rows}×{Columns}, forward and with gradients";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        // a matrix is read and one written, of a sum two are read; backward again as many, for the gradients are of their size
        yield return new($"operations on {Rows}×{Columns}, forward", [.. Operations.Select(name => Compared(name, "forward"))]);
        yield return new($"operations on {Rows}×{Columns} with gradients", [.. Operations.Select(name => Compared(name, "backward"))]);
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        (int rows, int columns) = (int.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture));
        Tensor a = Matrix(1), b = Matrix(2);
        Tensor gain = Tensor.From(Draw.Normal(3, columns), columns), bias = Tensor.From(Draw.Normal(4, columns), columns);
        Tensor[] leaves = [a, b, gain, bias];
        Func<Tensor> function = words[0] switch
        {
            "add" => () => a + b,
            "exp" => () => a.Exp(),
            "tanh" => () => a.Tanh(),
            "gelu" => () => a.Gelu(),
            "softmax" => () => a.Softmax(),
            "layer-norm" => () => a.LayerNorm(gain, bias),
            _ => throw new NotSupportedException(words[0]),
        };
        // as PyTorch frees a result that nobody holds
        if (words[1] == "forward") return new(() => function().Release(), () => [new("y", function().ToArray<float>())]);
        Tensor upstream = Matrix(5);
        foreach (Tensor leaf in leaves) leaf.AsParameter();
        return new(Step, Answers);

        Tensor Matrix(int seed) => Tensor.From(Draw.Normal(seed, rows * columns), rows, columns);

        void Step()
        {
            foreach (Tensor leaf in leaves) leaf.ClearGradient();
            function().Backward(upstream);
        }

        IEnumerable<Answer> Answers()
        {
            Step();
            return leaves.Zip(["a", "b", "gain", "bias"])
                .Where(leaf => leaf.First.Gradient is not null)
                .Select(leaf => new Answer(leaf.Second, leaf.First.Gradient!.ToArray<float>()));
        }
    }

    private Row Compared(string operation, string mode)
    {
        const double matrix = 4.0 * Rows * Columns;
        (int read, int written) = (operation, mode) switch
        {
            ("add", "forward") => (2, 1),
            (_, "forward") => (1, 1),
            ("add", _) => (3, 3), // the two of the sum and the gradient behind it; the sum and a gradient for each
            _ => (3, 2), // the matrix, the result or the matrix again, and the gradient behind it
        };
        return new(operation, $"{Name} {operation} {mode} {Rows} {Columns}", new Way(Tolerance))
        {
            BytesRead = read * matrix,
            BytesWritten = written * matrix,
        };
    }
}
