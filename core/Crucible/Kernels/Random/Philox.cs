using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1,
/// 2, 3" (SC 2011): block number n of a stream is a keyed scrambling of n, so any block can be had at any time by any
/// thread.
/// </summary>
internal static unsafe class Philox
{
    /// <summary>Words of 32 bits in a block.</summary>
    internal const int BlockLength = 4;

    /// <summary>Words that <see cref="Fill"/> writes at once.</summary>
    internal const int GroupLength = 32;

    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint KeyStep0 = 0x9E3779B9; // golden ratio
    private const uint KeyStep1 = 0xBB67AE85; // √3 − 1

    /// <summary>Writes the four words of one block. The counter is (block, stream), low words first, and the key is the seed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Block(ulong seed, ulong stream, ulong block, uint* words)
    {
        uint c0 = (uint)block;
        uint c1 = (uint)(block >> 32);
        uint c2 = (uint)stream;
        uint c3 = (uint)(stream >> 32);
        uint k0 = (uint)seed;
        uint k1 = (uint)(seed >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += KeyStep0;
            k1 += KeyStep1;
        }

        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /// <summary>
    /// Writes the words of consecutive blocks, in groups of eight blocks: first words 0 and 1 of each block, then words
    /// 2 and 3 of each. The count of words must be a multiple of <see cref="GroupLength"/>.
    /// The size of <typeparamref name="V"/> says which instructions the processor has.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Fill<V>(ulong seed, ulong stream, ulong firstBlock, uint* words, int count)
        where V : unmanaged
    {
        Vector512<ulong> low = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> multiplier0 = Vector512.Create((ulong)Multiplier0);
        Vector512<ulong> multiplier1 = Vector512.Create((ulong)Multiplier1);
        for (int i = 0; i < count; i += GroupLength)
        {
            Vector512<ulong> block = Vector512.Create(firstBlock + (ulong)(i / BlockLength)) + Vector512<ulong>.Indices;
            Vector512<ulong> c0 = block & low;
            Vector512<ulong> c1 = block >> 32;
            Vector512<ulong> c2 = Vector512.Create((ulong)(uint)stream);
            Vector512<ulong> c3 = Vector512.Create(stream >> 32);
            uint k0 = (uint)seed;
            uint k1 = (uint)(seed >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                Vector512<ulong> product0 = Product<V>(c0, multiplier0);
                Vector512<ulong> product1 = Product<V>(c2, multiplier1);
                c0 = (product1 >> 32) ^ c1 ^ Vector512.Create((ulong)k0);
                c1 = product1 & low;
                c2 = (product0 >> 32) ^ c3 ^ Vector512.Create((ulong)k1);
                c3 = product0 & low;
                k0 += KeyStep0;
                k1 += KeyStep1;
            }

            (c0 | (c1 << 32)).Store((ulong*)(words + i));
            (c2 | (c3 << 32)).Store((ulong*)(words + i + (GroupLength / 2)));
        }
    }

    /// <summary>Products of 32-bit numbers in 64-bit lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product<V>(Vector512<ulong> x, Vector512<ulong> y)
        where V : unmanaged
    {
        if (sizeof(V) == 64) return Avx512F.Multiply(x.AsUInt32(), y.AsUInt32());
        if (sizeof(V) < 32) return x * y;
        return Vector512.Create(
            Avx2.Multiply(x.GetLower().AsUInt32(), y.GetLower().AsUInt32()),
            Avx2.Multiply(x.GetUpper().AsUInt32(), y.GetUpper().AsUInt32()));
    }
}
