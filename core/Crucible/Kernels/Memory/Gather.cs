using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Crucible.Kernels;

/// <summary>
/// Reading and adding at indices of the middle axis of [outer, length, inner]. Indices must lie in 0 … length − 1.
/// Additions to one place happen in the order of the indices.
/// </summary>
internal static unsafe class Gather
{
    /// <summary>target[o, k, ·] = source[o, indices[k], ·]: [outer, length, inner] to [outer, count, inner].</summary>
    internal static void Rows<T>(ReadOnlySpan<T> source, int outer, int length, int inner, ReadOnlySpan<int> indices, Span<T> target)
        where T : unmanaged
    {
        CheckSizes(source.Length, outer, length, inner, indices, target.Length, (long)outer * indices.Length * inner);
        fixed (T* ps = source, pt = target)
        fixed (int* pi = indices)
        {
            RowsJob<T> job = new(ps, length, inner, pi, indices.Length, pt, outer * indices.Length);
            Workers.Run(ref job, job.Parts);
        }
    }

    /// <summary>target[o, indices[k], ·] += source[o, k, ·]: the derivative of <see cref="Rows"/>.</summary>
    internal static void AddRows<T>(ReadOnlySpan<T> source, int outer, int length, int inner, ReadOnlySpan<int> indices, Span<T> target)
        where T : unmanaged
    {
        CheckSizes(target.Length, outer, length, inner, indices, source.Length, (long)outer * indices.Length * inner);
        fixed (T* ps = source, pt = target)
        fixed (int* pi = indices)
        {
            int parts = Math.Min(length, Vectorized.Parts(source.Length));
            Vectorized.Run<AddRowsJob<T>, T>(new(ps, outer, length, inner, pi, indices.Length, pt, Math.Max(1, parts)), Math.Max(1, parts));
        }
    }

    /// <summary>target[o, k, i] = source[o, indices[o, k, i], i], with <paramref name="count"/> indices along the middle axis.</summary>
    internal static void Elements<T>(
        ReadOnlySpan<T> source, int outer, int length, int inner, ReadOnlySpan<int> indices, int count, Span<T> target)
        where T : unmanaged
    {
        CheckSizes(source.Length, outer, length, inner, indices, target.Length, (long)outer * count * inner);
        Check.Length("gather", indices.Length, target.Length);
        fixed (T* ps = source, pt = target)
        fixed (int* pi = indices)
        {
            ElementsJob<T> job = new(ps, length, inner, pi, count * inner, pt, outer);
            Workers.Run(ref job, job.Parts);
        }
    }

    /// <summary>target[o, indices[o, k, i], i] += source[o, k, i].</summary>
    internal static void AddElements<T>(
        ReadOnlySpan<T> source, int outer, int length, int inner, ReadOnlySpan<int> indices, int count, Span<T> target)
        where T : unmanaged, System.Numerics.IAdditionOperators<T, T, T>
    {
        CheckSizes(target.Length, outer, length, inner, indices, source.Length, (long)outer * count * inner);
        Check.Length("scatterAdd", indices.Length, source.Length);
        fixed (T* ps = source, pt = target)
        fixed (int* pi = indices)
        {
            AddElementsJob<T> job = new(ps, length, inner, pi, count * inner, pt, outer);
            Workers.Run(ref job, job.Parts);
        }
    }

    private static void CheckSizes(int whole, int outer, int length, int inner, ReadOnlySpan<int> indices, int part, long expectedPart)
    {
        Check.Length("gather", whole, (long)outer * length * inner);
        Check.Length("gather", part, expectedPart);
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)length)
                throw new ArgumentException(Invariant($"gather: indices must lie in 0 … {length - 1}, but one is {index}"));
        }
    }

    private static int OuterPerPart(int plane) => Math.Max(1, Vectorized.PartLength / Math.Max(1, plane));

    private readonly struct ElementsJob<T>(T* source, int length, int inner, int* indices, int plane, T* target, int outer) : IJob
        where T : unmanaged
    {
        internal int Parts => (outer + OuterPerPart(plane) - 1) / OuterPerPart(plane);

        public void Run(int part)
        {
            int share = OuterPerPart(plane);
            for (int o = part * share; o < Math.Min((part + 1) * share, outer); o++)
            {
                T* from = source + ((nint)o * length * inner), to = target + ((nint)o * plane);
                int* own = indices + ((nint)o * plane);
                if (inner == 1) for (int i = 0; i < plane; i++) to[i] = from[own[i]];
                else for (int i = 0; i < plane; i++) to[i] = from[((nint)own[i] * inner) + (i % inner)];
            }
        }
    }

    private readonly struct AddElementsJob<T>(T* source, int length, int inner, int* indices, int plane, T* target, int outer) : IJob
        where T : unmanaged, System.Numerics.IAdditionOperators<T, T, T>
    {
        internal int Parts => (outer + OuterPerPart(plane) - 1) / OuterPerPart(plane);

        public void Run(int part)
        {
            int share = OuterPerPart(plane);
            for (int o = part * share; o < Math.Min((part + 1) * share, outer); o++)
            {
                T* from = source + ((nint)o * plane), to = target + ((nint)o * length * inner);
                int* own = indices + ((nint)o * plane);
                if (inner == 1) for (int i = 0; i < plane; i++) to[own[i]] += from[i];
                else for (int i = 0; i < plane; i++) to[((nint)own[i] * inner) + (i % inner)] += from[i];
            }
        }
    }

    private readonly struct RowsJob<T>(T* source, int length, int inner, int* indices, int count, T* target, int rows) : IJob
        where T : unmanaged
    {
        private readonly int rowsPerPart = Math.Max(1, Vectorized.PartLength / Math.Max(1, inner));

        internal int Parts => (rows + rowsPerPart - 1) / rowsPerPart;

        public void Run(int part)
        {
            int end = Math.Min((part + 1) * rowsPerPart, rows);
            for (int row = part * rowsPerPart; row < end; row++)
            {
                (int o, int k) = Math.DivRem(row, count);
                nint from = (((nint)o * length) + indices[k]) * inner;
                new ReadOnlySpan<T>(source + from, inner).CopyTo(new Span<T>(target + ((nint)row * inner), inner));
            }
        }
    }

    /// <summary>Each part owns a range of target rows and looks at all indices, so no two parts add to the same place.</summary>
    private readonly struct AddRowsJob<T>(T* source, int outer, int length, int inner, int* indices, int count, T* target, int parts)
        : IVectorJob<T>
        where T : unmanaged
    {
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int first = (int)((long)length * part / parts);
            int end = (int)((long)length * (part + 1) / parts);
            for (int o = 0; o < outer; o++)
            {
                for (int k = 0; k < count; k++)
                {
                    int index = indices[k];
                    if (index < first || index >= end) continue;
                    Add<V>(source + ((((nint)o * count) + k) * inner), target + ((((nint)o * length) + index) * inner));
                }
            }
        }

        [MethodImpl(Compiled.AtOnce)]
        private void Add<V>(T* from, T* to)
            where V : unmanaged, ISimd<V, T>
        {
            int i = 0;
            for (; i <= inner - V.Count; i += V.Count) V.Store(V.Load(to + i) + V.Load(from + i), to + i);
            if (i < inner)
                V.StorePart(V.LoadPart(to + i, inner - i, V.Of(0)) + V.LoadPart(from + i, inner - i, V.Of(0)), to + i, inner - i);
        }
    }
}
