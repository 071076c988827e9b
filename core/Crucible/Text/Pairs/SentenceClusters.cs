using System.Runtime.InteropServices;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// Near-duplicates among sentence pairs, so that none is trained on while another is tested. Two sentences are
/// neighbours when the Jaccard similarity of their pairs of adjacent words (shared ones / all of both) is at least a
/// threshold, or when their translations are the same; neighbours of neighbours are in one cluster.
/// </summary>
/// <remarks>
/// A word is a run of letters in lower case; the sentence's beginning and end count as words, digits, signs and
/// placeholders do not. At the threshold 0.4, sentences of four words or more that differ in one word are neighbours.
/// Candidates share one of their rarest word pairs, of which a sentence of n has as many as it may lack and still be
/// similar, and one more (R. Bayardo et al., 2007): the result is exact, and no two sentences are compared for nothing.
/// </remarks>
public sealed class SentenceClusters
{
    internal const double UsualSimilarity = 0.4;

    private readonly IReadOnlyList<SentencePair> pairs;
    private readonly int[] clusterOf;

    private SentenceClusters(IReadOnlyList<SentencePair> pairs, int[] clusterOf)
    {
        (this.pairs, this.clusterOf) = (pairs, clusterOf);
        Sizes = [.. clusterOf.CountBy(cluster => cluster).OrderBy(cluster => cluster.Key).Select(cluster => cluster.Value)];
    }

    /// <summary>The number of pairs of each cluster.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>The cluster of each pair, numbered from 0 in the order of their first pairs.</summary>
    public IReadOnlyList<int> ClusterOf => clusterOf;

    /// <summary>Finds the clusters.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="similarity">From which Jaccard similarity on sentences are neighbours; above 0, at most 1; 0.4 by default.</param>
    /// <returns>The clusters.</returns>
    /// <exception cref="OptionException">The similarity is outside its range.</exception>
    public static SentenceClusters Find(IReadOnlyList<SentencePair> pairs, double similarity = UsualSimilarity)
    {
        if (!(similarity is > 0 and <= 1)) throw Errors.Option("clusters", nameof(similarity), "above 0 and at most 1", similarity);
        UnionFind clusters = new(pairs.Count);
        Dictionary<string, int> translations = new(StringComparer.Ordinal);
        for (int i = 0; i < pairs.Count; i++)
            if (!translations.TryAdd(pairs[i].Target, i)) clusters.Join(translations[pairs[i].Target], i);
        JoinNeighbours(RarestFirst(pairs), similarity, clusters);
        return new(pairs, clusters.Numbers());
    }

    /// <summary>Deals whole clusters out at random; one that is larger than what test and validation lack is trained on.</summary>
    /// <param name="validationShare">The share of validation pairs, at least 0; with that of the test pairs below 1.</param>
    /// <param name="testShare">The share of test pairs.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The parts; the same for the same state of the generator.</returns>
    /// <exception cref="OptionException">A share is outside its range.</exception>
    public PairSplit Split(double validationShare, double testShare, Generator generator) =>
        PairSplit.ByGroup(pairs, clusterOf, validationShare, testShare, generator);

    /// <summary>How many clusters there are, and how large.</summary>
    /// <returns>One line.</returns>
    public override string ToString() =>
        Invariant($"{pairs.Count} pairs in {Sizes.Count} clusters, the largest of {Sizes.DefaultIfEmpty().Max()}");

    /// <summary>The shingles of each sentence, numbered by how rare they are, the rarest first.</summary>
    private static int[][] RarestFirst(IReadOnlyList<SentencePair> pairs)
    {
        Shingles shingles = new(withSigns: false);
        int[][] sets = [.. pairs.Select(pair => shingles.Add(pair.Source))];
        int[] counts = new int[shingles.Count];
        foreach (int[] set in sets)
            foreach (int shingle in set) counts[shingle]++;
        int[] rank = new int[shingles.Count];
        foreach ((int place, int shingle) in Enumerable.Range(0, shingles.Count).OrderBy(shingle => counts[shingle]).Index())
            rank[shingle] = place;
        foreach (int[] set in sets)
        {
            for (int i = 0; i < set.Length; i++) set[i] = rank[set[i]];
            Array.Sort(set);
        }
        return sets;
    }

    private static void JoinNeighbours(int[][] sets, double similarity, UnionFind clusters)
    {
        Dictionary<int, List<int>> index = [];
        int[] order = [.. Enumerable.Range(0, sets.Length).OrderBy(i => sets[i].Length)];
        int[] comparedWith = new int[sets.Length];
        Array.Fill(comparedWith, -1);
        foreach (int current in order)
        {
            int[] set = sets[current];
            int prefix = set.Length - (int)Math.Ceiling(similarity * set.Length) + 1;
            foreach (int shingle in set.AsSpan(0, prefix))
            {
                ref List<int>? earlier = ref CollectionsMarshal.GetValueRefOrAddDefault(index, shingle, out _);
                foreach (int other in earlier ??= [])
                {
                    if (comparedWith[other] == current) continue;
                    comparedWith[other] = current;
                    // Those in one cluster already need no comparison.
                    if (!clusters.AreJoined(current, other) && Jaccard(set, sets[other]) >= similarity) clusters.Join(current, other);
                }
                earlier.Add(current);
            }
        }
    }

    private static double Jaccard(int[] a, int[] b)
    {
        int shared = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] == b[j]) shared++;
            if (a[i] <= b[j] && a[i++] < b[j]) continue;
            j++;
        }
        return (double)shared / (a.Length + b.Length - shared);
    }

    /// <summary>Sets that only ever join.</summary>
    private sealed class UnionFind(int count)
    {
        private readonly int[] parent = [.. Enumerable.Range(0, count)];

        internal bool AreJoined(int a, int b) => Root(a) == Root(b);

        // The root is the first of a set, so sets are numbered by their first members.
        internal void Join(int a, int b)
        {
            (int first, int second) = (Math.Min(Root(a), Root(b)), Math.Max(Root(a), Root(b)));
            parent[second] = first;
        }

        internal int[] Numbers()
        {
            Dictionary<int, int> numbers = [];
            int[] result = new int[parent.Length];
            for (int i = 0; i < result.Length; i++)
            {
                int root = Root(i);
                numbers.TryAdd(root, numbers.Count);
                result[i] = numbers[root];
            }
            return result;
        }

        private int Root(int i)
        {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        }
    }
}
