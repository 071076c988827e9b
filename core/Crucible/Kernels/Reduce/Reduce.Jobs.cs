using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

internal static unsafe partial class Reduce
{
    /// <summary>An array with the reduction's map applied; lanes beyond its end hold the neutral element.</summary>
    private readonly struct Mapped<TReduction, T>(T* source) : IOperand<T>
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int index)
            where V : unmanaged, ISimd<V, T> => TReduction.Map(V.Load(source + index));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Part<V>(int index, int count)
            where V : unmanaged, ISimd<V, T> => TReduction.Map(V.LoadPart(source + index, count, V.Of(TReduction.Identity)));
    }

    /// <summary>x[i]·y[i].</summary>
    private readonly struct Products<T>(T* x, T* y) : IOperand<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int index)
            where V : unmanaged, ISimd<V, T> => V.Load(x + index) * V.Load(y + index);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Part<V>(int index, int count)
            where V : unmanaged, ISimd<V, T> => V.LoadPart(x + index, count, V.Of(0)) * V.LoadPart(y + index, count, V.Of(0));
    }

    /// <summary>op(x[i], y[i]).</summary>
    private readonly struct Pairs<TOp, T>(T* x, T* y) : IOperand<T>
        where TOp : struct, IBinary
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(int index)
            where V : unmanaged, ISimd<V, T> => TOp.Invoke(V.Load(x + index), V.Load(y + index));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Part<V>(int index, int count)
            where V : unmanaged, ISimd<V, T> => TOp.Invoke(V.LoadPart(x + index, count, V.Of(0)), V.LoadPart(y + index, count, V.Of(0)));
    }

    /// <summary>partial[o, b] = block b of row o, reduced.</summary>
    private readonly struct RowJob<TReduction, T, TSource>(TSource x, int outer, int length, int block, T* partial) : IVectorJob<T>
        where TReduction : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T>
    {
        private readonly int blocks = block == 0 ? 1 : (length + block - 1) / block;
        private readonly int itemsPerPart = Math.Max(1, Vectorized.PartLength / Math.Max(1, block));

        internal int Parts => ((outer * blocks) + itemsPerPart - 1) / itemsPerPart;

        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int end = Math.Min((part + 1) * itemsPerPart, outer * blocks);
            for (int item = part * itemsPerPart; item < end; item++)
            {
                (int row, int index) = Math.DivRem(item, blocks);
                int start = index * block;
                partial[item] = Block<V>(x, (row * length) + start, Math.Min(block, length - start));
            }
        }

        [MethodImpl(Compiled.AtOnce)]
        private static T Block<V>(TSource x, int start, int count)
            where V : unmanaged, ISimd<V, T>
        {
            V a = V.Of(TReduction.Identity);
            V b = a;
            V c = a;
            V d = a;
            int i = start;
            int end = start + count;
            for (; i <= end - (4 * V.Count); i += 4 * V.Count)
            {
                a = TReduction.Combine(a, x.At<V>(i));
                b = TReduction.Combine(b, x.At<V>(i + V.Count));
                c = TReduction.Combine(c, x.At<V>(i + (2 * V.Count)));
                d = TReduction.Combine(d, x.At<V>(i + (3 * V.Count)));
            }

            for (; i <= end - V.Count; i += V.Count) a = TReduction.Combine(a, x.At<V>(i));
            if (i < end) b = TReduction.Combine(b, x.Part<V>(i, end - i));
            return V.Fold<TReduction>(TReduction.Combine(TReduction.Combine(a, b), TReduction.Combine(c, d)));
        }
    }

    /// <summary>
    /// partial[o, b, ·] = rows of block b of matrix o, combined. Eight rows at a time, so that the partial result is
    /// seldom read and written.
    /// </summary>
    private readonly struct ColumnJob<TReduction, T, TSource>(TSource x, int outer, int length, int block, int inner, T* partial)
        : IVectorJob<T>
        where TReduction : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T>
    {
        private const int StripLength = 2048;
        private readonly int blocks = block == 0 ? 1 : (length + block - 1) / block;
        private readonly int strips = (inner + StripLength - 1) / StripLength;

        private readonly int stripsPerPart = Math.Max(1, Vectorized.PartLength / Math.Max(1, block * Math.Min(inner, StripLength)));

        private int Strips => outer * blocks * strips;

        internal int Parts => (Strips + stripsPerPart - 1) / stripsPerPart;

        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int end = Math.Min((part + 1) * stripsPerPart, Strips);
            for (int i = part * stripsPerPart; i < end; i++)
            {
                (int item, int strip) = Math.DivRem(i, strips);
                (int matrix, int index) = Math.DivRem(item, blocks);
                int start = index * block;
                int left = strip * StripLength;
                Strip<V>(x, inner, (matrix * length) + start, Math.Min(block, length - start), left, Math.Min(inner, left + StripLength),
                    partial + ((nint)item * inner));
            }
        }

        /// <summary>
        /// Static, with all it needs in arguments: the fields of a struct might change with every store as far as the
        /// compiler knows.
        /// </summary>
        [MethodImpl(Compiled.AtOnce)]
        private static void Strip<V>(TSource x, int inner, int firstRow, int rows, int left, int right, T* target)
            where V : unmanaged, ISimd<V, T>
        {
            for (int i = left; i < right; i += V.Count)
            {
                int count = Math.Min(V.Count, right - i);
                V empty = V.Of(TReduction.Identity);
                if (count < V.Count) V.StorePart(empty, target + i, count);
                else V.Store(empty, target + i);
            }

            int row = firstRow;
            int end = firstRow + rows;
            for (; row <= end - 8; row += 8)
            {
                int at = row * inner;
                int i = left;
                for (; i <= right - V.Count; i += V.Count)
                {
                    V four = TReduction.Combine(Pair<V>(x, inner, at + i), Pair<V>(x, inner, at + i + (2 * inner)));
                    V more = TReduction.Combine(Pair<V>(x, inner, at + i + (4 * inner)), Pair<V>(x, inner, at + i + (6 * inner)));
                    V.Store(TReduction.Combine(V.Load(target + i), TReduction.Combine(four, more)), target + i);
                }

                if (i == right) continue;
                int count = right - i;
                V partFour = TReduction.Combine(PairPart<V>(x, inner, at + i, count), PairPart<V>(x, inner, at + i + (2 * inner), count));
                V partMore = TReduction.Combine(PairPart<V>(x, inner, at + i + (4 * inner), count),
                    PairPart<V>(x, inner, at + i + (6 * inner), count));
                V.StorePart(TReduction.Combine(V.LoadPart(target + i, count, partFour), TReduction.Combine(partFour, partMore)),
                    target + i, count);
            }

            for (; row < end; row++)
            {
                int at = row * inner;
                int i = left;
                for (; i <= right - V.Count; i += V.Count) V.Store(TReduction.Combine(V.Load(target + i), x.At<V>(at + i)), target + i);
                if (i == right) continue;
                V part = x.Part<V>(at + i, right - i);
                V.StorePart(TReduction.Combine(V.LoadPart(target + i, right - i, part), part), target + i, right - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Pair<V>(TSource x, int inner, int at)
            where V : unmanaged, ISimd<V, T> => TReduction.Combine(x.At<V>(at), x.At<V>(at + inner));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V PairPart<V>(TSource x, int inner, int at, int count)
            where V : unmanaged, ISimd<V, T> => TReduction.Combine(x.Part<V>(at, count), x.Part<V>(at + inner, count));
    }
}
