using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Sine and cosine.</summary>
internal static partial class VectorMath
{
    /// <summary>Beyond this many radians the subtraction of quarter turns loses accuracy, and lanes are computed one by one.</summary>
    private const double LargestAngleFloat = 1e5;
    private const double LargestAngleDouble = 1e8;

    /// <summary>sin x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sin<V>(V x)
        where V : struct, ISimd<V>
    {
        V small = SinOfQuarter(ReduceAngle(x, out V quarter), quarter, 0);
        V large = IsLargeAngle(x);
        V result = V.Bits(large) == 0 ? small : V.Select(large, V.PerLane<SinScalar>(x, x), small);
        return V.Select(V.Equal(x, V.Of(0)), x, result);
    }

    /// <summary>cos x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Cos<V>(V x)
        where V : struct, ISimd<V>
    {
        V small = SinOfQuarter(ReduceAngle(x, out V quarter), quarter, 1);
        V large = IsLargeAngle(x);
        return V.Bits(large) == 0 ? small : V.Select(large, V.PerLane<CosScalar>(x, x), small);
    }

    /// <summary>cos 2πu and sin 2πu for 0 ≤ u &lt; 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V CosOfTurns<V>(V u, out V sine)
        where V : struct, ISimd<V>
    {
        V quarter = u * 4.0 + RoundingShift<V>();
        V r = (u * 4.0 - (quarter - RoundingShift<V>())) * 1.5707963267948966;
        V odd = SinNearZero(r, out V even);
        sine = Turn(odd, even, quarter, 0);
        return Turn(odd, even, quarter, 1);
    }

    /// <summary>Adding 1.5·2²³ (2⁵²) rounds to an integer, which then stands in the low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double RoundingShift<V>()
        where V : struct, ISimd<V> => V.IsDouble ? 6755399441055744.0 : 12582912.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V IsLargeAngle<V>(V x)
        where V : struct, ISimd<V> => V.Abs(x) > V.Of(V.IsDouble ? LargestAngleDouble : LargestAngleFloat);

    /// <summary>x − k·π/2 for the integer k nearest to x / (π/2), with π/2 in three parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ReduceAngle<V>(V x, out V quarter)
        where V : struct, ISimd<V>
    {
        quarter = x * 0.6366197723675814 + RoundingShift<V>();
        V k = quarter - RoundingShift<V>();
        V r = V.MultiplyAdd(k, V.Of(V.IsDouble ? -1.5707963267948966 : -1.57079637050628662109375), x);
        r = V.MultiplyAdd(k, V.Of(V.IsDouble ? -6.123233995736766e-17 : 4.37113882867379e-8), r);
        return V.MultiplyAdd(k, V.Of(V.IsDouble ? 1.4973849048591833e-33 : 1.71512449944e-15), r);
    }

    /// <summary>sin(r + q·π/2) for |r| ≤ π/4 and q = quarter + ahead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SinOfQuarter<V>(V r, V quarter, long ahead)
        where V : struct, ISimd<V>
    {
        V sine = SinNearZero(r, out V cosine);
        return Turn(sine, cosine, quarter, ahead);
    }

    /// <summary>The low two bits of q choose sine or cosine and the sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Turn<V>(V sine, V cosine, V quarter, long ahead)
        where V : struct, ISimd<V>
    {
        V q = V.AddBits(quarter, V.OfBits(ahead));
        V even = V.Equal(q & V.OfBits(1), V.Of(0));
        V sign = V.ShiftBitsLeft(q & V.OfBits(2), V.IsDouble ? 62 : 30);
        return V.Select(even, sine, cosine) ^ sign;
    }

    /// <summary>sin r = r + r³·p(r²) and cos r = 1 − r²/2 + r⁴·p(r²) for |r| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SinNearZero<V>(V r, out V cosine)
        where V : struct, ISimd<V>
    {
        V z = r * r;
        V sine;
        if (V.IsDouble)
        {
            sine = Horner(V.Of(1.58965069075155509e-10), z, -2.50507533022886525e-8, 2.75573136623322571e-6, -1.98412698297261338e-4,
                8.33333333332231658e-3);
            sine = V.MultiplyAdd(sine, z, V.Of(-0.166666666666666317));
            cosine = Horner(V.Of(-1.13594495972638367e-11), z, 2.08757195781747579e-9, -2.75573143261903809e-7, 2.48015872893955543e-5,
                -1.38888888888739919e-3);
            cosine = V.MultiplyAdd(cosine, z, V.Of(4.16666666666665988e-2));
        }
        else
        {
            sine = V.MultiplyAdd(V.MultiplyAdd(V.Of(-1.95166586729240782e-4), z, V.Of(8.33217356969173457e-3)), z,
                V.Of(-0.16666654874049595));
            cosine = V.MultiplyAdd(V.MultiplyAdd(V.Of(2.44377311830498867e-5), z, V.Of(-1.38873614611254127e-3)), z,
                V.Of(4.16666467480417125e-2));
        }

        cosine = V.MultiplyAdd(z * z, cosine, V.MultiplyAdd(z, V.Of(-0.5), V.Of(1)));
        return V.MultiplyAdd(z * r, sine, r);
    }

    private readonly struct SinScalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Sin(x);
    }

    private readonly struct CosScalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Cos(x);
    }
}
