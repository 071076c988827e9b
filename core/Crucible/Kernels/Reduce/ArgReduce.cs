using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Crucible.Kernels;

/// <summary>
/// Positions of extreme values along the middle axis of [outer, length, inner]: the first position of the extreme, or
/// of the first NaN.
/// </summary>
internal static unsafe class ArgReduce
{
    /// <summary>result[o, i] = the first l with x[o, l, i] largest or NaN.</summary>
    internal static void ArgMax<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<int> result)
        where T : unmanaged, IEquatable<T>
    {
        T[] extreme = ArrayPool<T>.Shared.Rent(result.Length);
        Max(x, outer, length, inner, extreme.AsSpan(0, result.Length));
        Find(x, outer, length, inner, extreme, result);
        ArrayPool<T>.Shared.Return(extreme);
    }

    /// <summary>result[o, i] = the first l with x[o, l, i] smallest or NaN.</summary>
    internal static void ArgMin<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<int> result)
        where T : unmanaged, IEquatable<T>
    {
        T[] extreme = ArrayPool<T>.Shared.Rent(result.Length);
        Min(x, outer, length, inner, extreme.AsSpan(0, result.Length));
        Find(x, outer, length, inner, extreme, result);
        ArrayPool<T>.Shared.Return(extreme);
    }

    private static void Max<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where T : unmanaged
    {
        if (typeof(T) == typeof(int))
            ReduceIntegers.Max(MemoryMarshal.Cast<T, int>(x), outer, length, inner, MemoryMarshal.Cast<T, int>(result));
        else Reduce.Max(x, outer, length, inner, result);
    }

    private static void Min<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where T : unmanaged
    {
        if (typeof(T) == typeof(int))
            ReduceIntegers.Min(MemoryMarshal.Cast<T, int>(x), outer, length, inner, MemoryMarshal.Cast<T, int>(result));
        else Reduce.Min(x, outer, length, inner, result);
    }

    private static void Find<T>(ReadOnlySpan<T> x, int outer, int length, int inner, T[] extreme, Span<int> result)
        where T : unmanaged, IEquatable<T>
    {
        if (result.IsEmpty) return;
        fixed (T* px = x, pe = extreme)
        fixed (int* pr = result)
        {
            FindJob<T> job = new(px, outer, length, inner, pe, pr);
            Workers.Run(ref job, job.Parts);
        }
    }

    /// <summary>Equals makes NaN equal to NaN, which is what finds the first NaN.</summary>
    private readonly struct FindJob<T>(T* x, int outer, int length, int inner, T* extreme, int* result) : IJob
        where T : unmanaged, IEquatable<T>
    {
        private readonly int matricesPerPart = Math.Max(1, Vectorized.PartLength / Math.Max(1, length * inner));

        internal int Parts => (outer + matricesPerPart - 1) / matricesPerPart;

        [MethodImpl(Compiled.AtOnce)]
        public void Run(int part)
        {
            int end = Math.Min((part + 1) * matricesPerPart, outer);
            for (int matrix = part * matricesPerPart; matrix < end; matrix++)
            {
                T* top = x + ((nint)matrix * length * inner);
                for (int i = 0; i < inner; i++)
                {
                    int at = (matrix * inner) + i;
                    result[at] = inner == 1 ? new ReadOnlySpan<T>(top, length).IndexOf(extreme[at]) : Column(top + i, extreme[at]);
                }
            }
        }

        private int Column(T* column, T value)
        {
            int row = 0;
            while (row < length - 1 && !column[(nint)row * inner].Equals(value)) row++;
            return row;
        }
    }
}
