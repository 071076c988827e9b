using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Binary formulas of arrays that are repeated along some axes.</summary>
internal static unsafe partial class Elementwise
{
    /// <summary>
    /// result[i, j, …] = op(x[i, j, …], y[i, j, …]) over <paramref name="shape"/>, for contiguous operands repeated
    /// along axes where their stride is 0. The result is contiguous; it may be an operand that is not repeated.
    /// </summary>
    /// <param name="x">First operand.</param>
    /// <param name="xStrides">Elements between neighbours along each axis: 0, or as in a contiguous array.</param>
    /// <param name="y">Second operand.</param>
    /// <param name="yStrides">As <paramref name="xStrides"/>.</param>
    /// <param name="shape">Sizes of the result.</param>
    /// <param name="result">As many elements as the shape has.</param>
    internal static void ZipBroadcast<TOp, T>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> xStrides, ReadOnlySpan<T> y, ReadOnlySpan<int> yStrides, ReadOnlySpan<int> shape,
        Span<T> result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        if (result.IsEmpty) return;
        Span<int> sizes = stackalloc int[shape.Length + 1];
        Span<int> strides = stackalloc int[2 * sizes.Length];
        Span<int> xs = strides[..sizes.Length];
        Span<int> ys = strides[sizes.Length..];
        int rank = Axes.Collapse(shape, xStrides, yStrides, sizes, xs, ys);
        int length = sizes[rank - 1];
        int rows = result.Length / length;
        fixed (T* px = x, py = y, pr = result)
        fixed (int* ps = sizes, pxs = xs, pys = ys)
        {
            BroadcastJob<TOp, T> job = new(px, py, pr, ps, pxs, pys, rank - 1, rows, length);
            Vectorized.Run<BroadcastJob<TOp, T>, T>(job, job.Parts);
        }
    }

    /// <summary>Rows of the innermost collapsed axis, along which an operand either advances by one or stands still.</summary>
    private readonly struct BroadcastJob<TOp, T>(T* x, T* y, T* result, int* sizes, int* xStrides, int* yStrides, int outerRank, int rows,
        int length) : IVectorJob<T>
        where TOp : struct, IBinary
        where T : unmanaged
    {
        private readonly int rowsPerPart = Math.Max(1, Vectorized.PartLength / length);

        internal int Parts => (rows + rowsPerPart - 1) / rowsPerPart;

        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int first = part * rowsPerPart;
            int* index = stackalloc int[outerRank];
            T* xRow = x;
            T* yRow = y;
            for (int axis = outerRank - 1, rest = first; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, sizes[axis]);
                xRow += (nint)index[axis] * xStrides[axis];
                yRow += (nint)index[axis] * yStrides[axis];
            }

            int end = Math.Min(first + rowsPerPart, rows);
            bool xStands = xStrides[outerRank] == 0;
            bool yStands = yStrides[outerRank] == 0;
            for (int row = first; row < end; row++)
            {
                T* target = result + ((nint)row * length);
                if (xStands && yStands) Row<V, Scalar<T>, Scalar<T>>(new(*xRow), new(*yRow), target);
                else if (xStands) Row<V, Scalar<T>, Stream<T>>(new(*xRow), new(yRow), target);
                else if (yStands) Row<V, Stream<T>, Scalar<T>>(new(xRow), new(*yRow), target);
                else Row<V, Stream<T>, Stream<T>>(new(xRow), new(yRow), target);
                Advance(index, ref xRow, ref yRow);
            }
        }

        /// <summary>To the next row: like counting, with carries.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Advance(int* index, ref T* xRow, ref T* yRow)
        {
            for (int axis = outerRank - 1; axis >= 0; axis--)
            {
                xRow += xStrides[axis];
                yRow += yStrides[axis];
                if (++index[axis] < sizes[axis]) return;
                index[axis] = 0;
                xRow -= (nint)sizes[axis] * xStrides[axis];
                yRow -= (nint)sizes[axis] * yStrides[axis];
            }
        }

        private void Row<V, TX, TY>(TX x, TY y, T* result)
            where V : unmanaged, ISimd<V, T>
            where TX : struct, IOperand<T>
            where TY : struct, IOperand<T> =>
                new MapJob<Binary<TOp>, T, TX, TY, Scalar<T>>(x, y, default, result, length).Range<V>(0, length);
    }
}
