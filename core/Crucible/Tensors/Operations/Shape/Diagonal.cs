namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>A diagonal of every matrix of the last two axes: the elements with column - row equal to <paramref name="offset"/>.</summary>
    /// <param name="offset">0 for the main diagonal, positive above it, negative below.</param>
    /// <returns>This shape with one axis, the diagonal, in place of the last two; empty when the diagonal lies outside the matrix.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Diagonal(int offset = 0)
    {
        if (Rank < 2) throw Errors.Shape(Errors.Text($"diagonal: the tensor must have at least two axes, but its shape is {Shape}"));
        var (rows, columns) = (Shape[-2], Shape[-1]);
        var (row, column) = offset < 0 ? (-(long)offset, 0L) : (0L, offset);
        var count = (int)Math.Max(0, Math.Min(rows - row, columns - column));

        // In row-major order the elements of a diagonal stand columns + 1 apart.
        var start = count == 0 ? 0 : (int)((row * columns) + column);
        var stop = count == 0 ? 0 : start + ((count - 1) * (columns + 1)) + 1;
        return Flatten(-2, -1).Slice(-1, start, stop, columns + 1);
    }

    /// <summary>Σ of the main diagonal of every matrix of the last two axes.</summary>
    /// <returns>This shape without the last two axes.</returns>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Trace()
    {
        if (Rank < 2) throw Errors.Shape(Errors.Text($"trace: the tensor must have at least two axes, but its shape is {Shape}"));
        return Diagonal().Sum(-1);
    }
}
