using System.Runtime.InteropServices;

namespace Crucible.Text;

/// <summary>
/// Applies merges to the bytes of one piece: always the earliest-learned merge that any neighbours have, the leftmost of equals.
/// The possible merges wait in a heap, so n bytes take O(n log n) steps even where nothing cuts the text.
/// </summary>
/// <param name="table">The merges.</param>
internal sealed class BytePairMerger(BytePairTable table)
{
    private readonly List<int> result = [];
    private readonly PriorityQueue<int, long> queue = new(); // of places, by rank and then place
    private int[] token = new int[64]; // of a place; -1 after it was swallowed by the place before it
    private int[] next = new int[64];
    private int[] previous = new int[64];

    /// <summary>The ids of a piece; valid until the next call.</summary>
    internal ReadOnlySpan<int> Merge(ReadOnlySpan<byte> bytes)
    {
        Lay(bytes);
        while (queue.TryDequeue(out int place, out long priority))
        {
            int rank = (int)(priority >> 32);
            int swallowed = next[place];
            if (token[place] < 0 || swallowed == bytes.Length || table.Rank(token[place], token[swallowed]) != rank) continue; // outdated
            token[place] = table.Merges[rank].Token;
            token[swallowed] = -1;
            next[place] = next[swallowed];
            if (next[place] < bytes.Length) previous[next[place]] = place;
            Offer(place, bytes.Length);
            if (previous[place] >= 0) Offer(previous[place], bytes.Length);
        }
        result.Clear();
        for (int place = 0; place < bytes.Length; place = next[place]) result.Add(token[place]);
        return CollectionsMarshal.AsSpan(result);
    }

    private void Lay(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > token.Length)
        {
            int size = Math.Max(bytes.Length, (int)Math.Min(2L * token.Length, Array.MaxLength));
            (token, next, previous) = (new int[size], new int[size], new int[size]);
        }
        for (int place = 0; place < bytes.Length; place++)
        {
            token[place] = table.ByteTokens[bytes[place]];
            next[place] = place + 1;
            previous[place] = place - 1;
        }
        for (int place = 0; place < bytes.Length; place++) Offer(place, bytes.Length);
    }

    private void Offer(int place, int end)
    {
        if (next[place] == end) return;
        int rank = table.Rank(token[place], token[next[place]]);
        if (rank >= 0) queue.Enqueue(place, ((long)rank << 32) | (uint)place);
    }
}
