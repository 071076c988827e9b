namespace Crucible.Text;

/// <summary>
/// Translates by copying the translation of the most similar sentence that it knows: what a model must beat. Similarity is
/// the Jaccard similarity of the pairs of adjacent words (shared ones / all of both), where digits and signs count as words:
/// a copy with the right placeholders scores higher. (<see cref="SentenceClusters"/> look at words of letters alone.)
/// </summary>
public sealed class NearestSentences
{
    private readonly SentencePair[] known;
    private readonly int[] sizes;
    private readonly Shingles shingles;
    private readonly List<List<int>> index = []; // the sentences that have a shingle

    /// <summary>Remembers sentences.</summary>
    /// <param name="pairs">The sentences and their translations, at least one.</param>
    /// <exception cref="DataException">There are no pairs.</exception>
    public NearestSentences(IEnumerable<SentencePair> pairs)
        : this(pairs, withSigns: true)
    {
    }

    internal NearestSentences(IEnumerable<SentencePair> pairs, bool withSigns)
    {
        shingles = new(withSigns);
        known = [.. pairs];
        if (known.Length == 0) throw Errors.TooFew("nearest sentences", "pairs", 1, 0);
        sizes = new int[known.Length];
        for (int i = 0; i < known.Length; i++)
        {
            int[] set = shingles.Add(known[i].Source);
            sizes[i] = set.Length;
            while (index.Count < shingles.Count) index.Add([]);
            foreach (int shingle in set) index[shingle].Add(i);
        }
    }

    /// <summary>The most similar sentence; of equally similar ones the first.</summary>
    /// <param name="sentence">Any sentence.</param>
    /// <returns>The pair and its similarity from 0 to 1; the first pair with 0 when none has a pair of words in common.</returns>
    public Neighbour Find(string sentence)
    {
        (int[] found, int size) = shingles.Find(sentence);
        int[] shared = new int[known.Length];
        foreach (int shingle in found)
            foreach (int i in index[shingle]) shared[i]++;
        Neighbour best = new(known[0], 0);
        for (int i = 0; i < known.Length; i++)
        {
            double similarity = (double)shared[i] / (size + sizes[i] - shared[i]);
            if (similarity > best.Similarity) best = new(known[i], similarity);
        }
        return best;
    }

    /// <summary>The translations of the nearest sentences; empty where none has a pair of words in common.</summary>
    /// <param name="sentences">Any sentences.</param>
    /// <returns>One translation each.</returns>
    public string[] Translate(IEnumerable<string> sentences) =>
        [.. sentences.Select(Find).Select(nearest => nearest.Similarity > 0 ? nearest.Pair.Target : "")];
}

/// <summary>A known sentence that is similar to another.</summary>
/// <param name="Pair">The known sentence and its translation.</param>
/// <param name="Similarity">The Jaccard similarity, from 0 to 1.</param>
public readonly record struct Neighbour(SentencePair Pair, double Similarity);
