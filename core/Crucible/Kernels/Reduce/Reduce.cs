using System.Buffers;
using static System.FormattableString;

namespace Crucible.Kernels;

/// <summary>How many numbers become one: an associative formula, its neutral element, and what is done to each number before.</summary>
internal interface IReduction
{
    /// <summary>The neutral element of <see cref="Combine"/>.</summary>
    static abstract double Identity { get; }

    /// <summary>Applied to each element first. Must map the identity to itself.</summary>
    static abstract V Map<V>(V x)
        where V : struct, ISimd<V>;

    static abstract V Combine<V>(V x, V y)
        where V : struct, ISimd<V>;
}

/// <summary>
/// Reductions of a contiguous array [outer, length, inner] along its middle axis to [outer, inner]. With inner = 1 rows
/// are reduced, with outer = 1 columns. The order of all additions is fixed by the sizes alone. Sums are accumulated in
/// blocks whose sums are added in turn, so that rounding errors grow with the logarithm of the length.
/// </summary>
internal static unsafe partial class Reduce
{
    /// <summary>Elements of a row that become one partial result; the lanes of four vectors each gather a few dozen of them.</summary>
    private const int RowBlock = 2048;

    /// <summary>Elements of a column that become one partial result.</summary>
    private const int ColumnBlock = 64;

    /// <summary>result[o, i] = Σ x[o, ·, i].</summary>
    internal static void Sum<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where T : unmanaged => Run<SumReduction, T>(x, outer, length, inner, result);

    /// <summary>result[o, i] = Σ x[o, ·, i]².</summary>
    internal static void SumOfSquares<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where T : unmanaged => Run<SumOfSquaresReduction, T>(x, outer, length, inner, result);

    /// <summary>result[o, i] = Π x[o, ·, i].</summary>
    internal static void Product<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where T : unmanaged => Run<ProductReduction, T>(x, outer, length, inner, result);

    /// <summary>result[o, i] = max x[o, ·, i]; NaN if any is.</summary>
    internal static void Max<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where T : unmanaged => Run<MaxReduction, T>(x, outer, length, inner, result);

    /// <summary>result[o, i] = min x[o, ·, i]; NaN if any is.</summary>
    internal static void Min<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where T : unmanaged => Run<MinReduction, T>(x, outer, length, inner, result);

    /// <summary>Σ x.</summary>
    internal static T Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged => Whole<SumReduction, T>(x);

    /// <summary>Σ x².</summary>
    internal static T SumOfSquares<T>(ReadOnlySpan<T> x)
        where T : unmanaged => Whole<SumOfSquaresReduction, T>(x);

    /// <summary>No element is NaN or infinite.</summary>
    internal static bool AllFinite<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IEquatable<T> => Whole<FiniteReduction, T>(x).Equals(default);

    /// <summary>Σ x[i]·y[i].</summary>
    internal static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged
    {
        if (x.Length != y.Length) throw new ArgumentException(Invariant($"dot: lengths must agree, but are {x.Length} and {y.Length}"));
        T result;
        fixed (T* px = x, py = y) Rows<SumReduction, T, Products<T>>(new(px, py), 1, x.Length, &result);
        return result;
    }

    /// <summary>Σ op(x[i], y[i]) in one pass, for a formula with op(0, 0) = 0.</summary>
    internal static T SumOf<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        Check.Length("sumOf", y.Length, x.Length);
        T result;
        fixed (T* px = x, py = y) Rows<SumReduction, T, Pairs<TOp, T>>(new(px, py), 1, x.Length, &result);
        return result;
    }

    private static T Whole<TReduction, T>(ReadOnlySpan<T> x)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        T result;
        fixed (T* px = x) Rows<TReduction, T, Mapped<TReduction, T>>(new(px), 1, x.Length, &result);
        return result;
    }

    private static void Run<TReduction, T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        if (x.Length != (long)outer * length * inner || result.Length != outer * inner)
            throw new ArgumentException(
                Invariant($"reduce: [{outer}, {length}, {inner}] does not fit arrays of {x.Length} and {result.Length}"));
        if (result.IsEmpty) return;
        fixed (T* px = x, pr = result)
        {
            if (inner == 1) Rows<TReduction, T, Mapped<TReduction, T>>(new(px), outer, length, pr);
            else Columns<TReduction, T, Mapped<TReduction, T>>(new(px), outer, length, inner, pr);
        }
    }

    /// <summary>Each row in blocks; then the partial results, which are rows again.</summary>
    private static void Rows<TReduction, T, TSource>(TSource x, int outer, int length, T* result)
        where TReduction : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T> => Rows<TReduction, Then<TReduction>, T, TSource>(x, outer, length, result);

    private static void Rows<TReduction, TThen, T, TSource>(TSource x, int outer, int length, T* result)
        where TReduction : struct, IReduction
        where TThen : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T>
    {
        int blocks = Math.Max(1, (length + RowBlock - 1) / RowBlock);
        if (blocks == 1)
        {
            RunRows<TReduction, T, TSource>(new(x, outer, length, length, result));
            return;
        }

        T[] partial = ArrayPool<T>.Shared.Rent(outer * blocks);
        fixed (T* pp = partial)
        {
            RunRows<TReduction, T, TSource>(new(x, outer, length, RowBlock, pp));
            Rows<TThen, TThen, T, Mapped<TThen, T>>(new(pp), outer, blocks, result);
        }

        ArrayPool<T>.Shared.Return(partial);
    }

    private static void RunRows<TReduction, T, TSource>(RowJob<TReduction, T, TSource> job)
        where TReduction : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T> => Vectorized.Run<RowJob<TReduction, T, TSource>, T>(job, job.Parts);

    /// <summary>All columns in blocks of rows; then the partial results, which are rows of columns again.</summary>
    private static void Columns<TReduction, T, TSource>(TSource x, int outer, int length, int inner, T* result)
        where TReduction : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T> => Columns<TReduction, Then<TReduction>, T, TSource>(x, outer, length, inner, result);

    private static void Columns<TReduction, TThen, T, TSource>(TSource x, int outer, int length, int inner, T* result)
        where TReduction : struct, IReduction
        where TThen : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T>
    {
        int blocks = Math.Max(1, (length + ColumnBlock - 1) / ColumnBlock);
        if (blocks == 1)
        {
            RunColumns<TReduction, T, TSource>(new(x, outer, length, length, inner, result));
            return;
        }

        T[] partial = ArrayPool<T>.Shared.Rent(outer * blocks * inner);
        fixed (T* pp = partial)
        {
            RunColumns<TReduction, T, TSource>(new(x, outer, length, ColumnBlock, inner, pp));
            Columns<TThen, TThen, T, Mapped<TThen, T>>(new(pp), outer, blocks, inner, result);
        }

        ArrayPool<T>.Shared.Return(partial);
    }

    private static void RunColumns<TReduction, T, TSource>(ColumnJob<TReduction, T, TSource> job)
        where TReduction : struct, IReduction
        where T : unmanaged
        where TSource : struct, IOperand<T> => Vectorized.Run<ColumnJob<TReduction, T, TSource>, T>(job, job.Parts);
}
