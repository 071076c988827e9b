using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Running sums along the middle axis of [outer, length, inner].</summary>
internal static unsafe class CumulativeSum
{
    /// <summary>
    /// result[o, l, i] = Σ x[o, 0…l, i], or Σ x[o, l…, i] when <paramref name="reverse"/> (its derivative). Floats are
    /// summed in double. May be in place.
    /// </summary>
    internal static void Run(ReadOnlySpan<float> x, int outer, int length, int inner, bool reverse, Span<float> result) =>
        Run<float, double>(x, outer, length, inner, reverse, result);

    /// <inheritdoc cref="Run(ReadOnlySpan{float}, int, int, int, bool, Span{float})"/>
    internal static void Run(ReadOnlySpan<double> x, int outer, int length, int inner, bool reverse, Span<double> result) =>
        Run<double, double>(x, outer, length, inner, reverse, result);

    /// <inheritdoc cref="Run(ReadOnlySpan{float}, int, int, int, bool, Span{float})"/>
    internal static void Run(ReadOnlySpan<int> x, int outer, int length, int inner, bool reverse, Span<int> result) =>
        Run<int, int>(x, outer, length, inner, reverse, result);

    private static void Run<T, TSum>(ReadOnlySpan<T> x, int outer, int length, int inner, bool reverse, Span<T> result)
        where T : unmanaged, System.Numerics.INumber<T>
        where TSum : unmanaged, System.Numerics.INumber<TSum>
    {
        Check.Length("cumulativeSum", x.Length, (long)outer * length * inner);
        Check.Length("cumulativeSum", result.Length, x.Length);
        fixed (T* px = x, pr = result)
        {
            Job<T, TSum> job = new(px, length, inner, reverse, pr, outer * inner);
            Workers.Run(ref job, job.Parts);
        }
    }

    private readonly struct Job<T, TSum>(T* x, int length, int inner, bool reverse, T* result, int columns) : IJob
        where T : unmanaged, System.Numerics.INumber<T>
        where TSum : unmanaged, System.Numerics.INumber<TSum>
    {
        private readonly int columnsPerPart = Math.Max(1, Vectorized.PartLength / Math.Max(1, length));

        internal int Parts => (columns + columnsPerPart - 1) / columnsPerPart;

        [MethodImpl(Compiled.AtOnce)]
        public void Run(int part)
        {
            int end = Math.Min((part + 1) * columnsPerPart, columns);
            for (int column = part * columnsPerPart; column < end; column++)
            {
                (int o, int i) = Math.DivRem(column, inner);
                nint at = ((nint)o * length * inner) + i + (reverse ? (nint)(length - 1) * inner : 0);
                nint step = reverse ? -inner : inner;
                TSum sum = TSum.Zero;
                for (int l = 0; l < length; l++, at += step)
                {
                    sum += TSum.CreateTruncating(x[at]);
                    result[at] = T.CreateTruncating(sum);
                }
            }
        }
    }
}
