using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011):
/// block number n of a stream is a keyed scrambling of n, so any block can be had at any time by any thread.
/// </summary>
internal static unsafe class Philox
{
    /// <summary>Words of 32 bits in a block.</summary>
    internal const int BlockLength = 4;

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

    /// <summary>Writes the words of consecutive blocks; the last block may be cut short.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill(ulong seed, ulong stream, ulong firstBlock, uint* words, int count)
    {
        int i = 0;
        for (; i <= count - BlockLength; i += BlockLength) Block(seed, stream, firstBlock++, words + i);
        if (i == count) return;
        uint* last = stackalloc uint[BlockLength];
        Block(seed, stream, firstBlock, last);
        for (int word = 0; i < count; i++) words[i] = last[word++];
    }
}
