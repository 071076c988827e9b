using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>
/// Operands of a product rounded to bfloat16 and copied to where the tiles read them: two steps of k in 32 bits, the
/// first in the lower half.
/// </summary>
/// <remarks>
/// The left operand becomes rows of pairs, <see cref="RowPairs"/> apart; the right one strips of 32 columns, [pairs,
/// columns]. Steps are filled up with 0 to whole vectors of 32. Vectors of 512 bits only: there are no tiles without.
/// </remarks>
internal static unsafe class BFloat16Packing
{
    /// <summary>The most steps of a block.</summary>
    internal const int MostSteps = 512;

    /// <summary>The distance between rows of the left operand: a block's pairs, and a cache line lest they share a set.</summary>
    internal const int RowPairs = (MostSteps / 2) + Lanes;

    /// <summary>The columns of a strip of the right operand.</summary>
    internal const int StripColumns = 2 * Lanes;

    private const int Lanes = 16;
    private const int VectorSteps = 2 * Lanes; // that fill a vector with pairs

    /// <summary>The pairs of some steps, filled up.</summary>
    internal static int Pairs(int steps) => (steps + VectorSteps - 1) / VectorSteps * Lanes;

    /// <summary>Packs a[rows, steps] to target[rows, <see cref="RowPairs"/>].</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Rows(float* a, nint aRow, int rows, int steps, uint* target)
    {
        for (int row = 0; row < rows; row++, a += aRow, target += RowPairs)
            for (int step = 0; step < steps; step += VectorSteps) PairsAlong(a + step, steps - step).Store(target + (step / 2));
    }

    /// <summary>Packs the transpose of a[steps, rows] to target[rows, <see cref="RowPairs"/>]. Writes whole sixteens of rows.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void RowsOfTransposed(float* a, nint aRow, int rows, int steps, uint* target)
    {
        uint* block = stackalloc uint[Lanes * Lanes];
        for (int row = 0; row < rows; row += Lanes)
        {
            for (int step = 0; step < steps; step += VectorSteps)
            {
                float* from = a + (step * aRow) + row;
                for (int pair = 0; pair < Lanes; pair++, from += 2 * aRow)
                    PairsAcross(from, from + aRow, steps - step - (2 * pair), rows - row).Store(block + (pair * Lanes));
                Transpose(block, target + (row * (nint)RowPairs) + (step / 2), RowPairs);
            }
        }
    }

    /// <summary>Packs b[steps, columns], up to 32 columns, to a strip.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Strip(float* b, nint bRow, int steps, int columns, uint* strip)
    {
        int pairs = Pairs(steps), second = Math.Max(0, columns - Lanes);
        for (int pair = 0; pair < pairs; pair++, b += 2 * bRow, strip += StripColumns)
        {
            int left = steps - (2 * pair);
            PairsAcross(b, b + bRow, left, columns).Store(strip);
            PairsAcross(b + Lanes, b + bRow + Lanes, second == 0 ? 0 : left, second).Store(strip + Lanes);
        }
    }

    /// <summary>Packs the transpose of b[columns, steps], up to 32 columns, to a strip.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void StripOfTransposed(float* b, nint bRow, int steps, int columns, uint* strip)
    {
        uint* block = stackalloc uint[Lanes * Lanes];
        for (int first = 0; first < StripColumns; first += Lanes)
        {
            for (int step = 0; step < steps; step += VectorSteps)
            {
                for (int column = 0; column < Lanes; column++)
                {
                    int row = first + column;
                    Vector512<uint> pairs = row < columns ? PairsAlong(b + (row * bRow) + step, steps - step) : Vector512<uint>.Zero;
                    pairs.Store(block + (column * Lanes));
                }
                Transpose(block, strip + (step / 2 * (nint)StripColumns) + first, StripColumns);
            }
        }
    }

    /// <summary>The bfloat16 nearest to each number, of two equally near ones the even, in the upper half of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Round(Vector512<float> x)
    {
        Vector512<uint> bits = x.AsUInt32();
        Vector512<uint> rounded = bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), rounded, bits | Vector512.Create(0x0040_0000u));
    }

    /// <summary>Sixteen pairs of 32 numbers that lie side by side, of which some exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> PairsAlong(float* from, int count)
    {
        Vector512<float> first = count >= Lanes ? Vector512.Load(from) : Part(from, count);
        Vector512<float> second = count >= VectorSteps ? Vector512.Load(from + Lanes) : Part(from + Lanes, count - Lanes);
        return Vector512.Narrow(Round(first) >> 16, Round(second) >> 16).AsUInt32();
    }

    /// <summary>Pairs of numbers that lie below each other: of up to two rows that exist, so many columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> PairsAcross(float* upper, float* lower, int rows, int columns)
    {
        if (rows <= 0) return Vector512<uint>.Zero;
        Vector512<float> first = columns >= Lanes ? Vector512.Load(upper) : Part(upper, columns);
        Vector512<float> second = rows == 1 ? Vector512<float>.Zero : columns >= Lanes ? Vector512.Load(lower) : Part(lower, columns);
        return (Round(first) >> 16) | (Round(second) & Vector512.Create(0xFFFF_0000u));
    }

    private static Vector512<float> Part(float* from, int count)
    {
        Vector512<int> exists = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count));
        return Avx512F.MaskLoad(from, exists.AsSingle(), Vector512<float>.Zero);
    }

    /// <summary>target[j, i] = block[i, j], both of 16 by 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(uint* block, uint* target, nint distance)
    {
        float** rows = stackalloc float*[Lanes];
        for (int i = 0; i < Lanes; i++) rows[i] = (float*)block + (i * Lanes);
        for (int j = 0; j < Lanes; j += 4) Simd512<float>.Transpose(rows, j, (float*)target + (j * distance), distance);
    }
}
