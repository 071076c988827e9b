namespace Crucible.Kernels;

/// <summary>
/// Reductions of int arrays along the middle axis of [outer, length, inner]; sums and products wrap around as int
/// arithmetic does.
/// </summary>
internal static class ReduceIntegers
{
    /// <summary>result[o, i] = Σ x[o, ·, i].</summary>
    internal static void Sum(ReadOnlySpan<int> x, int outer, int length, int inner, Span<int> result) =>
        Run<Plus>(x, outer, length, inner, result, 0);

    /// <summary>result[o, i] = Π x[o, ·, i].</summary>
    internal static void Product(ReadOnlySpan<int> x, int outer, int length, int inner, Span<int> result) =>
        Run<Times>(x, outer, length, inner, result, 1);

    /// <summary>result[o, i] = max x[o, ·, i].</summary>
    internal static void Max(ReadOnlySpan<int> x, int outer, int length, int inner, Span<int> result) =>
        Run<Largest>(x, outer, length, inner, result, int.MinValue);

    /// <summary>result[o, i] = min x[o, ·, i].</summary>
    internal static void Min(ReadOnlySpan<int> x, int outer, int length, int inner, Span<int> result) =>
        Run<Smallest>(x, outer, length, inner, result, int.MaxValue);

    private static void Run<TOp>(ReadOnlySpan<int> x, int outer, int length, int inner, Span<int> result, int identity)
        where TOp : struct, IIntegers
    {
        result.Fill(identity);
        for (int o = 0; o < outer; o++)
        {
            Span<int> target = result.Slice(o * inner, inner);
            for (int l = 0; l < length; l++)
            {
                ReadOnlySpan<int> row = x.Slice(((o * length) + l) * inner, inner);
                for (int i = 0; i < inner; i++) target[i] = TOp.Invoke(target[i], row[i]);
            }
        }
    }

    private interface IIntegers
    {
        static abstract int Invoke(int x, int y);
    }

    private readonly struct Plus : IIntegers
    {
        public static int Invoke(int x, int y) => x + y;
    }

    private readonly struct Times : IIntegers
    {
        public static int Invoke(int x, int y) => x * y;
    }

    private readonly struct Largest : IIntegers
    {
        public static int Invoke(int x, int y) => Math.Max(x, y);
    }

    private readonly struct Smallest : IIntegers
    {
        public static int Invoke(int x, int y) => Math.Min(x, y);
    }
}
