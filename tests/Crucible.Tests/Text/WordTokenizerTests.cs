using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

public class WordTokenizerTests
{
    private const string Verse = "The cat, the cat!\nDon't stop: o'er the hill the cat's.\n";

    private static IEnumerable<string> Tokens(WordTokenizer tokenizer, string text) => tokenizer.Encode(text).Select(tokenizer.TokenText);

    [Fact]
    public void Train_OrdersWordsByFrequency_ThenByCodeUnits()
    {
        WordTokenizer tokenizer = WordTokenizer.Train(["b a b c a b ba"], new() { Unknown = UnknownWord.Reject });
        // " a" twice, " b" twice; the first "b", which no space precedes, " ba" and " c" once.
        Assert.Equal([" a", " b", " ba", " c", "b"], tokenizer.Words);
        Assert.Equal([4, 0, 1], tokenizer.Encode("b a b"));
    }

    [Fact]
    public void Train_AboveTheCap_KeepsTheMostFrequentWords()
    {
        WordTokenizer tokenizer =
            WordTokenizer.Train(["b a b c a b ba"], new() { Unknown = UnknownWord.Token, VocabularySize = 5, SpecialTokens = ["<end>"] });
        Assert.Equal([" a", " b"], tokenizer.Words);
        Assert.Equal((5, 4), (tokenizer.VocabularySize, tokenizer.SpecialTokens["<end>"]));
    }

    [Fact]
    public void Encode_Separate_MakesEachSignAToken() => Assert.Equal(
        ["The", " cat", ",", " the", " cat", "!", "\\n", "Don't", " stop", ":", " o'er", " the", " hill", " the", " cat's", ".", "\\n"],
        Tokens(WordTokenizer.Train([Verse]), Verse));

    [Fact]
    public void Encode_Attached_LeavesSignsAtTheirWords() => Assert.Equal(
        ["The", " cat,", " the", " cat!", "\\n", "Don't", " stop:", " o'er", " the", " hill", " the", " cat's.", "\\n"],
        Tokens(WordTokenizer.Train([Verse], new() { Punctuation = Punctuation.Attached }), Verse));

    [Fact]
    public void Encode_DroppedAndLower_LosesSignsAndCapitals()
    {
        WordTokenizer tokenizer = WordTokenizer.Train([Verse], new() { Punctuation = Punctuation.Dropped, Case = LetterCase.Lower });
        Assert.Equal("the cat the cat\ndon't stop o'er the hill the cat's\n", tokenizer.Decode(tokenizer.Encode(Verse)));
        Assert.Equal([" the", " cat", " cat's", " hill", " o'er", " stop", "don't", "the"], tokenizer.Words);
        Assert.Equal("the end", tokenizer.Decode(tokenizer.Encode("THE — “end”"))); // the unknown word is spelled
        Assert.Equal("the cat\n the hill", tokenizer.Decode(tokenizer.Encode("“the--cat,\n (the)hill!”")));
    }

    [Fact]
    public void Encode_Space_IsPartOfWhatFollowsOrATokenOfItsOwn() => Assert.Equal(
        ["a", " ", " b", " ", "\\n", "\\t", "c", " -", "-", " (", "d", " "],
        Tokens(WordTokenizer.Train(["a  b \n\tc -- (d "]), "a  b \n\tc -- (d "));

    [Fact]
    public void Encode_UnknownWord_IsSpelledMarkedOrRejected()
    {
        WordTokenizer spelled = WordTokenizer.Train(["a cat"], new() { Unknown = UnknownWord.Spell });
        Assert.Equal(['a', ' ', 'd', 'o', 'g', 256], spelled.Encode("a dog cat"));
        WordTokenizer marked = WordTokenizer.Train(["a cat"], new() { Unknown = UnknownWord.Token });
        Assert.Equal([0, 1, 2], marked.Encode("the dog cat"));
        Assert.Equal("<unk> <unk> cat", marked.Decode(marked.Encode("the dog cat")));
        WordTokenizer strict = WordTokenizer.Train(["a cat"], new() { Unknown = UnknownWord.Reject });
        Assert.Equal(
            "words: text must consist of the 2 words of the vocabulary, but position 6 is 'dog'",
            Assert.Throws<DataException>(() => strict.Encode("a cat dog")).Message);
    }

    [Fact]
    public void Train_OptionsOutOfRange_AreRejected()
    {
        static string Message(WordOptions options) => Assert.Throws<OptionException>(() => WordTokenizer.Train(["a cat"], options)).Message;

        Assert.Equal(
            "words: vocabularySize must be above 257 (the tokens that are not words), but is 257",
            Message(new() { VocabularySize = 257, SpecialTokens = ["<end>"] }));
        Assert.Equal("words: case must be Keep or Lower, but is 7", Message(new() { Case = (LetterCase)7 }));
        Assert.Equal("words: punctuation must be Separate, Attached or Dropped, but is 7", Message(new() { Punctuation = (Punctuation)7 }));
        Assert.Equal("words: unknown must be Spell, Token or Reject, but is 7", Message(new() { Unknown = (UnknownWord)7 }));
    }
}
