using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The error function and the normal distribution.</summary>
internal static partial class VectorMath
{
    /// <summary>erf x: x·p(x²) for |x| &lt; 1, else 1 − erfc|x| with the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Erf<V>(V x)
        where V : struct, ISimd<V>
    {
        V a = V.AtMost(V.Abs(x), V.IsDouble ? 27.5 : 10.5);
        V square = a * a;
        V near = x * ErfNear(square);
        V far = 1.0 - ErfcScaled(a) * ExpOfNegative(square, V.MultiplyAdd(a, a, -square));
        return V.Select(a < V.Of(1), near, far | (x & V.Of(-0.0)));
    }

    /// <summary>Φ(x) = ½ erfc(−x / √2) and its derivative φ(x) = e^(−x²/2) / √(2π) for one exponential; Φ keeps its relative accuracy for x ≪ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V NormalCdf<V>(V x, out V density)
        where V : struct, ISimd<V>
    {
        V a = V.AtMost(V.Abs(x), V.IsDouble ? 39 : 15);
        V square = a * a;
        V exponential = ExpOfNegative(square * 0.5, V.MultiplyAdd(a, a, -square) * 0.5);
        density = exponential * 0.3989422804014327;
        V tail = ErfcScaled(a * 0.7071067811865476) * exponential * 0.5;
        return V.Select(x < V.Of(0), tail, 1.0 - tail);
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
        if (V.IsDouble)
        {
            V p = Horner(
                V.Of(5.94525827930620914e-11), square, -1.1365663897562765e-9, 1.46578793080454292e-8, -1.63500251438279957e-7, 1.64609728097495497e-6);
            p = Horner(p, square, -1.49255935064473623e-5, 1.20553310368819429e-4, -8.54832697874174687e-4, 5.22397762478085935e-3);
            return Horner(p, square, -0.0268661706450728942, 0.112837916709548575, -0.376126389031837476, 1.12837916709551257);
        }

        V q = Horner(V.Of(7.853861758552855e-5), square, -8.01019375646353444e-4, 5.18832770198300024e-3, -0.026853811944919591, 0.112835851488892651);
        return V.MultiplyAdd(V.MultiplyAdd(q, square, V.Of(-0.37612625824265281)), square, V.Of(1.12837916572671987));
    }

    /// <summary>e^(x²) erfc x = t·p(t) with t = 1 / (1 + 0.3x), 0 ≤ x ≤ 27.5 (float: 10.5).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfcScaled<V>(V x)
        where V : struct, ISimd<V>
    {
        V t = 1.0 / V.MultiplyAdd(x, V.Of(0.3), V.Of(1));
        V p;
        if (V.IsDouble)
        {
            p = Horner(V.Of(-0.00204104393816337471), t, 0.0244356064991124054, -0.133209486462657541, 0.436202510410059389, -0.95507910924553736);
            p = Horner(p, t, 1.48090343773719553, -1.69726228071196738, 1.49790268681890729, -1.04343342866362661);
            p = Horner(p, t, 0.568456962714645572, -0.257271041727519376, 0.0965519309611742964, -0.00442175250332101983);
            p = Horner(p, t, 0.0496240339278632178, 0.069125155828813938, 0.098383760922004098, 0.124569599240029107);
            p = Horner(p, t, 0.146408457825507297, 0.16164024805007735, 0.169256877286708713, 0.169256875030694565);
        }
        else
        {
            p = Horner(V.Of(-0.129553984502080764), t, 0.485726443974966534, -0.512645614777422539, 0.548182669991091743, -0.0950062904142475996);
            p = Horner(p, t, 0.215096634407681608, 0.148289367258962016, 0.170723305947170846, 0.169187448481522616);
        }

        return p * t;
    }
}
