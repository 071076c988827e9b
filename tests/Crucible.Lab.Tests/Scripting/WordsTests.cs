using System.Runtime.CompilerServices;
using System.Text.Json;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>What words.fsx leaves behind, how it goes on after a kill, and what it says where it cannot.</summary>
[Trait("Speed", "Slow")]
public sealed class WordsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Resume_OfARunThatWasKilled_ComesToTheSameBits()
    {
        string whole = folder.File("whole"), killed = folder.File("killed");
        ScriptProcess.Result result = await RunAsync("--quick", "--epochs", "8", "--out", whole);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        foreach (string name in (string[])["pair_rank", "random_pair_rank", "words_per_second", "cbow.pair_rank"])
            Assert.NotEmpty(Metric(whole, name));

        string checkpoint = Path.Combine(killed, "skipgram-1.safetensors");
        await ScriptProcess.KillOnceAsync(checkpoint, folder.Location, Script(), "--quick", "--epochs", "8", "--out", killed);

        Assert.False(File.Exists(Path.Combine(killed, "vectors.safetensors")), "the run ended before it could be killed");
        result = await RunAsync("--quick", "--resume", killed, "--out", folder.File("rest"));
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(whole, "vectors.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.File("rest"), "vectors.safetensors")));
        foreach (string name in (string[])["pair_rank", "random_pair_rank", "cbow.pair_rank"])
            Assert.Equal(Metric(whole, name), Metric(folder.File("rest"), name));
    }

    [Theory]
    [InlineData(1, "must have at least 2 different words that occur at least 5 times, but has 0", "--text", "empty.txt")]
    [InlineData(1, "must be readable", "--text", "missing.txt")]
    [InlineData(1, "must be UTF-8, but line 2", "--text", "latin.txt")]
    [InlineData(2, "--near has words that do not occur 5 times in the text: kingdomes", "--near", "kingdomes")]
    [InlineData(2, "--resume takes text and training from the run", "--resume", "--epochs", "3")]
    [InlineData(2, "there is no setting.json in nowhere", "--resume", "nowhere")]
    [InlineData(2, "--width must be", "--width", "0")]
    public async Task WhatCannotBe_IsSaidInALine(int exitCode, string expected, params string[] arguments)
    {
        File.WriteAllText(folder.File("empty.txt"), "");
        File.WriteAllBytes(folder.File("latin.txt"), [.. "one\ntw"u8, 0xE4, .. "\n"u8]);

        ScriptProcess.Result result = await RunAsync(["--quick", "--out", folder.File("out"), .. arguments]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherText_WithoutThePairs_IsShownByItsNeighbours()
    {
        string text = folder.File("colours.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("red green blue cyan violet, orange and grey.\n", 60)));

        ScriptProcess.Result result = await RunAsync("--quick", "--text", text, "--near", "red,blue", "--out", folder.File("out"));

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("none of the thirty pairs", result.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private static string Script([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(file, "..", "..", "..", "..", "scripts", "words.fsx"));

    private async Task<ScriptProcess.Result> RunAsync(params string[] arguments)
    {
        ScriptProcess.Result result = await ScriptProcess.RunAsync(folder.Location, [Script(), .. arguments]);
        return result with { Errors = result.Errors.Replace("Compiling words.fsx ...", "", StringComparison.Ordinal).Trim() };
    }

    private static string Metric(string run, string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")))
        .RootElement.GetProperty("metrics").GetProperty(name).GetRawText();
}
