using Crucible.Text;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>
/// Values named "published" are those that the tests and the documentation of sacreBLEU 2 and of Hugging Face's wrapper
/// around it state, to the digits they give.
/// </summary>
public sealed class ChrfTests
{
    private static readonly ChrfOptions Epsilon = new() { Beta = 3, EpsilonSmoothing = true };

    private static readonly string[] Cats =
        ["The relationship between cats and dogs is not exactly friendly.", "a good bookshop is just a genteel black hole that knows how to read."];

    private static readonly string[] CatReferences =
        ["The relationship between dogs and cats is not exactly friendly.", "A good bookshop is just a genteel Black Hole that knows how to read."];

    [Theory]
    [InlineData("abcdefg", "hijklmnop", 0.0)]
    [InlineData("a", "b", 0.0)]
    [InlineData("", "reference", 0.0)]
    [InlineData("aa", "ab", 8.3333)]
    [InlineData("a|b", "a|c", 8.3333)]
    [InlineData("a", "a", 16.6667)]
    [InlineData("a b c", "a b c", 50.0)]
    [InlineData("a b c", "abc", 50.0)]
    [InlineData(
        " risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
        "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
        63.361730)]
    [InlineData(
        " Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. ",
        "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.", 64.1302698)]
    [InlineData(
        "Niemand hat die Absicht, eine Mauer zu errichten", "Niemand hat die Absicht, eine Mauer zu errichten", 100.0)]
    public void Corpus_EpsilonSmoothing_IsAsPublished(string outputs, string references, double expected) =>
        Assert.Equal(expected, Chrf.Corpus(outputs.Split('|'), references.Split('|'), Epsilon), 1e-4);

    [Theory]
    [InlineData("a", "a", 100.0)]
    [InlineData("", "reference", 0.0)]
    [InlineData("a b c", "a b c", 100.0)]
    [InlineData("a b c", "abc", 100.0)]
    [InlineData("", "c", 0.0)]
    [InlineData("a|b", "a|c", 50.0)]
    [InlineData("aa", "ab", 25.0)]
    public void Corpus_EffectiveOrder_IsAsPublished(string outputs, string references, double expected) =>
        Assert.Equal(expected, Chrf.Corpus(outputs.Split('|'), references.Split('|'), new() { Beta = 3 }), 1e-4);

    [Theory]
    [InlineData(
        "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.",
        "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.", 67.3481606)]
    [InlineData(
        "risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
        "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
        65.2414427)]
    public void Corpus_WhitespaceKept_IsAsPublished(string output, string reference, double expected) =>
        Assert.Equal(expected, Chrf.Corpus([output], [reference], new() { Beta = 3, KeepWhitespace = true }), 1e-4);

    [Theory]
    [InlineData(
        "Co nás nejvíc trápí, protože lékaři si vybírají, kdo bude žít a kdo zemře.",
        "Nejvíce smutní jsme z toho, že musíme rozhodovat o tom, kdo bude žít a kdo zemře.", 39.14078509)]
    [InlineData(
        "Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.",
        "A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.", 31.22557079)]
    [InlineData(
        "Lapali po dechu, jejich životy skončily dřív, než skutečně začaly.",
        "Lapali po dechu a pak jejich život skončil - dřív, než skutečně mohl začít, připomněli.", 57.15704367)]
    public void Sentence_Czech_IsAsPublished(string output, string reference, double expected) =>
        Assert.Equal(expected, Chrf.Sentence(output, [reference], new() { EpsilonSmoothing = true }), 1e-4);

    [Fact]
    public void Corpus_TwoReferences_IsAsPublished()
    {
        string[] outputs = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
        string[][] references =
        [
            ["The dog bit the man.", "The dog had bit the man."],
            ["It was not unexpected.", "No one was surprised."],
            ["The man bit him first.", "The man had bitten the dog."],
        ];

        Assert.Equal(59.73, Chrf.Corpus(outputs, references), 0.005);
    }

    [Fact]
    public void Corpus_ChrfAndChrfPlusPlus_AreAsPublished()
    {
        Assert.Equal(84.64214891738334, Chrf.Corpus(Cats, CatReferences), 1e-10);
        Assert.Equal(82.87263732906315, Chrf.Corpus(Cats, CatReferences, new() { WordOrder = 2 }), 1e-10);
    }

    [Fact]
    public void Sentence_ByHand_IsTheFScore()
    {
        // Against "abcd": precision of n = 1, 2 is 1 and 1, recall 3/4 and 2/3, of n = 3 1 and 1/2; "abc" has no n = 4.
        double recall = ((3 / 4.0) + (2 / 3.0) + (1 / 2.0)) / 3;

        Assert.Equal(100 * 5 * recall / (4 + recall), Chrf.Sentence("abc", ["abcd"]), 1e-10);
        Assert.Equal(Chrf.Sentence("abc", ["abcd"]), Chrf.Sentence("𝒳bc", ["𝒳bcd"]), 1e-10); // one character, two code units
    }

    [Fact]
    public void Corpus_WrongOption_SaysWhat()
    {
        Assert.Equal(
            "chrF: CharacterOrder must be from 1 to 100, but is 0",
            Assert.Throws<OptionException>(() => Chrf.Sentence("a", ["a"], new() { CharacterOrder = 0 })).Message);
        Assert.Throws<OptionException>(() => Chrf.Sentence("a", ["a"], new() { WordOrder = -1 }));
        Assert.Throws<OptionException>(() => Chrf.Sentence("a", ["a"], new() { Beta = double.NaN }));
        Assert.Throws<DataException>(() => Chrf.Sentence("a", [""]));
    }

    [Property(Arbitrary = [typeof(BleuTests)])]
    public void Corpus_OfItself_Is100(string[] sentences) =>
        Assert.Equal(100, Chrf.Corpus(sentences, sentences, new() { WordOrder = 2 }), 1e-9);

    [Fact]
    public void ExactMatch_OneOfThree_IsAThird()
    {
        Assert.Equal(1 / 3.0, ExactMatch.Corpus(["a", "b", "c"], ["a", "B", "c "]), 1e-12);
        Assert.Equal(1, ExactMatch.Corpus(["b"], [["a", "b"]]));
    }
}
