using System.Runtime.CompilerServices;
using System.Text.Json;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>What masked.fsx leaves behind, how it goes on after a kill, how it fills blanks, and what it says where it cannot.</summary>
[Trait("Speed", "Slow")]
public sealed class MaskedTests : IDisposable
{
    private static readonly string[] Same =
        [
            "masked_accuracy", "causal_accuracy", "masked_loss", "causal_loss", "speaker.finetuned", "speaker.frozen", "speaker.bag_of_words",
            "homographs.contextual", "homographs.neighbours", "homographs.static",
        ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Resume_OfARunThatWasKilled_ComesToTheSameBits_AndFillsBlanks()
    {
        string whole = folder.File("whole"), killed = folder.File("killed"), rest = folder.File("rest");
        ScriptProcess.Result result = await RunAsync("--quick", "--updates", "200", "--out", whole);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));

        string checkpoint = Path.Combine(killed, "masked-1.checkpoint.safetensors");
        await ScriptProcess.KillOnceAsync(checkpoint, folder.Location, Script(), "--quick", "--updates", "200", "--out", killed);

        Assert.False(File.Exists(Path.Combine(killed, "masked.safetensors")), "the run ended before it could be killed");
        result = await RunAsync("--quick", "--resume", killed, "--out", rest);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        foreach (string model in (string[])["masked.safetensors", "causal.safetensors"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, model)), File.ReadAllBytes(Path.Combine(rest, model)));
        foreach (string name in Same) Assert.Equal(Metric(whole, name), Metric(rest, name));

        result = await RunAsync("--fill", "to be or not to [MASK]", "--model", whole, "--out", folder.File("answer"));
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("masked, blank 1", result.Output, StringComparison.Ordinal);
        result = await RunAsync("--fill", "to be or not", "--model", whole, "--out", folder.File("answer"));
        Assert.Equal((2, "--fill must have a blank, [MASK], but is 'to be or not'."), (result.ExitCode, result.Errors));
    }

    [Theory]
    [InlineData(1, "must have at least 50 different speeches between empty lines, but has 0", "--text", "empty.txt")]
    [InlineData(1, "must be readable", "--text", "missing.txt")]
    [InlineData(1, "must be UTF-8", "--text", "latin.txt")]
    [InlineData(2, "there is no setting.json in nowhere", "--fill", "a [MASK]", "--model", "nowhere")]
    [InlineData(2, "there is no finished run of this script", "--fill", "a [MASK]")]
    [InlineData(2, "--resume takes text, models and training from the run", "--resume", "--updates", "3")]
    [InlineData(2, "--width must be a multiple of 4, the heads, got 33", "--width", "33")]
    public async Task WhatCannotBe_IsSaidInALine(int exitCode, string expected, params string[] arguments)
    {
        File.WriteAllText(folder.File("empty.txt"), "");
        File.WriteAllBytes(folder.File("latin.txt"), [.. "one\ntw"u8, 0xE4, .. "\n"u8]);

        ScriptProcess.Result result = await RunAsync(["--quick", "--out", folder.File("out"), .. arguments]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    private static string Script([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(file, "..", "..", "..", "..", "scripts", "masked.fsx"));

    private async Task<ScriptProcess.Result> RunAsync(params string[] arguments)
    {
        ScriptProcess.Result result = await ScriptProcess.RunAsync(folder.Location, [Script(), .. arguments]);
        return result with { Errors = result.Errors.Replace("Compiling masked.fsx ...", "", StringComparison.Ordinal).Trim() };
    }

    private static string Metric(string run, string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")))
        .RootElement.GetProperty("metrics").GetProperty(name).GetRawText();
}
