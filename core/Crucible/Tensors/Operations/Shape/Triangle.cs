namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The lower triangle of every matrix of the last two axes: elements with column - row above <paramref name="diagonal"/> become 0.</summary>
    /// <param name="diagonal">0 keeps the main diagonal as the last, positive ones keep more, negative ones less.</param>
    /// <returns>A copy in this shape; of <c>Ones([T; T], Bool)</c>, the causal mask.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Tril(int diagonal = 0) => Triangle.Of(this, diagonal, isUpper: false);

    /// <summary>The upper triangle of every matrix of the last two axes: elements with column - row below <paramref name="diagonal"/> become 0.</summary>
    /// <param name="diagonal">0 keeps the main diagonal as the first, positive ones keep less, negative ones more.</param>
    /// <returns>A copy in this shape.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Triu(int diagonal = 0) => Triangle.Of(this, diagonal, isUpper: true);
}

/// <summary>One side of a diagonal of the last two axes, 0 on the other. d/dx: the gradient's same triangle.</summary>
internal sealed class Triangle(Tensor x, int diagonal, bool isUpper) : ElementwiseOperation(x)
{
    public override string Name => NameOf(isUpper);

    public static Tensor Of(Tensor x, int diagonal, bool isUpper)
    {
        if (x.Rank < 2) throw Errors.Shape(Errors.Text($"{NameOf(isUpper)}: the tensor must have at least two axes, but its shape is {x.Shape}"));
        var result = x.Clone();
        switch (x.DType)
        {
            case DType.Float32: Clear(result.Data<float>()); break;
            case DType.Float64: Clear(result.Data<double>()); break;
            case DType.Int32: Clear(result.Data<int>()); break;
            default: Clear(result.Data<bool>()); break;
        }

        return x.IsRecorded ? new Triangle(x, diagonal, isUpper).Record(result) : result;

        void Clear<T>(Span<T> target)
        {
            var (rows, columns) = (x.Shape[-2], x.Shape[-1]);
            for (var row = 0; target.Length > 0; row = (row + 1) % rows, target = target[columns..])
            {
                // The first column on the upper side of the diagonal, or just beyond it.
                var border = Math.Clamp((long)row + diagonal + (isUpper ? 0 : 1), 0, columns);
                if (isUpper) target[..(int)border].Clear();
                else target[(int)border..columns].Clear();
            }
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Of(gradient, diagonal, isUpper));

    private static string NameOf(bool isUpper) => isUpper ? "triu" : "tril";
}
