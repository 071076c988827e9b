using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The error function and the normal distribution.</summary>
internal static partial class VectorMath
{
    /// <summary>erf x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Erf<V>(V x)
        where V : struct, ISimd<V> => V.IsDouble ? ErfDouble(x) : ErfFloat(x);

    /// <summary>
    /// Φ(x) = ½ erfc(−x / √2) and its derivative φ(x) = e^(−x²/2) / √(2π). For x ≪ 0 Φ keeps its relative accuracy in
    /// double; in float its absolute accuracy is 1.5e-7, which is all that GELU needs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V NormalCdf<V>(V x, out V density)
        where V : struct, ISimd<V>
    {
        if (!V.IsDouble)
        {
            density = Exp(x * x * -0.5) * 0.3989422804014327;
            return NormalCdfFloat(x);
        }

        V a = V.AtMost(V.Abs(x), 39);
        V square = a * a;
        V exponential = ExpOfNegative(square * 0.5, V.MultiplyAdd(a, a, -square) * 0.5);
        density = exponential * 0.3989422804014327;
        V tail = ErfcScaled(a * 0.7071067811865476) * exponential * 0.5;
        return V.Select(x < V.Of(0), tail, 1.0 - tail);
    }

    /// <summary>Φ(x) + x φ(x), the slope of GELU; in float its absolute accuracy is 2e-7, and beyond ±6 it is 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V GeluSlope<V>(V x)
        where V : struct, ISimd<V>
    {
        if (!V.IsDouble) return GeluSlopeFloat(x);
        V distribution = NormalCdf(x, out V density);
        return V.MultiplyAdd(Saturation.BothSides(x), density, distribution);
    }

    /// <summary>
    /// ½ + x·p(x²) / q(x²) for |x| ≤ 5.4, where the quotient rounds to ½: two short chains side by side in place of a long one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V NormalCdfFloat<V>(V x)
        where V : struct, ISimd<V>
    {
        V a = V.AtMost(V.AtLeast(x, -5.4), 5.4);
        V u = a * a;
        V p = Horner(V.Of(2.33852599507145e-8), u, 6.359927738230908e-6, 1.6432860866189e-4, 4.6508945524692535e-3, 3.3373042941093445e-2);
        p = V.MultiplyAdd(p, u, V.Of(0.398942232131958));
        V q = Horner(V.Of(1.2165407952124951e-6), u, 7.240161357913166e-5, 1.8590232357382774e-3, 2.8379138559103012e-2,
            0.25031986832618713);
        return (a * p / V.MultiplyAdd(q, u, V.Of(1))) + 0.5;
    }

    /// <summary>½ + x·p(x²) / q(x²) for |x| ≤ 6, where the quotient rounds to ½.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V GeluSlopeFloat<V>(V x)
        where V : struct, ISimd<V>
    {
        V a = V.AtMost(V.AtLeast(x, -6), 6);
        V u = a * a;
        V p = Horner(V.Of(-2.884888335163982e-11), u, 1.2977594998631048e-8, 1.1187696600245545e-6, 3.202928201062605e-5,
            2.8408560319803655e-4);
        p = V.MultiplyAdd(V.MultiplyAdd(p, u, V.Of(0.013571532443165779)), u, V.Of(-0.018099943175911903));
        p = V.MultiplyAdd(p, u, V.Of(0.7978845834732056));
        V q = Horner(V.Of(3.6271123349251866e-7), u, 1.0798303264891729e-5, 2.583215245977044e-4, 4.147060681134462e-3,
            4.5560095459222794e-2);
        q = V.MultiplyAdd(V.MultiplyAdd(q, u, V.Of(0.31064796447753906)), u, V.Of(1));
        return (a * p / q) + 0.5;
    }

    /// <summary>
    /// x·p(x²/8 − 1) for |x| ≤ 4: one polynomial and neither exponential nor division. The fit exceeds 1 beyond 3.93,
    /// where floats round to 1, and is cut there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfFloat<V>(V x)
        where V : struct, ISimd<V>
    {
        V a = V.AtMost(V.AtLeast(x, -4), 4);
        V u = V.MultiplyAdd(a, a * 0.125, V.Of(-1));
        V p = Horner(V.Of(5.35627675336e-4), u, -1.35400417492e-3, 8.54359769497e-4, -1.14600570278e-3, 5.20084427703e-3);
        p = Horner(p, u, -9.98480518811e-3, 1.42174626285e-2, -2.1737606284e-2, 3.3076885384e-2);
        p = Horner(p, u, -4.59846137779e-2, 5.98902640698e-2, -7.46935197787e-2, 9.02079674551e-2);
        p = Horner(p, u, -0.107712822592, 0.13167519036, -0.176576183698, 0.353530995228);
        return V.AtMost(V.AtLeast(a * p, -1), 1);
    }

    /// <summary>x·p(x²) for |x| &lt; 1, else 1 − erfc|x| with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfDouble<V>(V x)
        where V : struct, ISimd<V>
    {
        V a = V.AtMost(V.Abs(x), 27.5);
        V square = a * a;
        V near = x * ErfNear(square);
        V far = 1.0 - (ErfcScaled(a) * ExpOfNegative(square, V.MultiplyAdd(a, a, -square)));
        return V.Select(a < V.Of(1), near, far | (x & V.Of(-0.0)));
    }

    /// <summary>e^−(square + error) where the error is the rounding error of the square, so that large squares lose no accuracy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpOfNegative<V>(V square, V error)
        where V : struct, ISimd<V>
    {
        V exponential = Exp(-square);
        return V.MultiplyAdd(exponential, -error, exponential);
    }

    /// <summary>erf(x) / x as a polynomial of x², 0 ≤ x² ≤ 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfNear<V>(V square)
        where V : struct, ISimd<V>
    {
        V p = Horner(
            V.Of(5.94525827930620914e-11), square, -1.1365663897562765e-9, 1.46578793080454292e-8, -1.63500251438279957e-7,
            1.64609728097495497e-6);
        p = Horner(p, square, -1.49255935064473623e-5, 1.20553310368819429e-4, -8.54832697874174687e-4, 5.22397762478085935e-3);
        return Horner(p, square, -0.0268661706450728942, 0.112837916709548575, -0.376126389031837476, 1.12837916709551257);
    }

    /// <summary>e^(x²) erfc x = t·p(t) with t = 1 / (1 + 0.3x), 0 ≤ x ≤ 27.5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfcScaled<V>(V x)
        where V : struct, ISimd<V>
    {
        V t = 1.0 / V.MultiplyAdd(x, V.Of(0.3), V.Of(1));
        V p = Horner(V.Of(-0.00204104393816337471), t, 0.0244356064991124054, -0.133209486462657541, 0.436202510410059389,
            -0.95507910924553736);
        p = Horner(p, t, 1.48090343773719553, -1.69726228071196738, 1.49790268681890729, -1.04343342866362661);
        p = Horner(p, t, 0.568456962714645572, -0.257271041727519376, 0.0965519309611742964, -0.00442175250332101983);
        p = Horner(p, t, 0.0496240339278632178, 0.069125155828813938, 0.098383760922004098, 0.124569599240029107);
        p = Horner(p, t, 0.146408457825507297, 0.16164024805007735, 0.169256877286708713, 0.169256875030694565);
        return p * t;
    }
}
