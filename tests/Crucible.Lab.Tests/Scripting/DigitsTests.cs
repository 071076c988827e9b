using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crucible.Lab.Data;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>What digits.fsx and pixels.fsx leave behind, how they go on, and what they say where they cannot.</summary>
[Trait("Speed", "Slow")]
public sealed class DigitsTests(DigitsTests.Trained trained) : IClassFixture<DigitsTests.Trained>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Runs a script; where the digits are nowhere to be had, there is nothing to test.</summary>
    private static async Task<ScriptProcess.Result> RunAsync(string script, string place, params string[] arguments)
    {
        ScriptProcess.Result result = await ScriptProcess.RunAsync(place, [Script(script), .. arguments]);
        Assert.SkipWhen(
            result.Errors.Contains("MNIST", StringComparison.Ordinal)
                && result.Errors.Contains("could not be reached", StringComparison.Ordinal),
            "MNIST could not be fetched");
        return result with { Errors = result.Errors.Replace($"Compiling {script} ...", "", StringComparison.Ordinal).Trim() };
    }

    private static string Script(string name, [CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(file, "..", "..", "..", "..", "scripts", name));

    /// <summary>Another folder with all that a run left but some files.</summary>
    private string CopiedWithout(string run, params string[] lost)
    {
        string copy = folder.File("copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(run)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        foreach (string file in lost) File.Delete(Path.Combine(copy, file));
        return copy;
    }

    private static double Metric(string run, string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")))
        .RootElement.GetProperty("metrics").GetProperty(name).GetDouble();

    /// <summary>A picture with a bar, as a 1, of any size and either way around.</summary>
    private string Drawn(int height, int width, bool isDarkOnLight)
    {
        Tensor one = Tensor.Init([height, width], at =>
            at[1] > 0.45 * width && at[1] < 0.55 * width && at[0] > 0.2 * height && at[0] < 0.8 * height ? 1 : 0);
        string path = folder.File("one.png");
        PictureFile.Write(path, isDarkOnLight ? 1 - one : one);
        return path;
    }

    [Fact]
    public void Digits_HaveTheirMetricsAndModels()
    {
        Assert.Equal((0, ""), (trained.Result.ExitCode, trained.Result.Errors));
        foreach (string kind in (string[])["vit", "conv", "mlp", "logistic"])
        {
            Assert.InRange(Metric(trained.Run, kind + ".accuracy"), 0.05, 1);
            Assert.True(Metric(trained.Run, kind + ".seconds") > 0);
            Assert.True(File.Exists(Path.Combine(trained.Run, kind + ".safetensors")));
        }

        string report = File.ReadAllText(Path.Combine(trained.Run, "report.html"));
        foreach (string section in (string[])["How many digits does it take?", "What is taken for what", "The worst mistakes",
            "Where the Vision Transformer looks", "What its positions have learned"])
            Assert.Contains(section, report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digits_ResumedAfterAStop_ComeToTheSameBits()
    {
        string[] models = [.. new[] { "vit", "conv", "mlp", "logistic" }.Select(kind => kind + ".safetensors")];
        string stopped = CopiedWithout(trained.Run, [.. models, "conv-60000-0.safetensors"]), rest = folder.File("rest");

        ScriptProcess.Result result = await RunAsync("digits.fsx", folder.Location, "--quick", "--resume", stopped, "--out", rest);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        foreach (string model in models)
            Assert.Equal(File.ReadAllBytes(Path.Combine(trained.Run, model)), File.ReadAllBytes(Path.Combine(rest, model)));
        foreach (string name in (string[])["vit.accuracy", "conv.accuracy", "conv.accuracy_1000"])
            Assert.Equal(Metric(trained.Run, name), Metric(rest, name));
    }

    [Theory]
    [InlineData(300, 200, true)]
    [InlineData(61, 40, false)]
    public async Task Predict_OfAPicture_GivesProbabilities(int height, int width, bool isDarkOnLight)
    {
        string answer = folder.File("answer");
        ScriptProcess.Result result = await RunAsync(
            "digits.fsx", folder.Location, "--predict", Drawn(height, width, isDarkOnLight), "--model", trained.Run, "--out", answer);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("The convolutional network sees a 1", result.Output, StringComparison.Ordinal);
        Assert.InRange(Metric(answer, "probability"), 0.1, 1);
    }

    [Theory]
    [InlineData("missing.png", "must be readable")]
    [InlineData("empty.png", "must be a PNG or JPEG picture")]
    [InlineData("blank.png", "a digit must be drawn on the picture")]
    public async Task Predict_OfWhatIsNoDigit_SaysSoInALine(string name, string expected)
    {
        File.WriteAllText(folder.File("empty.png"), "");
        PictureFile.Write(folder.File("blank.png"), Tensor.Full([9, 9], 0.5));

        ScriptProcess.Result result = await RunAsync(
            "digits.fsx", folder.Location, "--predict", folder.File(name), "--model", trained.Run, "--out", folder.File("answer"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no finished run of this script beside ", "--predict", "one.png")]
    [InlineData("--resume takes networks and training from the run: leave out what sets them.", "--resume", "x", "--width", "32")]
    [InlineData("visionTransformer: size must be a multiple of the patch 5, but is 28", "--patch", "5")]
    public async Task Digits_AskedForWhatCannotBe_SaySoInALine(string expected, params string[] arguments)
    {
        Drawn(60, 60, isDarkOnLight: true);
        ScriptProcess.Result result = await RunAsync(
            "digits.fsx", folder.Location, [.. arguments, "--quick", "--out", folder.File("answer")]);
        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.StartsWith(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pixels_HaveTheirMetricsAndGoOnToTheSameBits()
    {
        string run = folder.File("run"), rest = folder.File("rest");
        ScriptProcess.Result whole = await RunAsync("pixels.fsx", folder.Location, "--quick", "--updates", "6", "--out", run);
        Assert.Equal((0, ""), (whole.ExitCode, whole.Errors));
        string stopped = CopiedWithout(run, "model.safetensors", "judge.safetensors");

        ScriptProcess.Result result = await RunAsync("pixels.fsx", folder.Location, "--quick", "--resume", stopped, "--out", rest);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        foreach (string name in (string[])["bits_per_pixel", "independent.bits_per_pixel", "neighbours.bits_per_pixel", "recognized",
            "completed.recognized"])
        {
            Assert.True(double.IsFinite(Metric(run, name)), string.Create(CultureInfo.InvariantCulture, $"{name} is not finite"));
            Assert.Equal(Metric(run, name), Metric(rest, name));
        }

        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run, "model.safetensors")), File.ReadAllBytes(Path.Combine(rest, "model.safetensors")));
    }

    /// <summary>A run of a few updates.</summary>
    public sealed class Trained : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();

        public string Run => folder.File("run");

        internal ScriptProcess.Result Result { get; private set; }

        public async ValueTask InitializeAsync() =>
            Result = await RunAsync("digits.fsx", folder.Location, "--quick", "--updates", "30", "--out", Run);

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
