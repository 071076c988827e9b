using Crucible.Tensors;
using Crucible.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>What all tokenizers have in common.</summary>
public class TokenizerTests
{
    private const string Text = "The cat sat. the cat, the bat!\nIt's e\u0301té — 😀 again: the cat.\n";

    private static readonly string[] Special = ["<|end|>", "<|end|>of", "[pad]"];

    private static readonly Tokenizer[] Lossless =
    [
        BytePairTokenizer.Train([Text], new() { VocabularySize = 300, SpecialTokens = Special }),
        BytePairTokenizer.Train([Text], new() { VocabularySize = 300, SpecialTokens = Special, Split = SplitPattern.Cl100k }),
        BytePairTokenizer.Train([Text], new() { VocabularySize = 300, SpecialTokens = Special, Split = SplitPattern.None }),
        WordTokenizer.Train([Text], new() { VocabularySize = 280, SpecialTokens = Special }),
        WordTokenizer.Train([Text], new() { VocabularySize = 280, SpecialTokens = Special, Punctuation = Punctuation.Attached }),
    ];

    [Property(MaxTest = 500)]
    public Property DecodeOfEncode_OfAnyText_IsTheText() => Prop.ForAll(UnicodeTexts.Any.ToArbitrary(), text =>
    {
        foreach (Tokenizer tokenizer in Lossless)
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, Special)));
            Assert.Equal(text, Streamed(tokenizer, tokenizer.Encode(text)));
        }
        // A text's own characters are all in the vocabulary.
        CharacterTokenizer characters = CharacterTokenizer.Train([text], Special);
        Assert.Equal(text, characters.Decode(characters.Encode(text)));
    });

    [Fact]
    public void Encode_HalfASurrogatePair_IsRejectedWithItsPosition()
    {
        foreach (Tokenizer? tokenizer in Lossless.Append(CharacterTokenizer.Train([Text])))
        {
            Assert.Equal(
                $"{Title(tokenizer)}: text must be valid UTF-16, but position 3 is an unpaired surrogate (U+D83D)",
                Message(() => tokenizer.Encode("😀a\uD83D")));
            Assert.Equal(
                $"{Title(tokenizer)}: text must be valid UTF-16, but position 0 is an unpaired surrogate (U+DE00)",
                Message(() => tokenizer.Encode("\uDE00\uD83D")));
        }
    }

    [Fact]
    public void Encode_WhatLooksSpecial_IsTextUnlessAllowed()
    {
        foreach (Tokenizer? tokenizer in Lossless.Append(CharacterTokenizer.Train([Text, "<|end|>of"], Special)))
        {
            int first = tokenizer.VocabularySize - Special.Length;
            Assert.All(tokenizer.Encode("<|end|>of"), id => Assert.InRange(id, 0, first - 1));
            Assert.Equal(
                new Dictionary<string, int> { ["<|end|>"] = first, ["<|end|>of"] = first + 1, ["[pad]"] = first + 2 },
                tokenizer.SpecialTokens);
            // The longest of those that start at one place is taken, and only of those that are allowed.
            Assert.Equal(
                [first + 1, first, first + 2, .. tokenizer.Encode("the"), first],
                tokenizer.Encode("<|end|>of<|end|>[pad]the<|end|>", Special));
            Assert.Equal([first, .. tokenizer.Encode("of")], tokenizer.Encode("<|end|>of", ["<|end|>"]));
            Assert.Equal("<|end|>of", tokenizer.Decode([first + 1]));
            Assert.Equal(
                $"{Title(tokenizer)}: allowedSpecial must be one of <|end|>, <|end|>of, [pad], but is '[PAD]'",
                Assert.Throws<OptionException>(() => tokenizer.Encode("the", ["[PAD]"])).Message);
        }
        Assert.Equal(
            "characters: allowedSpecial must be empty, as there are no special tokens, but is 'x'",
            Assert.Throws<OptionException>(() => CharacterTokenizer.Train(["a"]).Encode("a", ["x"])).Message);
    }

    [Fact]
    public void SpecialTokens_EmptyOrHalf_AreRejected()
    {
        Assert.Equal(
            "characters: a special token must be at least one character long, but is empty",
            Assert.Throws<OptionException>(() => CharacterTokenizer.Train(["a"], [""])).Message);
        Assert.Equal(
            "characters: text must be valid UTF-16, but position 1 is an unpaired surrogate (U+D800)",
            Message(() => CharacterTokenizer.Train(["a"], ["<\uD800"])));
    }

    [Fact]
    public void Decode_IdOutsideTheVocabulary_IsRejectedWithItsPosition()
    {
        CharacterTokenizer tokenizer = CharacterTokenizer.Train(["abc"]);
        Assert.Equal(
            "characters: ids must be at least 0 and below the vocabulary size 3, but position 1 is 3",
            Message(() => tokenizer.Decode([0, 3])));
        Assert.Equal(
            "characters: ids must be at least 0 and below the vocabulary size 3, but position 0 is -1",
            Message(() => tokenizer.Decode([-1])));
        StreamingDecoder stream = tokenizer.Stream();
        stream.Next(2);
        Assert.Equal(
            "characters: ids must be at least 0 and below the vocabulary size 3, but position 1 is 9", Message(() => stream.Next(9)));
    }

    [Fact]
    public void Stream_CharacterOverSeveralTokens_AppearsWithItsLast()
    {
        StreamingDecoder stream = BytePairTokenizer.Train([]).Stream();
        Assert.Equal(["a", "", "", "", "😀"], new[] { 'a', 0xF0, 0x9F, 0x98, 0x80 }.Select(stream.Next));
        Assert.Equal("", stream.Finish());
        Assert.Equal(["", "\uFFFDb"], new[] { 0xE2, 'b' }.Select(stream.Next));
        stream.Next(0xF0);
        Assert.Equal("\uFFFD", stream.Finish());
        Assert.Equal("c", stream.Next('c'));
    }

    [Fact]
    public void Decode_BytesThatAreNoUtf8_BecomeReplacementCharacters() =>
        Assert.Equal("a\uFFFDb", BytePairTokenizer.Train([]).Decode(['a', 0xFF, 'b']));

    [Fact]
    public void EncodeToTensor_IsOneAxisOfInt32()
    {
        Tensor tensor = CharacterTokenizer.Train(["abc"]).EncodeToTensor("cab");
        Assert.Equal((DType.Int32, Shape.From(3)), (tensor.DType, tensor.Shape));
        Assert.Equal([2, 0, 1], tensor.ToArray());
    }

    [Fact]
    public void TokenText_ShowsWhatCannotBeSeen()
    {
        BytePairTokenizer tokenizer = BytePairTokenizer.Train([]);
        Assert.Equal(
            ["a", " ", "\\n", "\\t", "\\r", "\\\\", "\\x00", "\\x7F", "\\xFF"],
            new[] { 'a', ' ', '\n', '\t', '\r', '\\', 0, 127, 255 }.Select(tokenizer.TokenText));
        Assert.Equal(
            "\\xE2\\x80 = \\xE2 + \\x80",
            BytePairTokenizer.Train(["—–"], new() { VocabularySize = 257 }) is { } trained ? trained.Describe(trained.Merges[0]) : null);
    }

    [Fact]
    public void Encode_OneTokenizerOnManyThreads_GivesTheSame()
    {
        List<int[]> expected = Lossless.Select(tokenizer => tokenizer.Encode(Text)).ToList();
        Parallel.For(0, 200, i => Assert.Equal(expected[i % expected.Count], Lossless[i % expected.Count].Encode(Text)));
    }

    /// <summary>A million letters in one piece: with steps that grow with the square of the length this would take hours.</summary>
    [Fact]
    public void Encode_OneHugePiece_Ends()
    {
        BytePairTokenizer tokenizer = BytePairTokenizer.Train([new string('a', 64)], new() { VocabularySize = 260 });
        Assert.Equal([256, 257, 258, 259], tokenizer.Merges.Select(merge => merge.Token)); // 2, 4, 8 and 16 letters
        Assert.Equal(1_000_000 / 16, tokenizer.Encode(new string('a', 1_000_000)).Length);
    }

    private static string Title(Tokenizer tokenizer) =>
        tokenizer switch { BytePairTokenizer => "byte pairs", WordTokenizer => "words", _ => "characters" };

    private static string Message(Action action) => Assert.Throws<DataException>(action).Message;

    private static string Streamed(Tokenizer tokenizer, int[] ids)
    {
        StreamingDecoder stream = tokenizer.Stream();
        return string.Concat(ids.Select(stream.Next)) + stream.Finish();
    }
}
