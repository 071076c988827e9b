using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <content>Exponentials: with n the integer nearest to x / ln 2 and r = x − n ln 2, eˣ = 2ⁿ eʳ.</content>
internal static partial class VectorMath
{
    private const double Log2E = 1.4426950408889634;

    // ln 2 as a float, and the rest of it; eʳ = 1 + r + r²·(C2 + C3 r + … + C6 r⁴) for floats.
    private const double Ln2 = 0.693147182464599609375;
    private const double Ln2Rest = -1.9046543231482e-9;
    private const double C2 = 0.499999934319416576;
    private const double C3 = 0.166665203985167209;
    private const double C4 = 4.16683908143916132e-2;
    private const double C5 = 8.36874515726526625e-3;
    private const double C6 = 1.38145389535804011e-3;

    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Exp<V>(V x)
        where V : struct, ISimd<V>
    {
        V p = ExpReduced(ExpLimited(x), out V r, out V n);
        return V.Scale(V.IsDouble ? V.MultiplyAdd(r * r, p, r) + 1.0 : V.MultiplyAdd(V.MultiplyAdd(p, r, V.Of(1)), r, V.Of(1)), n);
    }

    /// <summary>eˣ of four vectors of floats, each with the bits of <see cref="Exp{V}(V)"/>.</summary>
    /// <remarks>
    /// Step by step side by side, so that the processor, which cannot look far enough ahead to overlap as many vectors,
    /// always has something to do, and every constant, limits too, is loaded once for the four.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Exp<V>(ref V x0, ref V x1, ref V x2, ref V x3)
        where V : struct, ISimd<V>
    {
        V c = V.Of(ExpLeast<V>());
        V r0 = V.AtLeast(x0, c), r1 = V.AtLeast(x1, c), r2 = V.AtLeast(x2, c), r3 = V.AtLeast(x3, c);
        c = V.Of(ExpMost<V>());
        (r0, r1, r2, r3) = (V.AtMost(r0, c), V.AtMost(r1, c), V.AtMost(r2, c), V.AtMost(r3, c));
        c = V.Of(Log2E);
        V n0 = V.Round(r0 * c), n1 = V.Round(r1 * c), n2 = V.Round(r2 * c), n3 = V.Round(r3 * c);
        c = V.Of(-Ln2);
        (r0, r1, r2, r3) = (V.MultiplyAdd(n0, c, r0), V.MultiplyAdd(n1, c, r1), V.MultiplyAdd(n2, c, r2), V.MultiplyAdd(n3, c, r3));
        c = V.Of(-Ln2Rest);
        (r0, r1, r2, r3) = (V.MultiplyAdd(n0, c, r0), V.MultiplyAdd(n1, c, r1), V.MultiplyAdd(n2, c, r2), V.MultiplyAdd(n3, c, r3));
        x0 = x1 = x2 = x3 = V.Of(C6);
        Horner(ref x0, ref x1, ref x2, ref x3, r0, r1, r2, r3, V.Of(C5));
        Horner(ref x0, ref x1, ref x2, ref x3, r0, r1, r2, r3, V.Of(C4));
        Horner(ref x0, ref x1, ref x2, ref x3, r0, r1, r2, r3, V.Of(C3));
        Horner(ref x0, ref x1, ref x2, ref x3, r0, r1, r2, r3, V.Of(C2));
        c = V.Of(1);
        Horner(ref x0, ref x1, ref x2, ref x3, r0, r1, r2, r3, c);
        Horner(ref x0, ref x1, ref x2, ref x3, r0, r1, r2, r3, c);
        (x0, x1, x2, x3) = (V.Scale(x0, n0), V.Scale(x1, n1), V.Scale(x2, n2), V.Scale(x3, n3));
    }

    /// <summary>eˣ − 1 without cancellation near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Expm1<V>(V x)
        where V : struct, ISimd<V> => V.Select(V.Equal(x, V.Of(0)), x, ExpMinusOne(x));

    /// <summary>eˣ − 1 but for the sign of zero. 2ⁿ is halved and doubled again because it alone may overflow where eˣ does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpMinusOne<V>(V x)
        where V : struct, ISimd<V>
    {
        V power = ExpMinusOneReduced(ExpLimited(x), out V n);
        V half = V.Scale(V.Of(0.5), n);
        return V.MultiplyAdd(half, power, half - 0.5) * 2.0;
    }

    /// <summary>x held where eˣ is neither 0 nor ∞, or just beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpLimited<V>(V x)
        where V : struct, ISimd<V> => V.AtMost(V.AtLeast(x, ExpLeast<V>()), ExpMost<V>());

    /// <summary>Below this eˣ is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ExpLeast<V>()
        where V : struct, ISimd<V> => V.IsDouble ? -746 : -105;

    /// <summary>Above this eˣ is ∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ExpMost<V>()
        where V : struct, ISimd<V> => V.IsDouble ? 710 : 89;

    /// <summary>eʳ − 1 for |r| ≤ ½ ln 2, where x = n ln 2 + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpMinusOneReduced<V>(V x, out V n)
        where V : struct, ISimd<V>
    {
        V p = ExpReduced(x, out V r, out n);
        return V.MultiplyAdd(r * r, p, r);
    }

    /// <summary>p with eʳ = 1 + r + r²·p for |r| ≤ ½ ln 2, where x = n ln 2 + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpReduced<V>(V x, out V r, out V n)
        where V : struct, ISimd<V>
    {
        n = V.Round(x * Log2E);
        r = V.MultiplyAdd(n, V.Of(V.IsDouble ? -0.6931471805599453 : -Ln2), x);
        r = V.MultiplyAdd(n, V.Of(V.IsDouble ? -2.3190468138462996e-17 : -Ln2Rest), r);
        if (!V.IsDouble) return Horner(V.Of(C6), r, C5, C4, C3, C2);
        V p = Horner(V.Of(2.50000178461193576e-8), r, 2.76303063475880097e-7, 2.75575868079718333e-6, 2.48014929493591088e-5,
            1.98412695057676191e-4);
        p = Horner(p, r, 1.3888888943760225e-3, 8.33333333349498126e-3, 4.16666666665297273e-2, 0.166666666666664115);
        return V.MultiplyAdd(p, r, V.Of(0.500000000000001067));
    }

    /// <summary>One more coefficient of four polynomials by Horner's rule: p·x + c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Horner<V>(ref V p0, ref V p1, ref V p2, ref V p3, V x0, V x1, V x2, V x3, V c)
        where V : struct, ISimd<V>
    {
        p0 = V.MultiplyAdd(p0, x0, c);
        p1 = V.MultiplyAdd(p1, x1, c);
        p2 = V.MultiplyAdd(p2, x2, c);
        p3 = V.MultiplyAdd(p3, x3, c);
    }
}
