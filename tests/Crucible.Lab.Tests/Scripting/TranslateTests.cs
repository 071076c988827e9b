using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>What translate.fsx leaves behind, how it goes on, and what it says where it cannot.</summary>
[Trait("Speed", "Slow")]
public sealed class TranslateTests(TranslateTests.Trained trained) : IClassFixture<TranslateTests.Trained>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Script([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(file, "..", "..", "..", "..", "scripts", "translate.fsx"));

    private static async Task<ScriptProcess.Result> RunAsync(string place, params string[] arguments)
    {
        ScriptProcess.Result result = await ScriptProcess.RunAsync(place, [Script(), .. arguments]);
        return result with { Errors = result.Errors.Replace("Compiling translate.fsx ...", "", StringComparison.Ordinal).Trim() };
    }

    /// <summary>Another folder with all that the run left.</summary>
    private string Copied()
    {
        string copy = folder.File("copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(trained.Run)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private static string Metric(string run, string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")))
        .RootElement.GetProperty("metrics").GetProperty(name).GetRawText();

    [Fact]
    public void Run_OfNumbers_HasItsMetricsAndFiles()
    {
        Assert.Equal((0, ""), (trained.Result.ExitCode, trained.Result.Errors));
        foreach (string kind in (string[])["fixed", "attention", "transformer"])
        {
            foreach (string score in (string[])["exact", "exact_longest_quarter", "bleu", "chrf"])
                Assert.NotEmpty(Metric(trained.Run, $"numbers.{kind}.{score}"));
            Assert.True(File.Exists(Path.Combine(trained.Run, $"{kind}-0.safetensors")));
        }

        Assert.True(double.Parse(Metric(trained.Run, "seconds"), CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public async Task Resume_OfARunThatWasStopped_ComesToTheSameBits()
    {
        string stopped = Copied(), rest = folder.File("rest");
        foreach (string lost in (string[])["transformer-0.safetensors", "model.safetensors"]) File.Delete(Path.Combine(stopped, lost));

        ScriptProcess.Result result = await RunAsync(folder.Location, "--quick", "--resume", stopped, "--out", rest);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(trained.Run, "model.safetensors")), File.ReadAllBytes(Path.Combine(rest, "model.safetensors")));
        foreach (string name in (string[])["numbers.fixed.bleu", "numbers.attention.chrf", "numbers.transformer.chrf"])
            Assert.Equal(Metric(trained.Run, name), Metric(rest, name));
    }

    [Fact]
    public async Task Resume_FromACheckpointOfAnotherKind_SaysSo()
    {
        string stopped = Copied();
        File.Copy(Path.Combine(stopped, "fixed-0.safetensors"), Path.Combine(stopped, "transformer-0.safetensors"), overwrite: true);
        File.Delete(Path.Combine(stopped, "model.safetensors"));

        ScriptProcess.Result result = await RunAsync(folder.Location, "--quick", "--resume", stopped, "--out", folder.File("rest"));

        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.Contains(
            "transformer-0.safetensors: holds 'one fixed vector', but 'Transformer' goes on", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Translate_WithAModel_GivesItsBestTranslations()
    {
        ScriptProcess.Result result = await RunAsync(
            folder.Location, "--translate", "forty-two", "--model", trained.Run, "--out", folder.File("answer"));

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("probability", result.Output, StringComparison.Ordinal);
        Assert.Contains("looked most at", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("forty-two apples and pears", "'apples', 'pears'")]
    [InlineData(" ", "at least one word")]
    [InlineData("LONG", "at most 128 tokens")]
    public async Task Translate_OfWhatCannotBe_SaysSoInALine(string sentence, string expected)
    {
        string asked = sentence == "LONG" ? string.Join(" ", Enumerable.Repeat("two", 200)) : sentence;
        ScriptProcess.Result result = await RunAsync(
            folder.Location, "--translate", asked, "--model", trained.Run, "--out", folder.File("answer"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.Contains(expected.Replace("', '", "' and '", StringComparison.Ordinal), result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Translate_WithoutAModel_SaysWhatToDo()
    {
        ScriptProcess.Result result = await RunAsync(folder.Location, "--translate", "two", "--out", folder.File("answer"));

        Assert.Equal(
            (2, "--translate needs a model: run this script without it first, or name one by --model."), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task Translate_WithAnotherVocabulary_SaysSo()
    {
        string other = Copied();
        string words = Path.Combine(other, "vocabulary.json");
        JsonNode vocabulary = JsonNode.Parse(File.ReadAllText(words))!;
        vocabulary["words"]![0] = "another";
        vocabulary.AsObject().Remove("sha256");
        File.WriteAllText(words, vocabulary.ToJsonString());

        ScriptProcess.Result result = await RunAsync(
            folder.Location, "--translate", "two", "--model", other, "--out", folder.File("answer"));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(
            "translation: the vocabulary must be the one that the model was trained with", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cs, de, es, fr", "--data", "sdk", "--language", "xx")]
    [InlineData("two.tsv", "--pairs", "two.tsv")]
    [InlineData("--data file takes --pairs", "--data", "file")]
    public async Task Data_ThatIsNotThere_IsNamedInALine(string expected, params string[] arguments)
    {
        File.WriteAllText(folder.File("two.tsv"), "one\tun\ntwo deux\n");

        ScriptProcess.Result result = await RunAsync(folder.Location, [.. arguments, "--quick", "--out", folder.File("answer")]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    /// <summary>A run of a few updates.</summary>
    public sealed class Trained : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();

        public string Run => folder.File("run");

        internal ScriptProcess.Result Result { get; private set; }

        public async ValueTask InitializeAsync() => Result = await RunAsync(folder.Location, "--quick", "--updates", "4", "--out", Run);

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
