using System.Text;
using Crucible.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>Text files that are read block by block.</summary>
public sealed class TextFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    private static IEnumerable<Tokenizer> Tokenizers(string text) =>
    [
        BytePairTokenizer.Train([text], new() { VocabularySize = 400 }),
        BytePairTokenizer.Train([text], new() { VocabularySize = 400, Split = SplitPattern.Cl100k }),
        BytePairTokenizer.Train([text], new() { VocabularySize = 400, Split = SplitPattern.None }),
        WordTokenizer.Train([text]),
        WordTokenizer.Train([text], new() { Punctuation = Punctuation.Dropped, Case = LetterCase.Lower }),
        CharacterTokenizer.Train([text]),
    ];

    private void Write(string text) => File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    /// <summary>More than one block, and, in the last line, more than one without a place to cut.</summary>
    private static string LongText()
    {
        Random random = new(3);
        StringBuilder text = new();
        while (text.Length < 1_200_000) text.Append(random.Next(5) == 0 ? "\r\n" : " ").Append("abcdéf中😀!"[..random.Next(1, 7)]);
        return text.Append(' ').Append('中', 800_000).Append("😀 end").ToString();
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void EncodeFile_LongerThanABlock_GivesTheIdsOfTheWholeText()
    {
        string text = LongText();
        Write(text);
        foreach (Tokenizer tokenizer in Tokenizers(text[..10_000] + "中😀 end"))
        {
            List<(long, long)> progress = [];
            TokenSequence tokens = tokenizer.EncodeFile(path, (done, all) => progress.Add((done, all)));
            Assert.Equal(tokenizer.Encode(text), tokens.GetSlice(null, null));
            Assert.Equal((new FileInfo(path).Length, new FileInfo(path).Length), progress[^1]);
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void TrainFile_LongerThanABlock_LearnsWhatTheWholeTextTeaches()
    {
        string text = LongText();
        Write(text);
        Assert.Equal(CharacterTokenizer.Train([text]).Characters, CharacterTokenizer.TrainFile(path).Characters);
        WordOptions words = new() { VocabularySize = 1000, Punctuation = Punctuation.Dropped };
        Assert.Equal(WordTokenizer.Train([text], words).Words, WordTokenizer.TrainFile(path, words).Words);
        BytePairOptions pairs = new() { VocabularySize = 300, Split = SplitPattern.Cl100k };
        Assert.Equal(BytePairTokenizer.Train([text], pairs).Merges, BytePairTokenizer.TrainFile(path, pairs).Merges);
    }

    [Property]
    public Property Blocks_OfAnySize_EncodeAsTheWholeText() => Prop.ForAll(UnicodeTexts.Any.ToArbitrary(), Gen.Choose(1, 40)
        .ToArbitrary(), (text, blockSize) =>
        {
            Write(text);
            foreach (Tokenizer tokenizer in Tokenizers(text))
            {
                ITextEncoder encoder = tokenizer.CreateEncoder();
                List<int> ids = [];
                using TextBlocks blocks = new("test", path, encoder.IsBoundary, blockSize);
                while (blocks.Read()) encoder.Encode(blocks.Text, blocks.Offset, ids);
                Assert.Equal(tokenizer.Encode(text.StartsWith('\uFEFF') ? text[1..] : text), ids);
                Assert.Equal(blocks.Length, blocks.Position);
            }
        });

    [Fact]
    public void EncodeFile_ByteOrderMark_IsPassedOver()
    {
        File.WriteAllText(path, "ab", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal([0, 1], CharacterTokenizer.TrainFile(path).EncodeFile(path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Blocks_NotUtf8_AreRejectedWithLineAndPosition(int blockSize)
    {
        File.WriteAllBytes(path, [.. "one\ntwo\n"u8, 0xE2, 0x80, (byte)'x']);
        Assert.Equal(
            $"test: {path} must be UTF-8, but line 3, at byte 8 of the file, is not", Assert.Throws<DataException>(ReadAll).Message);
        File.WriteAllBytes(path, [.. "one\ntwo"u8, 0xF0, 0x9F]);
        Assert.Equal(
            $"test: {path} must be UTF-8, but line 2, at byte 7 of the file, is not", Assert.Throws<DataException>(ReadAll).Message);

        void ReadAll()
        {
            using TextBlocks blocks = new("test", path, CharacterSet.IsBoundary, blockSize);
            while (blocks.Read()) Assert.False(blocks.Text.IsEmpty);
        }
    }

    [Fact]
    public void EncodeFile_MissingOrUnknownCharacter_IsRejected()
    {
        CharacterTokenizer tokenizer = CharacterTokenizer.Train(["ab"]);
        Write("abab c");
        Assert.Equal(
            $"characters: text must consist of the 2 characters of the training text, but position 4 is ' ' (U+0020), in {path}",
            Assert.Throws<DataException>(() => tokenizer.EncodeFile(path)).Message);
        string missing = path + ".missing";
        Assert.Equal(
            $"characters: {missing} must be readable, but is not: Could not find file '{missing}'.",
            Assert.Throws<DataException>(() => tokenizer.EncodeFile(missing)).Message);
        Assert.StartsWith(
            $"words: {missing} must be readable, but is not: ",
            Assert.Throws<DataException>(() => WordTokenizer.TrainFile(missing)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void EncodeFile_Cancelled_Stops()
    {
        Write("ab");
        Assert.Throws<OperationCanceledException>(() =>
            CharacterTokenizer.Train(["ab"]).EncodeFile(path, cancellation: new(canceled: true)));
    }

    [Fact]
    public void EncodeFile_Empty_HasNoTokens()
    {
        Write("");
        Assert.Empty(BytePairTokenizer.TrainFile(path).EncodeFile(path));
    }
}
