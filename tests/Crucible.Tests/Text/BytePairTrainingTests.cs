using Crucible.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

public class BytePairTrainingTests
{
    private static readonly BytePairOptions Unsplit = new() { VocabularySize = 256 + 3, Split = SplitPattern.None };

    /// <summary>
    /// aaabdaaabac: aa occurs most often (Z); then ab and Za twice each, and ab has the smaller left id (Y); then ZY
    /// twice (X).
    /// </summary>
    [Fact]
    public void Train_OnTheDocumentedExample_GivesXdXac()
    {
        BytePairTokenizer tokenizer = BytePairTokenizer.Train(["aaabdaaabac"], Unsplit);

        Assert.Equal([new('a', 'a', 256), new('a', 'b', 257), new(256, 257, 258)], tokenizer.Merges);
        Assert.Equal(["aa = a + a", "ab = a + b", "aaab = aa + ab"], tokenizer.Merges.Select(tokenizer.Describe));
        const int x = 258;
        Assert.Equal([x, 'd', x, 'a', 'c'], tokenizer.Encode("aaabdaaabac"));
        Assert.Equal(259, tokenizer.VocabularySize);
    }

    [Fact]
    public void Train_WhenNoPairIsLeft_EndsEarly() => Assert.Equal(256 + 1, BytePairTokenizer.Train(["abab ab"]).VocabularySize);

    [Property]
    public Property Train_RandomPieces_EqualsTheNaiveAlgorithm()
    {
        // Few letters make many ties and overlapping runs.
        Gen<string> text = Gen.ListOf(Gen.Elements('a', 'b', 'c', ' ', '\n', 'é')).Select(letters => string.Concat(letters));
        return Prop.ForAll(Gen.ListOf(text).ToArbitrary(), texts =>
        {
            foreach (SplitPattern split in Enum.GetValues<SplitPattern>())
            {
                BytePairTokenizer tokenizer = BytePairTokenizer.Train(texts, new() { VocabularySize = 256 + 30, Split = split });
                (List<BytePairMerge>? merges, List<(string Text, List<int> Tokens)>? pieces) = NaiveBytePairs.Train(texts, split, 30);
                Assert.Equal(merges, tokenizer.Merges);
                Assert.All(pieces, piece => Assert.Equal(piece.Tokens, tokenizer.Encode(piece.Text)));
            }
        });
    }

    [Fact]
    public void Train_OptionsOutOfRange_AreRejected()
    {
        static string Message(BytePairOptions options) =>
            Assert.Throws<OptionException>(() => BytePairTokenizer.Train(["text"], options)).Message;

        Assert.Equal(
            "byte pairs: vocabularySize must be at least 257 (256 bytes and 1 special tokens), but is 256",
            Message(new() { VocabularySize = 256, SpecialTokens = ["<end>"] }));
        Assert.Equal("byte pairs: minimumCount must be at least 1, but is 0", Message(new() { MinimumCount = 0 }));
        Assert.Equal(
            "byte pairs: specialTokens must be distinct, but is '<end>' twice", Message(new() { SpecialTokens = ["<end>", "<end>"] }));
        Assert.Equal("split: pattern must be None, Gpt2, Cl100k or O200k, but is 9", Message(new() { Split = (SplitPattern)9 }));
    }

    [Fact]
    public void Train_HalfASurrogatePair_IsRejectedWithItsPosition() => Assert.Equal(
        "byte pairs: text must be valid UTF-16, but position 4 is an unpaired surrogate (U+DE00)",
        Assert.Throws<DataException>(() => BytePairTokenizer.Train(["ok", "😀ok\uDE00"])).Message);
}
