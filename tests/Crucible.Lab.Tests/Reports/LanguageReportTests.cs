using System.Text.Encodings.Web;
using System.Text.Json;
using Crucible.Lab.Reports;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class LanguageReportTests
{
    private static readonly History History = new(
        [
            new(0, 0, double.NaN, 4.2, 1e-3, double.NaN, 0, 0),
            new(10, 1, 3.5, 3.0, 1e-3, 1.5, 1000, 2),
            new(20, 2, 2.9, 2.7, 5e-4, 1.1, 2040, 4)
        ],
        StopReason.Finished, null);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void LanguageCurves_ShowLossRateGradientAndSpeed()
    {
        Report report = new();
        report.LanguageCurves(History, "another model", 1.9);

        Figure[] charts = [.. Assert.IsType<FiguresBlock>(Assert.Single(report.Blocks)).Figures];
        Assert.Equal(
            ["Loss", "Learning rate", "Size of the gradient before clipping", "Speed since the start"],
            charts.Select(chart => chart.Title));
        Assert.Equal(["training", "validation", "another model"], charts[0].Data.Select(trace => (string?)trace["name"]));
        Assert.Equal("[10,20]", charts[0].Data[0]["x"]!.ToJsonString()); // nothing was trained before the first measurement
        Assert.Equal("[0,10,20]", charts[0].Data[1]["x"]!.ToJsonString());
    }

    /// <summary>A chart of one point shows nothing.</summary>
    [Fact]
    public void LanguageCurves_OfOneMeasurement_AreLeftOutWithTheReason()
    {
        Report report = new();
        report.LanguageCurves(new History([.. History.Records.Take(2)], StopReason.Finished, null));

        FiguresBlock block = Assert.IsType<FiguresBlock>(Assert.Single(report.Blocks));
        Assert.Equal(["Loss"], block.Figures.Select(chart => chart.Title));
        Assert.EndsWith("were measured once: a curve takes two measurements.", block.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void LanguageCurves_WithoutReference_HaveTwoLosses()
    {
        Report report = new();
        report.LanguageCurves(History);

        Assert.Equal(2, Assert.IsType<FiguresBlock>(Assert.Single(report.Blocks)).Figures[0].Data.Length);
    }

    [Fact]
    public void PerplexityByPosition_SaysWhatTheContextIsWorth()
    {
        using Culture _ = new();
        Report report = new();
        report.PerplexityByPosition([Math.Log(8), Math.Log(4), Math.Log(2), Math.Log(2)]);

        FiguresBlock block = Assert.IsType<FiguresBlock>(Assert.Single(report.Blocks));
        Assert.Equal("[8,4,2,2]", block.Figures[0].Data[0]["y"]!.ToJsonString());
        Assert.Equal(
            "With one token to go by the model is as unsure as if it chose among 8.0 tokens, with 4 as if among 2.0; in the later half of the context, on average, among 2.0.",
            block.Caption);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(3, 3)]
    public void Attention_ShowsTheSharpestHeads(int most, int shown)
    {
        Gpt model = new(new() { Vocabulary = 5, Context = 4, Layers = 2, Heads = 2, Width = 8 }, new Generator(1));
        AttentionMaps maps = new();
        model.Forward(Tensor.From([0, 1, 1], 1, 3), Pass.Evaluation.With(maps));
        Report report = new();
        report.Attention(maps, ["a", "b", "b"], most);

        FiguresBlock block = Assert.IsType<FiguresBlock>(Assert.Single(report.Blocks));
        string[] all = ["layer 1, head 1", "layer 1, head 2", "layer 2, head 1", "layer 2, head 2"];
        Assert.Equal(shown, block.Figures.Count(chart => all.Contains(chart.Title)));
        Assert.Equal(block.Figures.Select(chart => chart.Title).Order(StringComparer.Ordinal), block.Figures.Select(chart => chart.Title));
        // the first token sees itself alone
        Assert.StartsWith("[1,0,0]", block.Figures[0].Data[0]["z"]![0]!.ToJsonString(), StringComparison.Ordinal);
        Assert.StartsWith($"Of 4 heads the {shown} that look most sharply. ", block.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void TokenMap_HasATraceForEachKind()
    {
        using Culture _ = new();
        Report report = new();
        // Centred rows of variances 2·4 and 2·1 in the plane: all of it is seen.
        report.TokenMap(Tensor.Of(new float[,] { { 2, 0, 1 }, { -2, 0, 1 }, { 0, 1, 1 }, { 0, -1, 1 } }), ["a", "b", "c", "e"], [
            "vowel", "consonant", "consonant", "vowel"
        ]);

        FiguresBlock block = Assert.IsType<FiguresBlock>(Assert.Single(report.Blocks));
        Assert.Equal(["vowel", "consonant"], block.Figures[0].Data.Select(trace => (string?)trace["name"]));
        Assert.Equal("[2,0]", block.Figures[0].Data[0]["x"]!.ToJsonString());
        Assert.Contains("The plane holds 100 % of the variance of 4 vectors of 3 numbers", block.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void LanguageModel_ShowsContextAttentionAndTokens()
    {
        Tokenizer tokenizer = CharacterTokenizer.Train(["To be, or\nnot to be"]);
        string file = Path.GetTempFileName();
        File.WriteAllText(file, string.Concat(Enumerable.Repeat("To be, or\nnot to be", 9)));
        TokenSequence tokens = tokenizer.EncodeFile(file);
        File.Delete(file);
        (_, TokenWindows validation) = TokenWindows.Split(tokens, 8);
        Gpt model = new(new() { Vocabulary = tokenizer.VocabularySize, Context = 8, Layers = 1, Heads = 2, Width = 8 }, new Generator(1));
        Report report = new();
        report.LanguageModel(model, tokenizer, tokens, validation);

        Assert.Equal(
            ["What the context is worth", "Where it looks", "How it sees its tokens"], report.Blocks.OfType<HeadingBlock>()
                .Select(heading => heading.Title));
        FiguresBlock[] figures = [.. report.Blocks.OfType<FiguresBlock>()];
        Assert.Equal(8, figures[0].Figures[0].Data[0]["y"]!.AsArray().Count);
        Assert.Equal(2, figures[1].Figures.Length);
        string[] kinds = [.. figures[2].Figures[0].Data.Select(trace => (string)trace["name"]!)];
        Assert.Equal(["a capital letter first", "a consonant first", "a sign", "a vowel first"], kinds.Order(StringComparer.Ordinal));
        string map = string.Concat(figures[2].Figures[0].Data.Select(trace => trace["text"]!.ToJsonString(Plain)));
        Assert.Contains(@"\\n", map, StringComparison.Ordinal);
        Assert.Contains("␣", map, StringComparison.Ordinal);
    }
}
