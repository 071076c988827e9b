using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Crucible.Tensors;

namespace Crucible.Text;

/// <summary>Encodes text piece by piece. Pieces are mostly words, which repeat, so merged pieces are cached.</summary>
/// <param name="table">The vocabulary.</param>
/// <param name="splitter">Cuts text into pieces.</param>
internal sealed class BytePairEncoder(BytePairTable table, Splitter splitter) : ITextEncoder
{
    private const int MostRemembered = 1 << 18;
    private const int LongestRemembered = 64; // characters: longer pieces are not repeated words

    private readonly Dictionary<string, int[]> remembered = new(StringComparer.Ordinal);
    private readonly BytePairMerger merger = new(table);

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, long offset, List<int> tokens)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> whole = table.Whole.GetAlternateLookup<ReadOnlySpan<char>>();
        Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> known = remembered.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = splitter.End(text, start);
            ReadOnlySpan<char> piece = text[start..end];
            if (whole.TryGetValue(piece, out int token)) tokens.Add(token);
            else if (known.TryGetValue(piece, out int[]? ids)) tokens.AddRange(ids);
            else Merge(piece, tokens);
        }
    }

    /// <summary>Adds the ids of ordinary text, where each possible merge is left out at random (BPE-dropout).</summary>
    internal void Encode(ReadOnlySpan<char> text, double dropout, Generator generator, List<int> tokens)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = splitter.End(text, start);
            byte[] bytes = Encoding.UTF8.GetBytes(text[start..end].ToString());
            tokens.AddRange(merger.Merge(bytes, dropout, generator));
        }
    }

    /// <inheritdoc/>
    public bool IsBoundary(char before, char after) => splitter.IsBoundary(before, after);

    private void Merge(ReadOnlySpan<char> piece, List<int> tokens)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(piece));
        ReadOnlySpan<int> ids = merger.Merge(bytes.AsSpan(0, Encoding.UTF8.GetBytes(piece, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
        tokens.AddRange(ids);
        if (piece.Length <= LongestRemembered && remembered.Count < MostRemembered) remembered.Add(piece.ToString(), ids.ToArray());
    }
}

/// <summary>
/// Applies merges to the bytes of one piece: always the earliest-learned merge of any adjacent tokens, the leftmost of
/// equal ones. The possible merges wait in a heap, so n bytes take O(n log n) steps even where nothing cuts the text.
/// </summary>
/// <param name="table">The merges.</param>
internal sealed class BytePairMerger(BytePairTable table)
{
    private readonly List<int> result = [];
    private readonly PriorityQueue<int, long> queue = new(); // of places, by rank and then place
    private readonly List<(int Place, long Priority)> dropped = []; // in this step: they return to the queue in the next
    private int[] token = new int[64]; // of a place; -1 after it was swallowed by the place before it
    private int[] next = new int[64];
    private int[] previous = new int[64];

    /// <summary>
    /// The ids of a piece; valid until the next call. With dropout, each merge that a step could make is left out of it
    /// with that probability, and the piece is ready when a step has none left (I. Provilkov et al., 2020).
    /// </summary>
    internal ReadOnlySpan<int> Merge(ReadOnlySpan<byte> bytes, double dropout = 0, Generator? generator = null)
    {
        Lay(bytes);
        while (queue.TryDequeue(out int place, out long priority))
        {
            int rank = (int)(priority >> 32);
            int swallowed = next[place];
            if (token[place] < 0 || swallowed == bytes.Length || table.Rank(token[place], token[swallowed]) != rank) continue; // outdated
            if (dropout > 0 && generator!.NextDouble() < dropout)
            {
                dropped.Add((place, priority));
                continue;
            }
            queue.EnqueueRange(dropped);
            dropped.Clear();
            token[place] = table.Merges[rank].Token;
            token[swallowed] = -1;
            next[place] = next[swallowed];
            if (next[place] < bytes.Length) previous[next[place]] = place;
            Offer(place, bytes.Length);
            if (previous[place] >= 0) Offer(previous[place], bytes.Length);
        }
        dropped.Clear();
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

/// <summary>What a byte-pair vocabulary knows: the bytes of each token, and which pairs merge, in which order, into what.</summary>
internal sealed class BytePairTable
{
    private readonly PairRanks ranks = new();
    private readonly List<BytePairMerge> merges = [];

    /// <summary>A table without merges.</summary>
    /// <param name="bytes">The bytes of each id, null where an id is unused.</param>
    /// <param name="byteTokens">The id of each of the 256 bytes.</param>
    internal BytePairTable(byte[]?[] bytes, int[] byteTokens) => (Bytes, ByteTokens) = (bytes, byteTokens);

    /// <summary>The bytes of each id, null where an id is unused.</summary>
    internal byte[]?[] Bytes { get; }

    /// <summary>The id of each of the 256 bytes.</summary>
    internal int[] ByteTokens { get; }

    /// <summary>The merges in the order in which they apply.</summary>
    internal IReadOnlyList<BytePairMerge> Merges => merges;

    /// <summary>The pieces that are one token: they are looked up instead of merged.</summary>
    internal Dictionary<string, int> Whole { get; } = new(StringComparer.Ordinal);

    /// <summary>The table of merges that were trained: ids 0 to 255 are the bytes, and each merge has the next id.</summary>
    internal static BytePairTable FromMerges(IReadOnlyList<BytePairMerge> merges)
    {
        byte[]?[] bytes = new byte[256 + merges.Count][];
        for (int value = 0; value < 256; value++) bytes[value] = [(byte)value];
        foreach ((int left, int right, int token) in merges) bytes[token] = [.. bytes[left]!, .. bytes[right]!];
        BytePairTable table = new(bytes, [.. Enumerable.Range(0, 256)]);
        foreach (BytePairMerge merge in merges) table.TryAdd(merge);
        return table.Complete();
    }

    /// <summary>Appends a merge; false when the pair already merges.</summary>
    internal bool TryAdd(BytePairMerge merge)
    {
        if (!ranks.TryAdd(merge.Left, merge.Right)) return false;
        merges.Add(merge);
        return true;
    }

    /// <summary>Finds the pieces that are one token; called after the last merge was added.</summary>
    internal BytePairTable Complete()
    {
        BytePairMerger merger = new(this);
        for (int id = 0; id < Bytes.Length; id++)
        {
            // That a token's own bytes merge into it holds for trained merges; a list of merges made by hand need not
            // have it.
            if (Bytes[id] is { } token && Utf16.Text(token) is { } text && merger.Merge(token) is [int only] && only == id)
                Whole[text] = id;
        }
        return this;
    }

    /// <summary>The place in the order of merges of a pair, or -1 when it does not merge.</summary>
    internal int Rank(int left, int right) => ranks.Find(left, right);
}

/// <summary>
/// The rank of each pair of ids that merges: a table with open addressing, because the look-up is what encoding spends
/// its time on, and the runtime's hash of a 64-bit key, the exclusive or of its halves, makes pairs of small ids
/// collide.
/// </summary>
internal sealed class PairRanks
{
    private const ulong Golden = 0x9E3779B97F4A7C15; // 2⁶⁴ divided by the golden ratio

    private ulong[] keys = new ulong[1 << 10]; // a key and one; 0 where there is none
    private int[] ranks = new int[1 << 10];

    /// <summary>The number of pairs.</summary>
    internal int Count { get; private set; }

    /// <summary>The rank of a pair, or -1 when it has none.</summary>
    internal int Find(int left, int right)
    {
        ulong key = Key(left, right);
        int slot = Slot(key);
        return keys[slot] == key ? ranks[slot] : -1;
    }

    /// <summary>Gives a pair the rank <see cref="Count"/>; false when it has one.</summary>
    internal bool TryAdd(int left, int right)
    {
        ulong key = Key(left, right);
        if (keys[Slot(key)] == key) return false;
        if (2 * Count >= keys.Length) Grow();
        int slot = Slot(key);
        (keys[slot], ranks[slot]) = (key, Count++);
        return true;
    }

    private static ulong Key(int left, int right) => (((ulong)(uint)left << 32) | (uint)right) + 1;

    private int Slot(ulong key)
    {
        ulong[] table = keys;
        int slot = (int)((key * Golden) >> (64 - BitOperations.Log2((uint)table.Length)));
        while (table[slot] != key && table[slot] != 0) slot = (slot + 1) & (table.Length - 1);
        return slot;
    }

    private void Grow()
    {
        (ulong[]? oldKeys, int[]? oldRanks) = (keys, ranks);
        (keys, ranks) = (new ulong[2 * oldKeys.Length], new int[2 * oldKeys.Length]);
        for (int i = 0; i < oldKeys.Length; i++)
        {
            if (oldKeys[i] == 0) continue;
            int slot = Slot(oldKeys[i]);
            (keys[slot], ranks[slot]) = (oldKeys[i], oldRanks[i]);
        }
    }
}
