using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>−x.</summary>
internal readonly struct Negate : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => -x;
}

/// <summary>x².</summary>
internal readonly struct Square : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => x * x;
}

/// <summary>√x.</summary>
internal readonly struct Sqrt : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => V.Sqrt(x);
}

/// <summary>1/x.</summary>
internal readonly struct Reciprocal : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => 1.0 / x;
}

/// <summary>|x|.</summary>
internal readonly struct Abs : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => V.Abs(x);
}

/// <summary>−1, 0 or 1; NaN stays.</summary>
internal readonly struct Sign : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => V.Select(x > V.Of(0), V.Of(1), V.Select(x < V.Of(0), V.Of(-1), x));
}

/// <summary>The largest integer that is at most x.</summary>
internal readonly struct Floor : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => V.Floor(x);
}

/// <summary>The smallest integer that is at least x.</summary>
internal readonly struct Ceiling : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => V.Ceiling(x);
}

/// <summary>The nearest integer, halves to even.</summary>
internal readonly struct Round : IUnary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => V.Round(x);
}

/// <summary>eˣ.</summary>
internal readonly struct Exp : IUnary
{
    public static bool IsFourfold => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Invoke<V>(ref V first, ref V second, ref V third, ref V fourth)
        where V : struct, ISimd<V> => VectorMath.Exp(ref first, ref second, ref third, ref fourth);
}

/// <summary>ln x.</summary>
internal readonly struct Log : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Log(x);
}

/// <summary>sin x.</summary>
internal readonly struct Sin : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Sin(x);
}

/// <summary>cos x.</summary>
internal readonly struct Cos : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Cos(x);
}

/// <summary>tanh x.</summary>
internal readonly struct Tanh : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Tanh(x);
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
internal readonly struct Sigmoid : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Sigmoid(x);
}

/// <summary>erf x.</summary>
internal readonly struct Erf : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Erf(x);
}

/// <summary>eˣ − 1.</summary>
internal readonly struct Expm1 : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Expm1(x);
}

/// <summary>ln(1 + x).</summary>
internal readonly struct Log1p : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Log1p(x);
}

/// <summary>x + y.</summary>
internal readonly struct Add : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x + y;
}

/// <summary>x − y.</summary>
internal readonly struct Subtract : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x - y;
}

/// <summary>x·y.</summary>
internal readonly struct Multiply : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x * y;
}

/// <summary>x / y.</summary>
internal readonly struct Divide : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x / y;
}

/// <summary>The larger; NaN if either is.</summary>
internal readonly struct Maximum : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => V.Max(x, y);
}

/// <summary>The smaller; NaN if either is.</summary>
internal readonly struct Minimum : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => V.Min(x, y);
}

/// <summary>xʸ.</summary>
internal readonly struct Pow : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => VectorMath.Pow(x, y);
}

/// <summary>x·y + z with one rounding.</summary>
internal readonly struct MultiplyAdd : ITernary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y, V z)
        where V : struct, ISimd<V> => V.MultiplyAdd(x, y, z);
}

/// <summary>x held between y and z; NaN stays.</summary>
internal readonly struct Clamp : ITernary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y, V z)
        where V : struct, ISimd<V> => V.Min(V.Max(x, y), z);
}

/// <summary>The mask x &lt; y.</summary>
internal readonly struct Less : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x < y;
}

/// <summary>The mask x ≤ y.</summary>
internal readonly struct LessOrEqual : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x <= y;
}

/// <summary>The mask x > y.</summary>
internal readonly struct Greater : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x > y;
}

/// <summary>The mask x ≥ y.</summary>
internal readonly struct GreaterOrEqual : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => x >= y;
}

/// <summary>The mask x = y.</summary>
internal readonly struct Equal : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => V.Equal(x, y);
}

/// <summary>The mask x ≠ y; true of NaN.</summary>
internal readonly struct NotEqual : IBinary
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<V>(V x, V y)
        where V : struct, ISimd<V> => ~V.Equal(x, y);
}
