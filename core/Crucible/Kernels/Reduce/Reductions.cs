using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Σ x.</summary>
internal readonly struct SumReduction : IReduction
{
    public static double Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Map<V>(V x)
        where V : struct, ISimd<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine<V>(V x, V y)
        where V : struct, ISimd<V> => x + y;
}

/// <summary>Σ x².</summary>
internal readonly struct SumOfSquaresReduction : IReduction
{
    public static double Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Map<V>(V x)
        where V : struct, ISimd<V> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine<V>(V x, V y)
        where V : struct, ISimd<V> => x + y;
}

/// <summary>Π x.</summary>
internal readonly struct ProductReduction : IReduction
{
    public static double Identity => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Map<V>(V x)
        where V : struct, ISimd<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine<V>(V x, V y)
        where V : struct, ISimd<V> => x * y;
}

/// <summary>max x; NaN wins.</summary>
internal readonly struct MaxReduction : IReduction
{
    public static double Identity => double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Map<V>(V x)
        where V : struct, ISimd<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine<V>(V x, V y)
        where V : struct, ISimd<V> => V.Max(x, y);
}

/// <summary>min x; NaN wins.</summary>
internal readonly struct MinReduction : IReduction
{
    public static double Identity => double.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Map<V>(V x)
        where V : struct, ISimd<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine<V>(V x, V y)
        where V : struct, ISimd<V> => V.Min(x, y);
}

/// <summary>Σ 0·x, which is NaN unless every x is finite.</summary>
internal readonly struct FiniteReduction : IReduction
{
    public static double Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Map<V>(V x)
        where V : struct, ISimd<V> => x * 0.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine<V>(V x, V y)
        where V : struct, ISimd<V> => x + y;
}

/// <summary>Combines results of a reduction.</summary>
internal readonly struct Then<TReduction> : IReduction
    where TReduction : struct, IReduction
{
    public static double Identity => TReduction.Identity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Map<V>(V x)
        where V : struct, ISimd<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Combine<V>(V x, V y)
        where V : struct, ISimd<V> => TReduction.Combine(x, y);
}
