namespace Crucible.Text;

/// <summary>What a byte-pair vocabulary knows: the bytes of each token, and which pairs merge, in which order, into what.</summary>
internal sealed class BytePairTable
{
    private readonly PairRanks ranks = new();
    private readonly List<BytePairMerge> merges = [];

    /// <summary>A table without merges.</summary>
    /// <param name="bytes">The bytes of each id, null where an id means nothing.</param>
    /// <param name="byteTokens">The id of each of the 256 bytes.</param>
    internal BytePairTable(byte[]?[] bytes, int[] byteTokens) => (Bytes, ByteTokens) = (bytes, byteTokens);

    /// <summary>The bytes of each id, null where an id means nothing.</summary>
    internal byte[]?[] Bytes { get; }

    /// <summary>The id of each of the 256 bytes.</summary>
    internal int[] ByteTokens { get; }

    /// <summary>The merges in the order in which they apply.</summary>
    internal IReadOnlyList<BytePairMerge> Merges => merges;

    /// <summary>The pieces that are one token: they are looked up instead of merged.</summary>
    internal Dictionary<string, int> Whole { get; } = new(StringComparer.Ordinal);

    /// <summary>The table of merges that were trained: ids 0 to 255 are the bytes, and each merge has the next id.</summary>
    internal static BytePairTable OfTraining(IReadOnlyList<BytePairMerge> merges)
    {
        byte[]?[] bytes = new byte[256 + merges.Count][];
        for (int value = 0; value < 256; value++) bytes[value] = [(byte)value];
        foreach (var (left, right, token) in merges) bytes[token] = [.. bytes[left]!, .. bytes[right]!];
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
            // That a token's own bytes merge into it holds for trained merges; a list of merges made by hand need not have it.
            if (Bytes[id] is { } token && Utf16.Text(token) is { } text && merger.Merge(token) is [int only] && only == id) Whole[text] = id;
        }
        return this;
    }

    /// <summary>The place in the order of merges of a pair, or -1 when it does not merge.</summary>
    internal int Rank(int left, int right) => ranks.Find(left, right);
}
