using System.Text;
using Crucible.Text;
using FsCheck.Fluent;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>GPT-2's and tiktoken's files, with a small vocabulary that was trained here.</summary>
public sealed class BytePairFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible-text-").FullName;
    private readonly BytePairTokenizer tokenizer = BytePairTokenizer.Train(
        ["the cat, the hat; 中中 the bat"], new() { VocabularySize = 264, MinimumCount = 1, SpecialTokens = ["<|endoftext|>"] });

    public BytePairFileTests()
    {
        tokenizer.SaveGpt2(Vocabulary, Merges);
        tokenizer.SaveTiktoken(Ranks);
    }

    private string Vocabulary => Path.Combine(folder, "vocab.json");

    private string Merges => Path.Combine(folder, "merges.txt");

    private string Ranks => Path.Combine(folder, "x.tiktoken");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void SaveGpt2_WritesItsForm()
    {
        Assert.Equal("#version: 0.2", File.ReadLines(Merges).First());
        Assert.Equal(tokenizer.Merges.Select(merge => $"{Shown(merge.Left)} {Shown(merge.Right)}"), File.ReadLines(Merges).Skip(1));
        Assert.StartsWith("{\"\\u0100\":0,", File.ReadAllText(Vocabulary), StringComparison.Ordinal);
        Assert.EndsWith("\\u003C|endoftext|\\u003E\":263}", File.ReadAllText(Vocabulary), StringComparison.Ordinal);

        string Shown(int id) => Gpt2Bytes.Text(tokenizer.Bytes(id, 0).ToArray());
    }

    [Fact]
    public void LoadOfSave_InEitherForm_GivesTheSameIds()
    {
        BytePairTokenizer gpt2 = BytePairTokenizer.LoadGpt2(Vocabulary, Merges);
        BytePairTokenizer tiktoken =
            BytePairTokenizer.LoadTiktoken(Ranks, new() { SpecialTokens = tokenizer.SpecialTokens, RankCount = 263 });
        Assert.Equal(tokenizer.Merges, gpt2.Merges);
        Assert.Equal(tokenizer.Merges, tiktoken.Merges);
        foreach (string? text in UnicodeTexts.Any.Sample(200, size: 30).Append("the cat 中<|endoftext|>"))
        {
            int[] expected = tokenizer.Encode(text, ["<|endoftext|>"]);
            Assert.Equal(expected, gpt2.Encode(text, ["<|endoftext|>"]));
            Assert.Equal(expected, tiktoken.Encode(text, ["<|endoftext|>"]));
        }
    }

    [Fact]
    public void SaveGpt2_SpecialTokenLikeAnother_IsRejected()
    {
        BytePairTokenizer ambiguous = BytePairTokenizer.Train(["the the"], new() { SpecialTokens = ["he"] });
        Assert.Equal(
            "byte pairs: the special tokens of a vocab.json must be different from all other tokens, but is 'he'",
            Assert.Throws<OptionException>(() => ambiguous.SaveGpt2(Vocabulary, Merges)).Message);
    }

    /// <summary>Ids in any order, a line end of Windows, no version line, a byte order mark: as other programs write them.</summary>
    [Fact]
    public void LoadGpt2_WrittenByOthers_GivesTheirIds()
    {
        int last = tokenizer.VocabularySize - 1;
        File.WriteAllText(Merges, string.Join("\r\n", File.ReadLines(Merges).Skip(1)) + "\r\n");
        IEnumerable<string> entries = Enumerable.Range(0, last)
            .Select(id => $"{System.Text.Json.JsonSerializer.Serialize(Gpt2Bytes.Text(tokenizer.Bytes(id, 0).ToArray()))}: {last - id}");
        File.WriteAllText(Vocabulary, "{" + string.Join(",\n", entries) + "}", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        BytePairTokenizer loaded = BytePairTokenizer.LoadGpt2(Vocabulary, Merges);
        Assert.Equal(tokenizer.Encode("the cat 中").Select(id => last - id), loaded.Encode("the cat 中"));
        Assert.Equal(
            "byte pairs: the ids of a rank file must be in the order of the merges, but is 6 after 7; use SaveGpt2",
            Assert.Throws<OptionException>(() => loaded.SaveTiktoken(Ranks)).Message);
    }

    /// <summary>
    /// (a, b) and (ab, c) cannot meet where b and c merge first: the token abc of this list is never made from its own
    /// bytes.
    /// </summary>
    [Fact]
    public void LoadGpt2_MergesThatHinderEachOther_AreAppliedAsListed()
    {
        BytePairTokenizer trained = BytePairTokenizer.Train([]);
        trained.SaveGpt2(Vocabulary, Merges);
        File.WriteAllText(Vocabulary, File.ReadAllText(Vocabulary)[..^1] + ",\"bc\":256,\"ab\":257,\"abc\":258}");
        File.WriteAllLines(Merges, ["b c", "a b", "ab c"]);
        Assert.Equal(['a', 256], BytePairTokenizer.LoadGpt2(Vocabulary, Merges).Encode("abc"));
    }

    [Fact]
    public void LoadGpt2_Damaged_IsRejectedWithFileAndLine()
    {
        string vocabulary = File.ReadAllText(Vocabulary);
        string[] merges = File.ReadAllLines(Merges);
        File.WriteAllLines(Merges, merges[..^1]);
        string made = $"{Gpt2Bytes.Text(tokenizer.Bytes(262, 0).ToArray())}";
        Assert.Equal(
            $"tokenizer: {Vocabulary}, line 1: a token must be a byte, made by a merge or named as special, but '{made}' is none of these; {Merges} may be truncated",
            Message());
        File.WriteAllLines(Merges, [.. merges[..2], "at", .. merges[2..]]);
        Assert.Equal($"tokenizer: {Merges}, line 3: a line must be two tokens separated by a space, but is 'at'", Message());
        File.WriteAllLines(Merges, [.. merges[..2], "z z", .. merges[2..]]);
        Assert.Equal($"tokenizer: {Merges}, line 3: the tokens of a merge must be in the vocabulary, but 'zz' is not", Message());
        File.WriteAllLines(Merges, [.. merges, merges[1]]);
        Assert.Equal($"tokenizer: {Merges}, line 9: merges must be distinct, but '{merges[1]}' is repeated", Message());
        File.WriteAllLines(Merges, merges);
        File.WriteAllText(Vocabulary, vocabulary.Replace("\"a\":97", "\n\"a\":98", StringComparison.Ordinal));
        Assert.Equal($"tokenizer: {Vocabulary}, line 2: ids must be distinct, but 98 is repeated for 'b'", Message());
        File.WriteAllText(Vocabulary, vocabulary.Replace("\"b\":98", "\n\n\"a\":98", StringComparison.Ordinal));
        Assert.Equal($"tokenizer: {Vocabulary}, line 3: tokens must be distinct, but 'a' is repeated", Message());
        File.WriteAllText(Vocabulary, vocabulary.Replace("\"b\":98,", "", StringComparison.Ordinal));
        Assert.Equal($"tokenizer: {Vocabulary}, line 1: each of the 256 bytes must be a token, but \\x62 is not", Message());
        File.WriteAllText(Vocabulary, vocabulary.Replace("\"b\":98,", "\n\"b\":98,\"中\":999,", StringComparison.Ordinal));
        Assert.Equal(
            $"tokenizer: {Vocabulary}, line 2: a token must be written in GPT-2's 256 characters for bytes, or be named as special, but '中' is neither",
            Message());
        File.WriteAllText(Vocabulary, vocabulary[..100]);
        Assert.StartsWith(
            $"tokenizer: {Vocabulary}, line 1: the file must be JSON, but is damaged or truncated here: ",
            Message(),
            StringComparison.Ordinal);
        File.WriteAllText(Vocabulary, vocabulary);
        Assert.Equal(
            $"tokenizer: {Vocabulary}, line 1: the special tokens must be in the vocabulary, but '<pad>' is not",
            Assert.Throws<DataException>(() => BytePairTokenizer.LoadGpt2(Vocabulary, Merges, specialTokens: ["<pad>"])).Message);

        string Message() => Assert.Throws<DataException>(() => BytePairTokenizer.LoadGpt2(Vocabulary, Merges)).Message;
    }

    [Fact]
    public void LoadTiktoken_Damaged_IsRejectedWithFileAndLine()
    {
        string[] lines = File.ReadAllLines(Ranks);
        Assert.Equal(263, lines.Length);
        Assert.Equal(
            "line 300: a line must be a token in base 64, a space and an id, but is 'YWE='",
            Message([
                .. lines,
                .. Enumerable.Range(263, 36).Select(id => $"{Convert.ToBase64String(Encoding.UTF8.GetBytes($"t{id}"))} {id}"),
                "YWE="
            ]));
        Assert.Equal("line 1: a line must be a token in base 64, a space and an id, but is '@@@= 0'", Message(["@@@= 0", .. lines[1..]]));
        Assert.Equal("line 1: a line must be a token in base 64, a space and an id, but is 'AA== -1'", Message(["AA== -1", .. lines[1..]]));
        Assert.Equal("line 1: an id must be below 16777216, but is 99999999", Message(["AA== 99999999", .. lines[1..]]));
        Assert.Equal("line 2: ids must be distinct, but 0 is repeated from an earlier line", Message([lines[0], "AQ== 0", .. lines[2..]]));
        Assert.Equal(
            "line 2: tokens must be distinct, but '\\x00' is repeated from an earlier line", Message([lines[0], "AA== 1", .. lines[2..]]));
        Assert.Equal("line 262: each of the 256 bytes must be a token, but \\x00 is not", Message(lines[1..]));
        Assert.Equal("line 264: a token must be two tokens of smaller ids joined, but 'xyz' is 3", Message([.. lines, "eHl6 263"]));
        Assert.Equal("line 264: a token must be two tokens of smaller ids joined, but 'at' is 1", Message([.. lines, "YXQ= 263"]));
        Assert.Equal("line 264: a line must be a token in base 64, a space and an id, but is ' 263'", Message([.. lines, " 263"]));
        Assert.Equal("line 1: each of the 256 bytes must be a token, but \\x00 is not", Message([]));
        File.WriteAllBytes(Ranks, [.. "AA== 0\n"u8, 0xFF]);
        Assert.Equal(
            $"tokenizer: {Ranks}, line 2: the file must be UTF-8, but this line is not",
            Assert.Throws<DataException>(() => BytePairTokenizer.LoadTiktoken(Ranks, new())).Message);

        string Message(string[] content)
        {
            File.WriteAllLines(Ranks, content);
            string message = Assert.Throws<DataException>(() => BytePairTokenizer.LoadTiktoken(Ranks, new())).Message;
            Assert.StartsWith($"tokenizer: {Ranks}, ", message, StringComparison.Ordinal);
            return message[$"tokenizer: {Ranks}, ".Length..];
        }
    }

    [Fact]
    public void LoadTiktoken_SpecialTokenWithAnOrdinaryId_IsRejected() => Assert.Equal(
        "byte pairs: the id of special token '<end>' must be at least 0, below 16777216 and not used by another token, but is 97",
        Assert.Throws<OptionException>(() =>
            BytePairTokenizer.LoadTiktoken(Ranks, new() { SpecialTokens = new Dictionary<string, int> { ["<end>"] = 97 } })).Message);
}
