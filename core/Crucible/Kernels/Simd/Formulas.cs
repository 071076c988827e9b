using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>A formula of one operand, written once for both float types and every vector width.</summary>
internal interface IUnary
{
    /// <summary>
    /// A few instructions, so that memory and not arithmetic takes the time: several vectors are computed at once. A
    /// long formula must not say so.
    /// </summary>
    static virtual bool IsLight => false;

    /// <summary>A long formula that is written for four vectors of floats too, and faster so.</summary>
    static virtual bool IsFourfold => false;

    static abstract V Invoke<V>(V x)
        where V : struct, ISimd<V>;

    /// <summary>The formula of four vectors of floats, in place, with the bits of <see cref="Invoke{V}(V)"/>.</summary>
    static virtual void Invoke<V>(ref V first, ref V second, ref V third, ref V fourth)
        where V : struct, ISimd<V> => throw new NotSupportedException();
}

/// <summary>A formula of two operands.</summary>
internal interface IBinary
{
    /// <inheritdoc cref="IUnary.IsLight"/>
    static virtual bool IsLight => false;

    static abstract V Invoke<V>(V x, V y)
        where V : struct, ISimd<V>;
}

/// <summary>A formula of three operands.</summary>
internal interface ITernary
{
    /// <inheritdoc cref="IUnary.IsLight"/>
    static virtual bool IsLight => false;

    static abstract V Invoke<V>(V x, V y, V z)
        where V : struct, ISimd<V>;
}

/// <summary>A function of two numbers for which there is no vector formula.</summary>
internal interface IScalar
{
    static abstract double Invoke(double x, double y);
}

/// <summary>Where the lanes of an operand come from.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal interface IOperand<T>
    where T : unmanaged
{
    /// <summary>The lanes from an index on.</summary>
    V At<V>(int index)
        where V : unmanaged, ISimd<V, T>;

    /// <summary>Fewer lanes than a vector has; the others hold something harmless.</summary>
    V Part<V>(int index, int count)
        where V : unmanaged, ISimd<V, T>;
}

/// <summary>A contiguous array.</summary>
internal readonly unsafe struct Stream<T>(T* source) : IOperand<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V At<V>(int index)
        where V : unmanaged, ISimd<V, T> => V.Load(source + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Part<V>(int index, int count)
        where V : unmanaged, ISimd<V, T> => V.LoadPart(source + index, count, V.Of(0));
}

/// <summary>One value for every lane.</summary>
internal readonly struct Scalar<T>(T value) : IOperand<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V At<V>(int index)
        where V : unmanaged, ISimd<V, T> => V.Broadcast(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Part<V>(int index, int count)
        where V : unmanaged, ISimd<V, T> => V.Broadcast(value);
}

/// <summary>
/// x · gate(x) has limits at ±∞ where arithmetic would give ∞ · 0 = NaN. At ±<see cref="Limit"/> every gate (σ, Φ, and the
/// densities beside them) has long rounded to 0 or 1, so x may stop there. NaN stays.
/// </summary>
internal static class Saturation
{
    internal const double Limit = 1000.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Below<V>(V x)
        where V : struct, ISimd<V> => V.AtLeast(x, -Limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V BothSides<V>(V x)
        where V : struct, ISimd<V> => V.AtMost(V.AtLeast(x, -Limit), Limit);
}
