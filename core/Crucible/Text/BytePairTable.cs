namespace Crucible.Text;

/// <summary>What a byte-pair vocabulary knows: the bytes of each token, and which pairs merge, in which order, into what.</summary>
internal sealed class BytePairTable
{
    private readonly Dictionary<long, int> ranks; // of (left, right)
    private readonly int[] byteTokens;
    private readonly Dictionary<string, int> whole = new(StringComparer.Ordinal);

    /// <summary>Joins the parts, which fit each other.</summary>
    /// <param name="bytes">The bytes of each id, null where an id means nothing.</param>
    /// <param name="byteTokens">The id of each of the 256 bytes.</param>
    /// <param name="merges">The merges in the order in which they apply.</param>
    internal BytePairTable(byte[]?[] bytes, int[] byteTokens, IReadOnlyList<BytePairMerge> merges)
    {
        Bytes = bytes;
        Merges = merges;
        this.byteTokens = byteTokens;
        ranks = new(merges.Count);
        for (int rank = 0; rank < merges.Count; rank++) ranks[Key(merges[rank].Left, merges[rank].Right)] = rank;
        FindWholePieces();
    }

    /// <summary>The bytes of each id, null where an id means nothing.</summary>
    internal byte[]?[] Bytes { get; }

    /// <summary>The merges in the order in which they apply.</summary>
    internal IReadOnlyList<BytePairMerge> Merges { get; }

    /// <summary>The pieces that are one token.</summary>
    internal Dictionary<string, int> Whole => whole;

    /// <summary>The ids of the bytes.</summary>
    internal ReadOnlySpan<int> ByteTokens => byteTokens;

    /// <summary>The table of merges that were trained: ids 0 to 255 are the bytes, and each merge has the next id.</summary>
    internal static BytePairTable OfMerges(IReadOnlyList<BytePairMerge> merges)
    {
        byte[]?[] bytes = new byte[256 + merges.Count][];
        for (int value = 0; value < 256; value++) bytes[value] = [(byte)value];
        foreach (var (left, right, token) in merges) bytes[token] = [.. bytes[left]!, .. bytes[right]!];
        return new(bytes, [.. Enumerable.Range(0, 256)], merges);
    }

    /// <summary>The place in the order of merges of a pair, or -1 when it does not merge.</summary>
    internal int Rank(int left, int right) => ranks.TryGetValue(Key(left, right), out int rank) ? rank : -1;

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    // A piece may be looked up instead of merged when merging its bytes gives the same token; a hand-made list of merges need not have that for all.
    private void FindWholePieces()
    {
        BytePairMerger merger = new(this);
        for (int id = 0; id < Bytes.Length; id++)
        {
            if (Bytes[id] is { } token && Utf16.Text(token) is { } text && merger.Merge(token) is [int only] && only == id) whole[text] = id;
        }
    }
}
