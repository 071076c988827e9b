using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Elementary functions of vectors, within a few units in the last place and right at ±0, ±∞, NaN, overflow and gradual
/// underflow. Polynomials are minimax fits (Remez) made for this library; each is named after its function and
/// interval.
/// </summary>
internal static partial class VectorMath
{
    /// <summary>ln x: with x = 2ⁿ m and √½ ≤ m &lt; √2, ln x = n ln 2 + ln m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Log<V>(V x)
        where V : struct, ISimd<V>
    {
        // Subnormal numbers are first brought to full precision.
        V tiny = x < V.Of(V.IsDouble ? 2.2250738585072014e-308 : 1.1754943508222875e-38);
        V scaled = V.Select(tiny, x * (V.IsDouble ? 4503599627370496.0 : 8388608.0), x);
        V bits = V.AddBits(scaled, V.OfBits(V.IsDouble ? 0x3FF0000000000000 - 0x3FE6A09E667F3BCD : 0x3F800000 - 0x3F3504F3));
        V exponent = V.IsDouble
            ? (V.ShiftBitsRight(bits, 52) | V.Of(4503599627370496.0)) - (4503599627370496.0 + 1023)
            : (V.ShiftBitsRight(bits, 23) | V.Of(8388608.0)) - (8388608.0 + 127);
        V n = exponent - V.Select(tiny, V.Of(V.IsDouble ? 52 : 23), V.Of(0));
        V m = V.AddBits(
            bits & V.OfBits(V.IsDouble ? 0x000FFFFFFFFFFFFF : 0x007FFFFF), V.OfBits(V.IsDouble ? 0x3FE6A09E667F3BCD : 0x3F3504F3));
        V result = V.IsDouble ? LogDouble(m - 1.0, n) : LogFloat(m - 1.0, n);
        V special = V.Select(V.Equal(x, V.Of(0)), V.Of(double.NegativeInfinity), V.Select(x < V.Of(0), V.Of(double.NaN), x));
        return V.Select((x > V.Of(0)) & (x < V.Of(double.PositiveInfinity)), result, special);
    }

    /// <summary>ln(1 + x) without cancellation near 0: ln u + (x − (u − 1)) / u with u = 1 + x rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Log1p<V>(V x)
        where V : struct, ISimd<V>
    {
        V u = x + 1.0;
        V correction = V.Select((u > V.Of(0)) & (u < V.Of(double.PositiveInfinity)), (x - (u - 1.0)) / u, V.Of(0));
        return V.Select(V.Equal(x, V.Of(0)), x, Log(u) + correction);
    }

    /// <summary>
    /// tanh x = −d / (d + 2) with d = e⁻²ˣ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1), for x ≥ 0; odd.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Tanh<V>(V x)
        where V : struct, ISimd<V>
    {
        V negative = x | V.Of(-0.0);
        V power = ExpMinusOneReduced(V.AtLeast(negative + negative, ExpLeast<V>()), out V n);
        V scale = V.Scale(V.Of(1), n);
        V d = V.MultiplyAdd(scale, power, scale - 1.0);
        return V.Select(V.Of(-0.0), x, d / (d + 2.0));
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sigmoid<V>(V x)
        where V : struct, ISimd<V> => 1.0 / (1.0 + Exp(-x));

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), which cannot overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Softplus<V>(V x)
        where V : struct, ISimd<V> => V.AtLeast(x, 0) + Log1p(Exp(-V.Abs(x)));

    /// <summary>xʸ: floats as e^(y ln |x|) in double precision with the sign of odd powers, doubles lane by lane.</summary>
    internal static V Pow<V>(V x, V y)
        where V : struct, ISimd<V> => V.IsDouble ? V.PerLane<PowScalar>(x, y) : V.ViaDouble<PowOfFloats>(x, y);

    /// <summary>x·2ⁿ for |n| up to twice the exponent range: the first product is exact, the second rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V ScaleInTwoSteps<V>(V x, V n)
        where V : struct, ISimd<V>
    {
        V half = V.Floor(n * 0.5);
        return x * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>2ⁿ by writing n into the exponent; adding 1.5·2²³ (2⁵²) leaves n in the low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerOfTwo<V>(V n)
        where V : struct, ISimd<V> => V.IsDouble
            ? V.ShiftBitsLeft(V.AddBits(n + 6755399441055744.0, V.OfBits(1023)), 52)
            : V.ShiftBitsLeft(V.AddBits(n + 12582912.0, V.OfBits(127)), 23);

    /// <summary>n ln 2 + ln(1 + f) with ln(1 + f) = f − f²/2 + f³·p(f) for √½ − 1 ≤ f ≤ √2 − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogFloat<V>(V f, V n)
        where V : struct, ISimd<V>
    {
        V p = Horner(V.Of(6.91553945944863e-2), f, -0.117898642777216835, 0.118729260116941854, -0.123843352934460776,
            0.142186638406866015);
        p = Horner(p, f, -0.166692518042687592, 0.200022263170443691, -0.249999865766104822, 0.333333104453943665);
        V square = f * f;
        V rest = V.MultiplyAdd(square * f, p, V.MultiplyAdd(square, V.Of(-0.5), n * -1.9046543231482e-9));
        return V.MultiplyAdd(n, V.Of(0.693147182464599609375), f + rest);
    }

    /// <summary>n ln 2 + ln(1 + f) with s = f / (2 + f) and ln(1 + f) = f − s·(f − s²·p(s²)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogDouble<V>(V f, V n)
        where V : struct, ISimd<V>
    {
        V s = f / (f + 2.0);
        V z = s * s;
        V p = Horner(V.Of(0.147959103842913268), z, 0.153140547835342265, 0.181835641457348415, 0.222221985770363619, 0.285714287423449166);
        p = V.MultiplyAdd(V.MultiplyAdd(p, z, V.Of(0.399999999994149054)), z, V.Of(0.666666666666673437));
        V rest = V.MultiplyAdd(n, V.Of(2.3190468138462996e-17), s * V.MultiplyAdd(z, p, -f));
        return V.MultiplyAdd(n, V.Of(0.6931471805599453), f + rest);
    }

    /// <summary>Four more coefficients of a polynomial by Horner's rule: p·x⁴ + c3·x³ + c2·x² + c1·x + c0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Horner<V>(V p, V x, double c3, double c2, double c1, double c0)
        where V : struct, ISimd<V>
    {
        p = V.MultiplyAdd(p, x, V.Of(c3));
        p = V.MultiplyAdd(p, x, V.Of(c2));
        p = V.MultiplyAdd(p, x, V.Of(c1));
        return V.MultiplyAdd(p, x, V.Of(c0));
    }

    /// <summary>
    /// In double precision the rounding of y ln |x| is far below that of a float. Not inlined: it stands twice in the
    /// formula of a float vector.
    /// </summary>
    private readonly struct PowOfFloats : IBinary
    {
        [MethodImpl(Compiled.AtOnce)]
        public static V Invoke<V>(V x, V y)
            where V : struct, ISimd<V>
        {
            V size = V.Abs(x);
            V power = V.Select(V.Equal(size, V.Of(1)), V.Of(1), Exp(Log(size) * y));
            V half = y * 0.5;
            V isInteger = V.Equal(y, V.Round(y));
            V isOdd = isInteger & ~V.Equal(half, V.Round(half));
            power ^= isOdd & x & V.Of(-0.0);
            power = V.Select((x < V.Of(0)) & ~isInteger & (size < V.Of(double.PositiveInfinity)), V.Of(double.NaN), power);
            return V.Select(V.Equal(y, V.Of(0)), V.Of(1), power);
        }
    }

    private readonly struct PowScalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Pow(x, y);
    }
}
