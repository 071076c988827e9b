using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Crucible.Kernels;

/// <summary>
/// Copies between arrays walked with any strides: permuting, transposing, expanding (stride 0), flipping (negative
/// strides), slicing, padding and joining.
/// </summary>
internal static unsafe class Strided
{
    /// <summary>
    /// target[t + Σ i·targetStrides] = source[s + Σ i·sourceStrides] for all indices i of <paramref name="shape"/>.
    /// Source and target must not overlap.
    /// </summary>
    /// <param name="shape">Sizes of the axes.</param>
    /// <param name="source">The array read.</param>
    /// <param name="sourceOffset">s, the position of index 0.</param>
    /// <param name="sourceStrides">Elements from one index to the next, along each axis.</param>
    /// <param name="target">The array written.</param>
    /// <param name="targetOffset">t, the position of index 0.</param>
    /// <param name="targetStrides">Elements from one index to the next, along each axis.</param>
    internal static void Copy<T>(
        ReadOnlySpan<int> shape,
        ReadOnlySpan<T> source,
        int sourceOffset,
        ReadOnlySpan<int> sourceStrides,
        Span<T> target,
        int targetOffset,
        ReadOnlySpan<int> targetStrides)
        where T : unmanaged
    {
        foreach (int size in shape)
        {
            if (size == 0) return;
        }

        CheckRange("source", source.Length, sourceOffset, shape, sourceStrides);
        CheckRange("target", target.Length, targetOffset, shape, targetStrides);
        Span<int> buffer = stackalloc int[3 * (shape.Length + 2)];
        Span<int> sizes = buffer[..(shape.Length + 2)];
        Span<int> ss = buffer.Slice(sizes.Length, sizes.Length);
        Span<int> ts = buffer[(2 * sizes.Length)..];
        int rank = Axes.Collapse(shape, sourceStrides, targetStrides, sizes, ss, ts);
        rank = MoveNarrowSourceAxisNextToLast(sizes, ss, ts, rank);
        fixed (T* pSource = source, pTarget = target)
        fixed (int* ps = sizes, pss = ss, pts = ts)
        {
            CopyJob<T> job = new(pSource + sourceOffset, pTarget + targetOffset, ps, pss, pts, rank - 2);
            Workers.Run(ref job, job.Parts);
        }
    }

    /// <summary>[batch, rows, columns] to [batch, columns, rows].</summary>
    internal static void Transpose<T>(ReadOnlySpan<T> source, int batch, int rows, int columns, Span<T> target)
        where T : unmanaged
    {
        Check.Length("transpose", source.Length, (long)batch * rows * columns);
        Check.Length("transpose", target.Length, source.Length);
        Copy([batch, columns, rows], source, 0, [rows * columns, 1, columns], target, 0, [rows * columns, rows, 1]);
    }

    /// <summary>
    /// The two last axes make planes: the last as it is; before it the one along which the source is contiguous, so
    /// that tiles of a plane are narrow in both arrays.
    /// </summary>
    private static int MoveNarrowSourceAxisNextToLast(Span<int> sizes, Span<int> ss, Span<int> ts, int rank)
    {
        if (rank == 1)
        {
            (sizes[1], ss[1], ts[1]) = (sizes[0], ss[0], ts[0]);
            (sizes[0], ss[0], ts[0]) = (1, 0, 0);
            return 2;
        }

        int narrow = rank - 2;
        for (int axis = 0; axis < rank - 2; axis++)
        {
            if (ss[axis] == 1) narrow = axis;
        }

        (sizes[narrow], sizes[rank - 2]) = (sizes[rank - 2], sizes[narrow]);
        (ss[narrow], ss[rank - 2]) = (ss[rank - 2], ss[narrow]);
        (ts[narrow], ts[rank - 2]) = (ts[rank - 2], ts[narrow]);
        return rank;
    }

    private static void CheckRange(string what, int length, int offset, ReadOnlySpan<int> shape, ReadOnlySpan<int> strides)
    {
        long low = offset;
        long high = offset;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            long reach = (long)(shape[axis] - 1) * strides[axis];
            if (reach < 0) low += reach;
            else high += reach;
        }

        if (low < 0 || high >= length)
            throw new ArgumentException(Invariant($"copy: the {what} has {length} elements, but {low} to {high} would be accessed"));
    }

    /// <summary>Bands of rows of all planes; each band is copied in tiles.</summary>
    private readonly struct CopyJob<T>(T* source, T* target, int* sizes, int* sourceStrides, int* targetStrides, int outerRank) : IJob
        where T : unmanaged
    {
        private const int Tile = 16;
        private readonly int rows = sizes[outerRank];
        private readonly int columns = sizes[outerRank + 1];
        private readonly int bandRows = Math.Max(Tile, Vectorized.PartLength / sizes[outerRank + 1] / Tile * Tile);

        private int Bands => (rows + bandRows - 1) / bandRows;

        private int Planes
        {
            get
            {
                int planes = 1;
                for (int axis = 0; axis < outerRank; axis++) planes *= sizes[axis];
                return planes;
            }
        }

        private int BandsPerPart => Math.Max(1, Vectorized.PartLength / (Math.Min(bandRows, rows) * columns));

        internal int Parts => (int)((((long)Planes * Bands) + BandsPerPart - 1) / BandsPerPart);

        public void Run(int part)
        {
            int bands = Bands;
            int perPart = BandsPerPart;
            int end = Math.Min((part + 1) * perPart, Planes * bands);
            for (int item = part * perPart; item < end; item++)
            {
                (int plane, int band) = Math.DivRem(item, bands);
                T* from = source;
                T* to = target;
                for (int axis = outerRank - 1; axis >= 0; axis--)
                {
                    (plane, int index) = Math.DivRem(plane, sizes[axis]);
                    from += (nint)index * sourceStrides[axis];
                    to += (nint)index * targetStrides[axis];
                }

                int first = band * bandRows;
                Plane(from, to, first, Math.Min(first + bandRows, rows));
            }
        }

        private void Plane(T* from, T* to, int first, int end)
        {
            nint fromRow = sourceStrides[outerRank];
            nint fromColumn = sourceStrides[outerRank + 1];
            nint toRow = targetStrides[outerRank];
            nint toColumn = targetStrides[outerRank + 1];
            if (toColumn == 1 && fromColumn is 0 or 1)
            {
                for (nint row = first; row < end; row++)
                {
                    Span<T> line = new(to + (row * toRow), columns);
                    if (fromColumn == 0) line.Fill(from[row * fromRow]);
                    else new ReadOnlySpan<T>(from + (row * fromRow), columns).CopyTo(line);
                }

                return;
            }

            for (int row = first; row < end; row += Tile)
            {
                int height = Math.Min(Tile, end - row);
                for (int column = 0; column < columns; column += Tile)
                {
                    T* tileFrom = from + (row * fromRow) + (column * fromColumn);
                    T* tileTo = to + (row * toRow) + (column * toColumn);
                    Copy(tileFrom, fromRow, fromColumn, tileTo, toRow, toColumn, height, Math.Min(Tile, columns - column));
                }
            }
        }

        [MethodImpl(Compiled.AtOnce)]
        private static void Copy(T* from, nint fromRow, nint fromColumn, T* to, nint toRow, nint toColumn, int height, int width)
        {
            for (int row = 0; row < height; row++)
            {
                T* f = from;
                T* t = to;
                for (int column = 0; column < width; column++)
                {
                    *t = *f;
                    f += fromColumn;
                    t += toColumn;
                }

                from += fromRow;
                to += toRow;
            }
        }
    }
}

/// <summary>Strides of arrays.</summary>
internal static class Axes
{
    /// <summary>
    /// Merges neighbouring axes that both operands walk as one and drops axes of size 1, so that inner loops are long.
    /// At least one axis is left.
    /// </summary>
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
