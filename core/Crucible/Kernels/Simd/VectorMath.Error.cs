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
    /// double; in float its absolute accuracy is 6e-8, which is all that GELU needs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V NormalCdf<V>(V x, out V density)
        where V : struct, ISimd<V>
    {
        if (!V.IsDouble)
        {
            density = Exp(x * x * -0.5) * 0.3989422804014327;
            return V.MultiplyAdd(ErfFloat(x * 0.7071067811865476), V.Of(0.5), V.Of(0.5));
        }

        V a = V.AtMost(V.Abs(x), 39);
        V square = a * a;
        V exponential = ExpOfNegative(square * 0.5, V.MultiplyAdd(a, a, -square) * 0.5);
        density = exponential * 0.3989422804014327;
        V tail = ErfcScaled(a * 0.7071067811865476) * exponential * 0.5;
        return V.Select(x < V.Of(0), tail, 1.0 - tail);
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
