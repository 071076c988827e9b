using System.Text;

namespace Crucible.Text;

/// <summary>
/// Learns merges (P. Gage, 1994; R. Sennrich, B. Haddow and A. Birch, 2016): the most frequent pair of adjacent tokens
/// becomes a token, repeatedly. Among equally frequent pairs the smaller left id wins, then the smaller right id.
/// </summary>
/// <remarks>
/// Every distinct piece is held once, with its count, in linked lists of tokens. A pair can only arise in the step that
/// makes one of its two tokens, so its places are listed once, in order, and its count never grows again: a heap with
/// outdated entries, corrected as they surface, finds the maximum. The work is proportional to the tokens that are
/// merged, not to the text times the merges.
/// </remarks>
internal sealed class BytePairTrainer
{
    private const int None = -1;

    private readonly List<int> token = []; // of a place; None after it was swallowed by the place before it
    private readonly List<int> next = [];
    private readonly List<int> previous = [];
    private readonly List<long> weight = []; // how often the place's piece occurs
    private readonly Dictionary<(int Left, int Right), Pair> pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long Rarity, int Left, int Right)> queue = new();

    private BytePairTrainer(IEnumerable<KeyValuePair<string, long>> pieces)
    {
        foreach ((string? piece, long count) in pieces) Add(Encoding.UTF8.GetBytes(piece), count);
        for (int place = 0; place < token.Count; place++)
        {
            if (next[place] != None) Join(place);
        }
        Enqueue(pairs.Keys);
    }

    /// <summary>Learns at most <paramref name="mergeCount"/> merges; tokens 0 to 255 are the bytes, and the new ones follow.</summary>
    /// <param name="pieces">The distinct pieces of the text and how often each occurs; no merge crosses their boundaries.</param>
    /// <param name="mergeCount">How many at most.</param>
    /// <param name="minimumCount">A pair that occurs less often is not merged.</param>
    internal static List<BytePairMerge> Train(IEnumerable<KeyValuePair<string, long>> pieces, int mergeCount, int minimumCount)
    {
        BytePairTrainer trainer = new(pieces);
        List<BytePairMerge> merges = [];
        while (merges.Count < mergeCount && trainer.Best(minimumCount) is { } best)
        {
            BytePairMerge merge = new(best.Left, best.Right, 256 + merges.Count);
            trainer.Apply(merge);
            merges.Add(merge);
        }
        return merges;
    }

    private void Add(byte[] bytes, long count)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            previous.Add(i == 0 ? None : token.Count - 1);
            next.Add(i == bytes.Length - 1 ? None : token.Count + 1);
            weight.Add(count);
            token.Add(bytes[i]);
        }
    }

    private void Enqueue(IEnumerable<(int Left, int Right)> arisen)
    {
        foreach ((int Left, int Right) pair in arisen) queue.Enqueue(pair, (-pairs[pair].Count, pair.Left, pair.Right));
    }

    private (int Left, int Right)? Best(int minimumCount)
    {
        while (queue.TryDequeue(out (int Left, int Right) pair, out (long Rarity, int Left, int Right) priority))
        {
            long count = pairs[pair].Count;
            if (count == -priority.Rarity) return count >= minimumCount ? pair : null;
            if (count >= minimumCount) queue.Enqueue(pair, (-count, pair.Left, pair.Right));
            else pairs.Remove(pair);
        }
        return null;
    }

    private void Apply(BytePairMerge merge)
    {
        (int left, int right, int merged) = merge;
        pairs.Remove((left, right), out Pair? pair);
        HashSet<(int, int)> arisen = [];
        foreach (int place in pair!.Places)
        {
            int swallowed = next[place];
            // an earlier merge of this step took one of the two
            if (token[place] != left || swallowed == None || token[swallowed] != right) continue;
            int before = previous[place], after = next[swallowed];
            if (before != None) Part(before);
            if (after != None) Part(swallowed);
            token[place] = merged;
            token[swallowed] = None;
            next[place] = after;
            if (before != None) arisen.Add(Join(before));
            if (after == None) continue;
            previous[after] = place;
            arisen.Add(Join(place));
        }
        Enqueue(arisen); // some may have vanished again within the step: they count 0, and are dropped when they surface
    }

    /// <summary>Counts the pair of the token at a place and the one after it.</summary>
    private (int Left, int Right) Join(int place)
    {
        (int, int) key = (token[place], token[next[place]]);
        if (!pairs.TryGetValue(key, out Pair? pair)) pairs.Add(key, pair = new Pair());
        pair.Count += weight[place];
        pair.Places.Add(place);
        return key;
    }

    /// <summary>Subtracts it from the count again; its place stays listed, and is skipped when it is visited.</summary>
    private void Part(int place)
    {
        if (pairs.TryGetValue((token[place], token[next[place]]), out Pair? pair)) pair.Count -= weight[place];
    }

    private sealed class Pair
    {
        internal long Count { get; set; }

        internal List<int> Places { get; } = [];
    }
}
