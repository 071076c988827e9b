using System.Text;
using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>Tokenizers saved and loaded, and what damaged files say.</summary>
public sealed class TokenizerFileTests : IDisposable
{
    private const string Text = "The \"cat\" sat.\tthe cat, 😀 the bat!\n<é>\\ ";

    private static readonly string[] Special = ["<|end|>", "\"é\""];

    private readonly string folder = Directory.CreateTempSubdirectory("crucible-text-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string PathOf(string name) => Path.Combine(folder, name);

    [Fact]
    public void Load_OfEachKind_GivesTheSameTokenizer()
    {
        Tokenizer[] tokenizers =
        [
            CharacterTokenizer.Train([Text], Special),
            CharacterTokenizer.Train([""]),
            WordTokenizer.Train([Text], new() { SpecialTokens = Special }),
            WordTokenizer.Train([Text], new() { Punctuation = Punctuation.Attached, Unknown = UnknownWord.Token, Case = LetterCase.Lower }),
            BytePairTokenizer.Train([Text], new() { VocabularySize = 300, MinimumCount = 1, SpecialTokens = Special }),
            BytePairTokenizer.Train([Text], new() { VocabularySize = 300, MinimumCount = 1, Split = SplitPattern.None }),
        ];
        foreach (Tokenizer tokenizer in tokenizers)
        {
            tokenizer.Save(PathOf("tokenizer.json"));
            Tokenizer loaded = Tokenizer.Load(PathOf("tokenizer.json"));
            Assert.Equal(tokenizer.GetType(), loaded.GetType());
            Assert.Equal(tokenizer.VocabularySize, loaded.VocabularySize);
            Assert.Equal(tokenizer.SpecialTokens, loaded.SpecialTokens);
            Assert.Equal(
                Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenText),
                Enumerable.Range(0, loaded.VocabularySize).Select(loaded.TokenText));
            if (tokenizer.VocabularySize > 0)
                Assert.Equal(tokenizer.Encode(Text, tokenizer.SpecialTokens.Keys), loaded.Encode(Text, tokenizer.SpecialTokens.Keys));
            byte[] first = File.ReadAllBytes(PathOf("tokenizer.json"));
            loaded.Save(PathOf("tokenizer.json"));
            Assert.Equal(first, File.ReadAllBytes(PathOf("tokenizer.json")));
        }
        Assert.Equal([PathOf("tokenizer.json")], Directory.GetFiles(folder)); // no temporary file is left
    }

    [Fact]
    public void Save_IsReadableJson()
    {
        BytePairTokenizer.Train(["aaabdaaabac"], new() { VocabularySize = 260, Split = SplitPattern.None, SpecialTokens = ["<end>"] })
            .Save(PathOf("toy.json"));
        string[] lines = File.ReadAllLines(PathOf("toy.json"));
        Assert.Equal(
            [
                "{",
                "  \"format\": \"crucible-tokenizer-1\",",
                "  \"kind\": \"byte pairs\",",
                "  \"specialTokens\": {\"<end>\":259},",
                "  \"split\": \"None\","
            ],
            lines[..5]);
        Assert.Equal(["  \"merges\": [", "    [97,97,256],", "    [97,98,257],", "    [256,257,258]", "  ],"], lines[6..11]);
        Assert.Matches("^  \"sha256\": \"[0-9a-f]{64}\"$", lines[11]);
    }

    [Fact]
    public void Load_TruncatedOrDamagedAnywhere_IsRejectedWithFileAndLine()
    {
        BytePairTokenizer.Train([Text], new() { VocabularySize = 300, MinimumCount = 1, SpecialTokens = Special }).Save(PathOf("whole"));
        byte[] bytes = File.ReadAllBytes(PathOf("whole"));
        for (int length = 0; length < bytes.Length - 2; length += 1 + (length / 20))
        {
            File.WriteAllBytes(PathOf("part"), bytes[..length]);
            int line = 1 + bytes[..length].Count(b => b == '\n');
            Assert.StartsWith(
                $"tokenizer: {PathOf("part")}, line {line}: the file must be JSON, but is damaged or truncated here: ",
                Message(() => Tokenizer.Load(PathOf("part"))),
                StringComparison.Ordinal);
        }
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = (byte[])bytes.Clone();
            damaged[random.Next(bytes.Length - 3)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(PathOf("part"), damaged);
            Assert.StartsWith(
                $"tokenizer: {PathOf("part")}, line ", Message(() => Tokenizer.Load(PathOf("part"))), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""[]""", 1, "there must be an object, but there is [")]
    [InlineData(
        """{"format": "crucible-tokenizer-1", "kind": "characters"}""", 1, "the property 'specialTokens' must be present, but is missing")]
    [InlineData(
        """{"format": "other-2", "kind": "characters", "specialTokens": {}}""",
        1,
        "the format must be 'crucible-tokenizer-1', but is 'other-2'")]
    [InlineData(
        "{\n\"format\": \"crucible-tokenizer-1\",\n\"kind\": \"syllables\", \"specialTokens\": {}}",
        3,
        "the kind must be one of characters, words, byte pairs, but is 'syllables'")]
    [InlineData(
        "{\n\"format\": \"crucible-tokenizer-1\",\n\"version\": 2}", 3, "a property must be one of this format, but 'version' is not")]
    [InlineData("{\n\"kind\": \"words\",\n\"kind\": \"words\"}", 3, "properties must be distinct, but 'kind' is repeated")]
    [InlineData(
        "{\n\"sha256\": \"12\"}",
        2,
        "the SHA-256 of the content before must be a6fb08fda1acb957b6116bd37811a1fe41a01611c0631edbf786d6889a27a55c, but is different here; if you edited the file yourself, remove this property")]
    [InlineData("{\"kind\": 7}", 1, "there must be a string, but there is 7")]
    [InlineData("{\"kind\": \"\\uD800\"}", 1, "text must be valid Unicode, but is not")]
    public void Load_NotATokenizer_IsRejectedWithFileAndLine(string json, int line, string problem) => AssertRejected(json, line, problem);

    [Theory]
    [InlineData("\"characters\": [\"a\",\n\"b\",\n\"a\"]", 4, "the characters must be distinct and not empty, but 'a' is repeated")]
    [InlineData("\"characters\": [\"a\",\n\"\"]", 3, "the characters must be distinct and not empty, but '' is empty")]
    [InlineData("\"characters\": [\"a\",\n\"bc\"]", 3, "each entry must be one character, but 'bc' is 2")]
    [InlineData("\"words\": [\"a\"]", 2, "the property 'characters' must be present, but is missing")]
    public void Load_BadCharacters_AreRejectedWithFileAndLine(string json, int line, string problem) =>
        AssertRejected(
            "{\"format\": \"crucible-tokenizer-1\", \"kind\": \"characters\", \"specialTokens\": {},\n" + json + "}", line, problem);

    [Theory]
    [InlineData(
        "{\"<end>\": 0}",
        "characters: the id of special token '<end>' must be at least 0, below 16777216 and not used by another token, but is 0")]
    [InlineData(
        "{\"<end>\": 1, \"<pad>\": 1}",
        "characters: the id of special token '<pad>' must be at least 0, below 16777216 and not used by another token, but is 1")]
    [InlineData("{\"\": 1}", "characters: a special token must be at least one character long, but is empty")]
    [InlineData("{\"<end>\": 1.5}", "a number must be an integer, at least 0 and below 16777216, but is 1.5")]
    [InlineData("{\"<end>\": 1, \"<end>\": 2}", "special tokens must be distinct, but '<end>' is repeated")]
    public void Load_BadSpecialTokens_AreRejectedWithFileAndLine(string json, string problem) =>
        AssertRejected(
            "{\"format\": \"crucible-tokenizer-1\", \"kind\": \"characters\", \"characters\": [\"a\"],\n\"specialTokens\": " + json + "}",
            2,
            problem);

    [Theory]
    [InlineData("\"Gpt2\"", "[[97,97,256],\n[300,1,257]]", 5, "a merge must join tokens made before it, but [300, 1, 257] does not")]
    [InlineData("\"Gpt2\"", "[[97,97,256],\n[97,97,257]]", 5, "merges must be distinct, but [97, 97] is repeated")]
    [InlineData("\"Gpt2\"", "[[97,97,256],\n[97,98,256]]", 5, "an id must be one token, but 256 is 'aa' and 'ab'")]
    [InlineData("\"Gpt2\"", "[[97,97,256],\n[97,98]]", 5, "a merge must be three ids, but is 2")]
    [InlineData("\"Gpt3\"", "[]", 2, "the split must be one of None, Gpt2, Cl100k, O200k, but is 'Gpt3'")]
    public void Load_BadMerges_AreRejectedWithFileAndLine(string split, string merges, int line, string problem)
    {
        string bytes = string.Join(',', Enumerable.Range(0, 256));
        AssertRejected(
            $"{{\"format\": \"crucible-tokenizer-1\", \"kind\": \"byte pairs\", \"specialTokens\": {{}},\n\"split\": {split},\n\"bytes\": [{bytes}],\n\"merges\": {merges}}}",
            line,
            problem);
    }

    [Fact]
    public void Load_BadBytes_AreRejectedWithFileAndLine() => AssertRejected(
        "{\"format\": \"crucible-tokenizer-1\", \"kind\": \"byte pairs\", \"specialTokens\": {}, \"split\": \"None\", \"merges\": [],\n\"bytes\": [1, 1]}",
        2,
        "the bytes must be 256 distinct ids, but there are 2, of which 1 are distinct");

    [Fact]
    public void Load_MissingFile_IsRejected() => Assert.Equal(
        $"tokenizer: {PathOf("none")} must be readable, but is not: Could not find file '{PathOf("none")}'.",
        Message(() => Tokenizer.Load(PathOf("none"))));

    [Fact]
    public void Save_IntoAFile_IsRejected()
    {
        File.WriteAllText(PathOf("file"), "");
        Assert.StartsWith(
            $"tokenizer: {PathOf("file/x")} must be writable, but is not: ",
            Message(() => CharacterTokenizer.Train(["a"]).Save(PathOf("file/x"))),
            StringComparison.Ordinal);
    }

    private void AssertRejected(string json, int line, string problem)
    {
        File.WriteAllText(PathOf("bad"), json, new UTF8Encoding(false));
        Assert.StartsWith(
            $"tokenizer: {PathOf("bad")}, line {line}: {problem}", Message(() => Tokenizer.Load(PathOf("bad"))), StringComparison.Ordinal);
    }

    private static string Message(Action action) => Assert.Throws<DataException>(action).Message;
}
