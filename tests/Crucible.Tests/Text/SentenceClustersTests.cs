using Crucible.Tensors;
using Crucible.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

public sealed class SentenceClustersTests
{
    private static readonly string[] Words = ["the", "file", "is", "not", "found", "here", "'{0}'", "Type"];

    /// <summary>Up to thirty sentences of up to seven words out of eight, so that many are similar.</summary>
    public static Arbitrary<SentencePair[]> Sentences() =>
        Gen.Elements(Words).ArrayOf().Where(words => words.Length is > 0 and < 8).Select(words => string.Join(' ', words))
            .ArrayOf().Where(sentences => sentences.Length <= 30)
            .Select(sentences => sentences.Select((sentence, i) => new SentencePair(sentence, $"t{i}")).ToArray()).ToArbitrary();

    private static int[] Clusters(params string[] sources) =>
        [.. SentenceClusters.Find([.. sources.Select((source, i) => new SentencePair(source, $"t{i}"))]).ClusterOf];

    /// <summary>The rule word for word: adjacent words of letters, with the edges.</summary>
    private static HashSet<(string, string)> Pairs(string sentence)
    {
        string[] words =
        [
            "", .. sentence.ToLowerInvariant().Split(' ').Select(word => string.Concat(word.Where(char.IsLetter))).Where(w => w.Length > 0), "",
        ];
        return words.Length == 2 ? [("", sentence)] : [.. words.Zip(words.Skip(1))];
    }

    private static double Jaccard(string a, string b)
    {
        HashSet<(string, string)> first = Pairs(a), second = Pairs(b);
        return (double)first.Intersect(second).Count() / first.Union(second).Count();
    }

    [Fact]
    public void Find_OneWordOfFourDiffers_IsOneCluster()
    {
        // "cannot open the file" and "cannot read the file": 3 of the 7 pairs of words of both are shared, 0.43.
        Assert.Equal([0, 0, 1], Clusters("Cannot open the file.", "Cannot read the file", "Cannot open it"));
        // Of three words one differs: 2 of 6.
        Assert.Equal([0, 1], Clusters("open the file", "open a file"));
    }

    [Fact]
    public void Find_SignsDigitsAndCase_DoNotCount()
    {
        Assert.Equal([0, 0, 0], Clusters("'{0}' is not CLS-compliant.", "\"{1}\" is not cls compliant", "Is not CLS, compliant 5!"));
        Assert.Equal([0, 1, 0], Clusters("???", "!!!", "???"));
    }

    [Fact]
    public void Find_SameTranslation_IsOneCluster()
    {
        SentencePair[] pairs = [new("delete", "supprimer"), new("keep", "garder"), new("remove", "supprimer")];

        Assert.Equal([0, 1, 0], SentenceClusters.Find(pairs).ClusterOf);
        Assert.Equal("3 pairs in 2 clusters, the largest of 2", SentenceClusters.Find(pairs).ToString());
    }

    [Property(Arbitrary = [typeof(SentenceClustersTests)])]
    public void Find_AnySentences_AreTheComponentsOfTheRule(SentencePair[] pairs)
    {
        foreach (double similarity in new[] { 0.2, 0.4, 0.5, 0.75, 1 })
        {
            int[] expected = [.. Enumerable.Range(0, pairs.Length)];
            for (bool changed = true; changed;)
            {
                changed = false;
                for (int i = 0; i < pairs.Length; i++)
                {
                    for (int j = 0; j < i; j++)
                    {
                        if (expected[i] == expected[j] || Jaccard(pairs[i].Source, pairs[j].Source) < similarity) continue;
                        expected[i] = expected[j] = Math.Min(expected[i], expected[j]);
                        changed = true;
                    }
                }
            }
            IReadOnlyList<int> found = SentenceClusters.Find(pairs, similarity).ClusterOf;
            for (int i = 0; i < pairs.Length; i++)
                for (int j = 0; j < i; j++) Assert.Equal(expected[i] == expected[j], found[i] == found[j]);
        }
    }

    [Property(Arbitrary = [typeof(SentenceClustersTests)])]
    public void Split_AnySentences_LeavesNoNeighbourInTraining(SentencePair[] pairs, byte seed)
    {
        PairSplit split = SentenceClusters.Find(pairs).Split(0.2, 0.3, new Generator(seed));

        Assert.Equal(pairs.ToHashSet(), split.Training.Concat(split.Validation).Concat(split.Test).ToHashSet());
        Assert.All(split.Test, test => Assert.All(split.Training, other => Assert.True(Jaccard(test.Source, other.Source) < 0.4)));
        if (split.Training.Length > 0) Assert.Equal(0, split.TestNearTraining());
        Assert.Equal(split.Test, SentenceClusters.Find(pairs).Split(0.2, 0.3, new Generator(seed)).Test);
    }

    [Fact]
    public void Split_LargeCluster_IsTrainedOn()
    {
        SentencePair[] pairs =
        [
            .. Enumerable.Range(0, 50).Select(i => new SentencePair($"value {i} is too large", $"t{i}")),
            .. "one|two|three|four|five|six|seven|eight|nine|ten".Split('|').Select(word => new SentencePair(word, word)),
        ];
        PairSplit split = SentenceClusters.Find(pairs).Split(0.05, 0.1, new Generator(0));

        Assert.Equal("51 pairs for training, 3 for validation, 6 for testing", split.ToString());
        Assert.Equal(50, split.Training.Count(pair => pair.Source.StartsWith("value", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Find_SimilarityOutsideItsRange_IsRefused(double similarity) =>
        Assert.Throws<OptionException>(() => SentenceClusters.Find([], similarity));

    [Fact]
    public void Nearest_MostSimilarSentence_LendsItsTranslation()
    {
        NearestSentences nearest = new(
        [
            new("The file was not found.", "fichier introuvable"), new("The folder {0} was not found.", "dossier {0} introuvable"),
            new("The folder was not found!", "dossier introuvable"),
        ]);

        // Nine words and signs, so ten pairs each, of which "the type" and "type {" are not in both: 8 of 12.
        Neighbour found = nearest.Find("The type {0} was not found.");
        Assert.Equal("dossier {0} introuvable", found.Pair.Target);
        Assert.Equal(8 / 12.0, found.Similarity, 1e-12);
        Assert.Equal(
            ["fichier introuvable", ""], nearest.Translate(["The file was not found.", "unrelated words"]));
        Assert.Throws<DataException>(() => new NearestSentences([]));
    }
}
