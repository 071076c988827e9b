using Crucible.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>Values named "published" are those that sacreBLEU 2's own documentation and tests state, to the digits they give.</summary>
public sealed class BleuTests
{
    private const string Romanian = "producţia de zahăr brut se exprimă în zahăr alb;";
    private const string Translated = "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;";

    private static readonly string[] Dogs = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];

    private static readonly string[][] DogReferences =
    [
        ["The dog bit the man.", "The dog had bit the man."],
        ["It was not unexpected.", "No one was surprised."],
        ["The man bit him first.", "The man had bitten the dog."],
    ];

    private static readonly string[] Words = ["the", "file", "is", "not", "found", ",", "1.5", "(x)", "."];

    /// <summary>Up to ten sentences of up to nine words.</summary>
    public static Arbitrary<string[]> Sentences() =>
        Gen.Elements(Words).ArrayOf().Where(words => words.Length is > 0 and < 10).Select(words => string.Join(' ', words))
            .ArrayOf().Where(sentences => sentences.Length is > 0 and <= 10).ToArbitrary();

    [Theory]
    [InlineData(BleuTokenization.Mteval13a, BleuSmoothing.Exponential, 48.530827)]
    [InlineData(BleuTokenization.Mteval13a, BleuSmoothing.None, 48.530827)]
    [InlineData(BleuTokenization.Spaces, BleuSmoothing.Exponential, 49.1919566)]
    public void Corpus_TwoReferences_IsAsPublished(BleuTokenization tokenization, BleuSmoothing smoothing, double expected)
    {
        BleuScore score = Bleu.Corpus(Dogs, DogReferences, new() { Tokenization = tokenization, Smoothing = smoothing });

        Assert.Equal(expected, score.Score, 1e-6);
    }

    [Fact]
    public void ToString_IsThePublishedLine()
    {
        string[][] fewer = [["", "The dog had bit the man."], .. DogReferences[1..]];

        Assert.Equal(
            "BLEU = 48.53 82.4/50.0/45.5/37.5 (BP = 0.943 ratio = 0.944 hyp_len = 17 ref_len = 18)",
            Bleu.Corpus(Dogs, DogReferences).ToString());
        Assert.Equal(
            "BLEU = 29.44 82.4/42.9/27.3/12.5 (BP = 0.889 ratio = 0.895 hyp_len = 17 ref_len = 19)",
            Bleu.Corpus(Dogs, fewer).ToString());
    }

    [Theory]
    [InlineData(BleuSmoothing.Exponential, null, BleuTokenization.Mteval13a, 8.493)]
    [InlineData(BleuSmoothing.None, null, BleuTokenization.Mteval13a, 0.0)]
    [InlineData(BleuSmoothing.Floor, null, BleuTokenization.Mteval13a, 4.51688)]
    [InlineData(BleuSmoothing.Floor, 0.1, BleuTokenization.Mteval13a, 4.51688)]
    [InlineData(BleuSmoothing.Floor, 0.5, BleuTokenization.Mteval13a, 10.10)]
    [InlineData(BleuSmoothing.AddK, null, BleuTokenization.Mteval13a, 14.882)]
    [InlineData(BleuSmoothing.AddK, 1.0, BleuTokenization.Mteval13a, 14.882)]
    [InlineData(BleuSmoothing.AddK, 2.0, BleuTokenization.Mteval13a, 21.389)]
    [InlineData(BleuSmoothing.Exponential, null, BleuTokenization.Spaces, 7.347)]
    [InlineData(BleuSmoothing.Exponential, null, BleuTokenization.Characters, 40.8759)]
    public void Sentence_EachSmoothing_IsAsPublished(
        BleuSmoothing smoothing, double? value, BleuTokenization tokenization, double expected)
    {
        BleuOptions options = new() { Smoothing = smoothing, SmoothingValue = value, Tokenization = tokenization };

        Assert.Equal(expected, Bleu.Sentence(Translated, [Romanian], options).Score, 1e-3);
    }

    [Theory]
    [InlineData(BleuSmoothing.Exponential)]
    [InlineData(BleuSmoothing.Floor)]
    [InlineData(BleuSmoothing.AddK)]
    [InlineData(BleuSmoothing.None)]
    public void Sentence_WithoutAnyMatch_IsZero(BleuSmoothing smoothing) =>
        Assert.Equal(0, Bleu.Sentence("this is a cat", ["okay thanks"], new() { Smoothing = smoothing }).Score);

    [Theory]
    [InlineData("this is a test|another test", "ref1|ref2", 0)] // published as 0.0038 before version 2, which smooths nothing here
    [InlineData("this is a test", "this is a test", 100)]
    [InlineData("this is a fest", "this is a test", 22.3606797749979)]
    [InlineData("test", "a test", 36.78794411714425)]
    [InlineData("a test", "a test", 100)]
    [InlineData("a little test", "a test", 3.218297948685433)]
    public void Corpus_FloorAndEffectiveOrder_IsAsPublished(string outputs, string references, double expected)
    {
        BleuOptions options = new()
        {
            Tokenization = BleuTokenization.Spaces,
            Smoothing = BleuSmoothing.Floor,
            SmoothingValue = 0.01,
            EffectiveOrder = true,
        };

        Assert.Equal(expected, Bleu.Corpus(outputs.Split('|'), references.Split('|'), options).Score, 1e-6);
    }

    [Fact]
    public void Of_PublishedCounts_IsThePublishedScore()
    {
        BleuOptions options = new() { Smoothing = BleuSmoothing.None };

        Assert.Equal(83.75922397, BleuScore.Of([9, 7, 5, 3], [10, 8, 6, 4], 11, 11, options, false).Score, 1e-6);
    }

    [Theory]
    [InlineData(new long[] { 0, 0, 0, 0 }, new long[] { 4, 4, 2, 1 }, 0, 1, 0.0)]
    [InlineData(new long[] { 0, 0, 0, 0 }, new long[] { 10, 11, 12, 0 }, 14, 10, 0.0)]
    [InlineData(new long[] { 0, 0, 0, 0 }, new long[] { 0, 0, 0, 0 }, 0, 0, 0.1)]
    [InlineData(new long[] { 6, 5, 4, 0 }, new long[] { 6, 5, 4, 3 }, 6, 6, 0.0)]
    [InlineData(new long[] { 0, 0, 0, 0 }, new long[] { 0, 0, 0, 0 }, 1, 5, 0.01)]
    public void Of_DegenerateCounts_IsZeroAsPublished(long[] matches, long[] totals, int length, int reference, double floor)
    {
        BleuOptions options = new() { Smoothing = BleuSmoothing.Floor, SmoothingValue = floor };

        Assert.Equal(0, BleuScore.Of(matches, totals, length, reference, options, false).Score);
    }

    [Fact]
    public void Sentence_ByHand_IsTheProductOfItsParts()
    {
        // Spaces: outputs "a b c d e" against "a b c d f g": 4/5, 3/4, 2/3, 1/2; brevity exp(1 - 6/5).
        BleuScore score = Bleu.Sentence("a b c d e", ["a b c d f g"]);

        Assert.Equal([4, 3, 2, 1], score.Matches);
        Assert.Equal([5, 4, 3, 2], score.Totals);
        Assert.Equal(Math.Exp(-0.2), score.BrevityPenalty, 1e-12);
        Assert.Equal(100 * Math.Exp(-0.2) * Math.Pow(0.8 * 0.75 * (2.0 / 3) * 0.5, 0.25), score.Score, 1e-9);
    }

    [Fact]
    public void Sentence_RepeatedWord_IsClippedToTheReferenceThatHasMostOfIt()
    {
        // Papineni et al., 2002, example 2: "the" is in the references twice at most, so 2 of 7 match.
        BleuScore score = Bleu.Sentence(
            "the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]);

        Assert.Equal(2, score.Matches[0]);
        Assert.Equal(7, score.Totals[0]);
        Assert.Equal(7, score.ReferenceLength); // the closest, of 6 and 7
    }

    [Theory]
    [InlineData("Hello, world! It's 1,000.5-6 (e.g. <b>).", "Hello , world ! It's 1,000.5 - 6 ( e . g . < b > ) .")]
    [InlineData("&quot;a&quot; &amp; b-\nc<skipped>\nd", "\" a \" & bc d")]
    [InlineData("L'ordre n° 3. Fin.5", "L'ordre n° 3 . Fin . 5")]
    [InlineData("a\u001Cb\u00A0c 𝒳.", "a b c 𝒳 .")]
    [InlineData("", "")]
    public void Mteval13a_SignsAndEntities_AreCutAsByItsRules(string sentence, string expected) =>
        Assert.Equal(expected, string.Join(' ', BleuWords.Of(sentence, BleuTokenization.Mteval13a)));

    [Fact]
    public void Corpus_EmptyOutputs_CountAsTheyAre() => Assert.Equal(0, Bleu.Corpus(["", "", ""], DogReferences).Score);

    [Fact]
    public void Corpus_WrongInput_SaysWhat()
    {
        Assert.Equal(
            "BLEU: outputs must be at least 1, got 0",
            Assert.Throws<DataException>(() => Bleu.Corpus([], Array.Empty<string>())).Message);
        Assert.Equal(
            "BLEU: each output must have its references, but there are 1 and 2",
            Assert.Throws<DataException>(() => Bleu.Corpus(["a"], ["a", "b"])).Message);
        Assert.Equal(
            "BLEU: each output must have a reference that is not empty, but output 1 has none",
            Assert.Throws<DataException>(() => Bleu.Corpus(["a", "b"], ["a", ""])).Message);
        Assert.Equal(
            "BLEU: SmoothingValue must be 0 or more, but is -1",
            Assert.Throws<OptionException>(() => Bleu.Corpus(["a"], ["a"], new() { SmoothingValue = -1 })).Message);
        Assert.Throws<OptionException>(() => Bleu.Corpus(["a"], ["a"], new() { Smoothing = (BleuSmoothing)9 }));
        Assert.Throws<OptionException>(() => Bleu.Corpus(["a"], ["a"], new() { Tokenization = (BleuTokenization)9 }));
    }

    [Property(Arbitrary = [typeof(BleuTests)])]
    public void Corpus_OfItself_Is100(string[] sentences) =>
        Assert.Equal(100, Bleu.Corpus(sentences, sentences, new() { EffectiveOrder = true }).Score, 1e-9);

    [Property(Arbitrary = [typeof(BleuTests)])]
    public void Corpus_InAnotherOrder_HasTheSameScore(string[] outputs, int seed)
    {
        string[] references = [.. outputs.Reverse()];
        int[] order = [.. Enumerable.Range(0, outputs.Length)];
        new Random(seed).Shuffle(order);

        Assert.Equal(
            Bleu.Corpus(outputs, references).Score,
            Bleu.Corpus([.. order.Select(i => outputs[i])], [.. order.Select(i => references[i])]).Score);
    }

    [Property(Arbitrary = [typeof(BleuTests)])]
    public void Corpus_OneMoreReference_NeverHasFewerMatches(string[] outputs)
    {
        string[] references = [.. outputs.Reverse()];
        string[][] more = [.. references.Select(reference => new[] { reference, "the file , is not found" })];

        Assert.All(
            Bleu.Corpus(outputs, references).Matches.Zip(Bleu.Corpus(outputs, more).Matches),
            counts => Assert.True(counts.First <= counts.Second));
    }
}
