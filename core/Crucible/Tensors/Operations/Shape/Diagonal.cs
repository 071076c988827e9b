using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// A diagonal of every matrix of the last two axes: the elements with column - row equal to
    /// <paramref name="offset"/>.
    /// </summary>
    /// <param name="offset">0 for the main diagonal, positive above it, negative below.</param>
    /// <returns>
    /// This shape with one axis, the diagonal, in place of the last two; empty when the diagonal lies outside the
    /// matrix.
    /// </returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Diagonal(int offset = 0)
    {
        if (Rank < 2) throw Errors.Shape(Invariant($"diagonal: the tensor must have at least two axes, but its shape is {Shape}"));
        (int rows, int columns) = (Shape[-2], Shape[-1]);
        (long row, long column) = offset < 0 ? (-(long)offset, 0L) : (0L, offset);
        int count = (int)Math.Max(0, Math.Min(rows - row, columns - column));

        // In row-major order the elements of a diagonal stand columns + 1 apart.
        int start = count == 0 ? 0 : (int)((row * columns) + column);
        int stop = count == 0 ? 0 : start + ((count - 1) * (columns + 1)) + 1;
        return Flatten(-2, -1).Slice(-1, start, stop, columns + 1);
    }

    /// <summary>Σ of the main diagonal of every matrix of the last two axes.</summary>
    /// <returns>This shape without the last two axes.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Trace()
    {
        if (Rank < 2) throw Errors.Shape(Invariant($"trace: the tensor must have at least two axes, but its shape is {Shape}"));
        return Diagonal().Sum(-1);
    }

    /// <summary>
    /// The lower triangle of every matrix of the last two axes: elements with column - row above
    /// <paramref name="diagonal"/> become 0.
    /// </summary>
    /// <param name="diagonal">
    /// 0 keeps the main diagonal and all below it; positive numbers keep more diagonals, negative ones fewer.
    /// </param>
    /// <returns>A copy in this shape; of <c>Ones([T; T], Bool)</c>, the causal mask.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Tril(int diagonal = 0) => Triangle.Forward(this, diagonal, isUpper: false);

    /// <summary>
    /// The upper triangle of every matrix of the last two axes: elements with column - row below
    /// <paramref name="diagonal"/> become 0.
    /// </summary>
    /// <param name="diagonal">
    /// 0 keeps the main diagonal and all above it; positive numbers keep fewer diagonals, negative ones more.
    /// </param>
    /// <returns>A copy in this shape.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Triu(int diagonal = 0) => Triangle.Forward(this, diagonal, isUpper: true);
}

/// <summary>One side of a diagonal of the last two axes, 0 on the other. d/dx: the gradient's same triangle.</summary>
internal sealed class Triangle(Tensor x, int diagonal, bool isUpper) : ElementwiseOperation(x)
{
    public override string Name => NameOf(isUpper);

    public static Tensor Forward(Tensor x, int diagonal, bool isUpper)
    {
        if (x.Rank < 2)
            throw Errors.Shape(Invariant($"{NameOf(isUpper)}: the tensor must have at least two axes, but its shape is {x.Shape}"));
        Tensor result = x.Clone();
        switch (x.DType)
        {
            case DType.Float32: Clear(result.Data<float>()); break;
            case DType.Float64: Clear(result.Data<double>()); break;
            case DType.Int32: Clear(result.Data<int>()); break;
            case DType.BFloat16: Clear(result.Data<Kernels.BFloat16>()); break;
            default: Clear(result.Data<bool>()); break;
        }

        return x.IsRecorded ? new Triangle(x, diagonal, isUpper).Record(result) : result;

        void Clear<T>(Span<T> target)
        {
            (int rows, int columns) = (x.Shape[-2], x.Shape[-1]);
            for (int row = 0; target.Length > 0; row = (row + 1) % rows, target = target[columns..])
            {
                // The first column on the upper side of the diagonal, or just beyond it.
                long border = Math.Clamp((long)row + diagonal + (isUpper ? 0 : 1), 0, columns);
                if (isUpper) target[..(int)border].Clear();
                else target[(int)border..columns].Clear();
            }
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Forward(gradient, diagonal, isUpper));

    private static string NameOf(bool isUpper) => isUpper ? "triu" : "tril";
}
