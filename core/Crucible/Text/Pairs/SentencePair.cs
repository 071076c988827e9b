using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>A sentence and its translation.</summary>
/// <param name="Source">The sentence.</param>
/// <param name="Target">Its translation.</param>
public sealed record SentencePair(string Source, string Target)
{
    /// <summary>The words of the sentence: what stands between white space.</summary>
    public int SourceWords => BleuWords.Split(Source).Length;

    /// <summary>The words of the translation: what stands between white space.</summary>
    public int TargetWords => BleuWords.Split(Target).Length;

    /// <summary>The two with an arrow between them.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Source} → {Target}";
}

/// <summary>Files of sentence pairs.</summary>
public static class PairFile
{
    private const string Operation = "pairs";

    /// <summary>
    /// Reads a UTF-8 file with a pair a line: the sentence, a tab, its translation. White space around them does not
    /// count, nor do a byte order mark and the kind of line break.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The pairs, in order.</returns>
    /// <exception cref="DataException">
    /// The file cannot be read, is no regular file, is not UTF-8, has no line, or a line has not exactly one tab or an
    /// empty side. The message names file and line.
    /// </exception>
    public static SentencePair[] Read(string path)
    {
        List<SentencePair> pairs = [];
        using TextBlocks blocks = new(Operation, path, (before, _) => before == '\n');
        while (blocks.Read())
        {
            // Blocks end with a line or with the file.
            ReadOnlySpan<char> text = blocks.Text is [.. var whole, '\n'] ? whole : blocks.Text;
            foreach (Range line in text.Split('\n')) pairs.Add(Parse(text[line], path, pairs.Count + 1));
        }
        return pairs.Count > 0 ? [.. pairs] : throw Errors.NoPairs(path);
    }

    private static SentencePair Parse(ReadOnlySpan<char> line, string path, int number)
    {
        int tabs = line.Count('\t');
        if (tabs != 1)
        {
            string found = tabs == 0 ? "has no tab" : Invariant($"has {tabs} tabs");
            throw Errors.PairLine(path, number, $"a line must be a sentence, one tab and the translation, but this one {found}");
        }
        int tab = line.IndexOf('\t');
        string source = line[..tab].Trim().ToString(), target = line[(tab + 1)..].Trim().ToString();
        if (source.Length == 0) throw Errors.PairLine(path, number, "the sentence before the tab must not be empty, but is");
        if (target.Length == 0) throw Errors.PairLine(path, number, "the translation behind the tab must not be empty, but is");
        return new(source, target);
    }
}

/// <summary>Pairs in three parts that do not overlap.</summary>
/// <param name="Training">What a model learns from.</param>
/// <param name="Validation">What settings are chosen by.</param>
/// <param name="Test">What the chosen model is measured on.</param>
public sealed record PairSplit(SentencePair[] Training, SentencePair[] Validation, SentencePair[] Test)
{
    /// <summary>Deals pairs out at random, each by itself: for pairs without near-duplicates, such as numbers in words.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="validationShare">The share of validation pairs, at least 0; with that of the test pairs below 1.</param>
    /// <param name="testShare">The share of test pairs.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The parts; the same for the same state of the generator.</returns>
    /// <exception cref="OptionException">A share is outside its range.</exception>
    public static PairSplit AtRandom(IReadOnlyList<SentencePair> pairs, double validationShare, double testShare, Generator generator) =>
        ByGroup(pairs, [.. Enumerable.Range(0, pairs.Count)], validationShare, testShare, generator);

    /// <summary>
    /// Trains on short sentences and tests on longer ones, for the question whether a model generalizes to lengths that it
    /// never saw.
    /// </summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="mostWords">Sentences of more words are the test.</param>
    /// <param name="validationShare">The share of the short pairs that is validation, at least 0 and below 1.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The parts; the same for the same state of the generator.</returns>
    /// <exception cref="OptionException">The share is outside its range, or no sentence is as short, or none longer.</exception>
    public static PairSplit ByLength(IReadOnlyList<SentencePair> pairs, int mostWords, double validationShare, Generator generator)
    {
        SentencePair[] brief = [.. pairs.Where(pair => pair.SourceWords <= mostWords)];
        SentencePair[] longer = [.. pairs.Where(pair => pair.SourceWords > mostWords)];
        if (brief.Length == 0 || longer.Length == 0)
        {
            string lengths = pairs.Count == 0 ? "there are none" : Invariant($"{pairs.Min(Words)} to {pairs.Max(Words)} words");
            throw Errors.Option("pair split", nameof(mostWords), $"between the lengths of the sentences ({lengths})", mostWords);
        }
        return AtRandom(brief, validationShare, 0, generator) with { Test = longer };

        static int Words(SentencePair pair) => pair.SourceWords;
    }

    /// <summary>
    /// How many test sentences have a similar one in the training: none after a split by clusters at that similarity, a
    /// third of an SDK's messages after a split at random.
    /// </summary>
    /// <param name="similarity">From which similarity on, as <see cref="SentenceClusters"/> define it; 0.4 by default.</param>
    /// <returns>A count.</returns>
    /// <exception cref="DataException">There is no training pair.</exception>
    public int TestNearTraining(double similarity = SentenceClusters.UsualSimilarity)
    {
        NearestSentences nearest = new(Training, withSigns: false);
        return Test.Count(pair => nearest.Find(pair.Source).Similarity >= similarity);
    }

    /// <summary>How many pairs the parts have.</summary>
    /// <returns>One line.</returns>
    public override string ToString() =>
        Invariant($"{Training.Length} pairs for training, {Validation.Length} for validation, {Test.Length} for testing");

    /// <summary>
    /// Deals whole groups out at random: to the test while a group fits in what it lacks, then to the validation, else to
    /// the training, so that large groups are trained on. Each part has its pairs in their first order.
    /// </summary>
    internal static PairSplit ByGroup(
        IReadOnlyList<SentencePair> pairs, int[] groupOf, double validationShare, double testShare, Generator generator)
    {
        CheckShare(nameof(validationShare), validationShare, 0);
        CheckShare(nameof(testShare), testShare, validationShare);
        int[] sizes = new int[groupOf.Length == 0 ? 0 : groupOf.Max() + 1];
        foreach (int group in groupOf) sizes[group]++;
        int[] missing = [(int)Math.Round(testShare * pairs.Count), (int)Math.Round(validationShare * pairs.Count)];
        int[] partOf = new int[sizes.Length];
        foreach (int group in generator.Permutation(sizes.Length))
        {
            partOf[group] = Array.FindIndex(missing, count => count >= sizes[group]);
            if (partOf[group] >= 0) missing[partOf[group]] -= sizes[group];
        }
        return new(Part(-1), Part(1), Part(0));

        SentencePair[] Part(int part) => [.. pairs.Where((_, index) => partOf[groupOf[index]] == part)];

        static void CheckShare(string name, double share, double other)
        {
            if (!(share >= 0 && share + other < 1)) throw Errors.Option("pair split", name, "0 or more, and all shares below 1", share);
        }
    }
}
