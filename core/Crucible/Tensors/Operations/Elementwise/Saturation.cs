using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>
/// x · gate(x) has limits at ±∞ where arithmetic would give ∞ · 0 = NaN. At ±1000 every gate (σ, Φ, and the densities beside them) has long
/// rounded to 0 or 1, so x may stop there. NaN stays.
/// </summary>
internal static class Saturation
{
    private const double Limit = 1000.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Below<V>(V x)
        where V : struct, ISimd<V> => V.AtLeast(x, -Limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V BothSides<V>(V x)
        where V : struct, ISimd<V> => V.AtMost(V.AtLeast(x, -Limit), Limit);
}
