namespace Crucible.Kernels;

/// <summary>A number of bfloat16: the upper half of a float32, of the same range, with 8 significant bits.</summary>
/// <param name="bits">The upper half.</param>
internal readonly struct BFloat16(ushort bits)
{
    private const int Half = 16;
    private const uint BelowHalf = 0x7FFF; // of the lower half: with the lowest bit that is kept it rounds ties to even
    private const uint Quiet = 0x0040; // keeps NaN what it is when its lower half goes

    /// <summary>The number, exactly.</summary>
    internal float Value => BitConverter.UInt32BitsToSingle((uint)bits << Half);

    /// <summary>
    /// The nearest number, of two the even one; beyond the range ∞; NaN stays NaN.
    /// </summary>
    internal static BFloat16 Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint rounded = float.IsNaN(value) ? (bits >> Half) | Quiet : (bits + BelowHalf + ((bits >> Half) & 1)) >> Half;
        return new((ushort)rounded);
    }
}
