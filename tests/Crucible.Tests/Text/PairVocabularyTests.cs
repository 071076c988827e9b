using Crucible.Tensors;
using Crucible.Text;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

public sealed class PairVocabularyTests
{
    private static readonly SentencePair[] Pairs =
    [
        new("The file was not found.", "Le fichier est introuvable."),
        new("The file {0} is not a file.", "Le fichier {0} n'est pas un fichier."),
    ];

    // a b → 256, 256 c → 257, b c → 258
    private static readonly BytePairTable Table = BytePairTable.FromMerges([new('a', 'b', 256), new(256, 'c', 257), new('b', 'c', 258)]);

    [Theory]
    [InlineData(VocabularyKind.BytePairs, true)]
    [InlineData(VocabularyKind.BytePairs, false)]
    [InlineData(VocabularyKind.Words, true)]
    [InlineData(VocabularyKind.Words, false)]
    public void Encode_TrainedSentences_DecodeToThemselves(VocabularyKind kind, bool isJoint)
    {
        PairVocabulary vocabulary = PairVocabulary.Train(Pairs, new() { Kind = kind, IsJoint = isJoint, Size = 300 });

        Assert.Equal(isJoint, vocabulary.IsJoint);
        foreach ((SentenceVocabulary side, string sentence) in Pairs.SelectMany(pair =>
            new[] { (vocabulary.Source, pair.Source), (vocabulary.Target, pair.Target) }))
        {
            int[] ids = side.Encode(sentence);
            Assert.Equal(sentence, side.Decode([side.Start, .. ids, side.End, ids[0]]));
            Assert.Equal(2, new[] { side.Start, side.End }.Except(ids).Distinct().Count());
            Assert.All(ids, id => Assert.InRange(id, 0, side.Size - 1));
        }
    }

    [Fact]
    public void Encode_FirstWord_IsTheTokenThatItIsWithin()
    {
        SentenceVocabulary words = PairVocabulary.Train(Pairs, new() { Kind = VocabularyKind.Words }).Source;

        Assert.Equal(words.Encode("was file")[0], words.Encode("file was")[1]);
        Assert.Equal(["file", "was", "."], words.Texts(words.Encode("file was.")));
    }

    [Fact]
    public void Words_OutsideTheVocabulary_AreUnknownAndNamed()
    {
        PairVocabulary words = PairVocabulary.Train(Pairs, new() { Kind = VocabularyKind.Words, IsJoint = false });
        PairVocabulary bytes = PairVocabulary.Train(Pairs);

        Assert.Equal("The <unk> was not <unk>.", words.Source.Decode(words.Source.Encode("The cat was not black.")));
        Assert.Equal(["cat", ",", "black"], words.Source.UnknownWords("The cat, cat was not black."));
        Assert.Empty(bytes.Source.UnknownWords("The cat was not black."));
        Assert.Equal("The cat was not black.", bytes.Source.Decode(bytes.Source.Encode("The cat was not black.")));
    }

    [Fact]
    public void Encode_EmptySentence_IsRefused()
    {
        SentenceVocabulary vocabulary = PairVocabulary.Train(Pairs).Source;

        foreach (string empty in new[] { "", " \t" })
        {
            Assert.Equal(
                "translation: a sentence must have at least one word, but is empty",
                Assert.Throws<DataException>(() => vocabulary.Encode(empty)).Message);
        }
        Assert.Throws<DataException>(() => PairVocabulary.Train([]));
    }

    [Fact]
    public void Tokenizer_SavedAndLoaded_IsTheSameVocabulary()
    {
        string file = Path.GetTempFileName();
        try
        {
            SentenceVocabulary vocabulary = PairVocabulary.Train(Pairs).Source;
            vocabulary.Tokenizer.Save(file);
            SentenceVocabulary loaded = new(Tokenizer.Load(file));
            Assert.Equal(vocabulary.Encode(Pairs[1].Target), loaded.Encode(Pairs[1].Target));
            Assert.Equal((vocabulary.Start, vocabulary.End), (loaded.Start, loaded.End));
            Assert.Equal(vocabulary.Tokenizer.Fingerprint, loaded.Tokenizer.Fingerprint);
            Assert.NotEqual(vocabulary.Tokenizer.Fingerprint, PairVocabulary.Train(Pairs[..1]).Source.Tokenizer.Fingerprint);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void SentenceVocabulary_TokenizerWithoutItsTokens_IsRefused()
    {
        WordTokenizer plain = WordTokenizer.Train(["a b"], new() { SpecialTokens = ["<s>"] });

        Assert.Equal(
            "vocabulary: the tokenizer must have the special tokens <s> and </s>, but has no </s>",
            Assert.Throws<DataException>(() => new SentenceVocabulary(plain)).Message);
    }

    [Property]
    public void Encode_AnyDropout_DecodesToTheText(byte share, byte seed)
    {
        BytePairTokenizer tokenizer = BytePairTokenizer.Train(Pairs.Select(pair => pair.Target), new() { VocabularySize = 400 });
        string text = Pairs[1].Target + " 中😀";
        int[] ids = tokenizer.Encode(text, share / 255.0, new Generator(seed));

        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(ids, tokenizer.Encode(text, share / 255.0, new Generator(seed)));
        Assert.Equal(tokenizer.Encode(text), tokenizer.Encode(text, 0, new Generator(seed)));
        Assert.All(tokenizer.Encode(text, 1, new Generator(seed)), id => Assert.InRange(id, 0, 255));
    }

    [Fact]
    public void Merge_HalfTheMergesDropped_FollowsTheLaw()
    {
        // First step: ab is kept with 1/2, else bc with 1/2 of the rest, else none. After ab, abc is kept with 1/2; after bc
        // nothing merges. So abc, ab c, a bc and a b c have 1/4 each.
        BytePairMerger merger = new(Table);
        Generator generator = new(7);
        Dictionary<string, int> counts = [];
        const int draws = 4000;
        for (int i = 0; i < draws; i++)
        {
            string ids = string.Join(' ', merger.Merge("abc"u8, 0.5, generator).ToArray());
            counts[ids] = counts.GetValueOrDefault(ids) + 1;
        }

        Assert.Equal(new[] { "257", "256 99", "97 258", "97 98 99" }.Order(), counts.Keys.Order());
        // Five standard deviations of a share: 5 √(1/4 · 3/4 / 4000) = 0.034.
        Assert.All(counts.Values, count => Assert.Equal(0.25, count / (double)draws, 0.034));
    }

    [Fact]
    public void Encode_WrongDropout_IsRefused()
    {
        BytePairTokenizer tokenizer = BytePairTokenizer.Train(["abc"]);
        SentenceVocabulary words = PairVocabulary.Train(Pairs, new() { Kind = VocabularyKind.Words }).Source;

        Assert.Throws<OptionException>(() => tokenizer.Encode("abc", -0.1, new Generator(1)));
        Assert.Throws<OptionException>(() => tokenizer.Encode("abc", double.NaN, new Generator(1)));
        Assert.Equal(
            "vocabulary: dropout must be 0, for only byte pairs can be left out, but is 0.1",
            Assert.Throws<OptionException>(() => words.Encode("file", 0.1, new Generator(1))).Message);
        Assert.Equal(words.Encode("file"), words.Encode("file", 0, new Generator(1)));
    }
}
