namespace Crucible.Kernels;

/// <summary>Strides of arrays.</summary>
internal static class Axes
{
    /// <summary>Merges neighbouring axes that both operands walk as one and drops axes of size 1, so that inner loops are long. At least one axis is left.</summary>
    /// <returns>The number of axes written to <paramref name="sizes"/> and the strides.</returns>
    internal static int Collapse(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> xStrides, ReadOnlySpan<int> yStrides, Span<int> sizes, Span<int> xs, Span<int> ys)
    {
        int rank = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int size = shape[axis];
            if (size == 1) continue;
            bool joins = rank > 0 && xs[rank - 1] == (long)xStrides[axis] * size && ys[rank - 1] == (long)yStrides[axis] * size;
            if (joins) sizes[rank - 1] *= size;
            else sizes[rank++] = size;
            xs[rank - 1] = xStrides[axis];
            ys[rank - 1] = yStrides[axis];
        }

        if (rank > 0) return rank;
        sizes[0] = 1;
        xs[0] = 1;
        ys[0] = 1;
        return 1;
    }
}
