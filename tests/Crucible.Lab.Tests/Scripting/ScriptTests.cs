using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>The contract that all scripts share, on a script that uses every part of it.</summary>
[Trait("Speed", "Slow")]
public sealed class ScriptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Contract([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(file, "..", "..", "Scripts", "contract.fsx"));

    private string[] Command(string[] arguments) => [Contract(), "--out", folder.File("report of a run"), .. arguments];

    private async Task<ScriptProcess.Result> RunAsync(params string[] arguments)
    {
        ScriptProcess.Result result = await ScriptProcess.RunAsync(folder.Location, Command(arguments));
        return result with { Errors = result.Errors.Replace("Compiling contract.fsx ...", "", StringComparison.Ordinal).Trim() };
    }

    private JsonElement RunJson() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.File("report of a run"), "run.json"))).RootElement;

    [Fact]
    public async Task Script_WithOptions_LeavesItsReport()
    {
        (int exitCode, string output, string errors) =
            await RunAsync("--seed", "3", "--noise", "0.25", "--shape", "very-steep", "--hidden=4,5");

        Assert.Equal((0, ""), (exitCode, errors));
        JsonElement config = RunJson().GetProperty("config");
        Assert.Equal(0.25, config.GetProperty("Noise").GetDouble());
        Assert.Equal("VerySteep", config.GetProperty("Shape").GetString());
        Assert.Equal([4, 5], config.GetProperty("Hidden").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal("contract", RunJson().GetProperty("script").GetString());
        Assert.Equal(
            "tests/Crucible.Lab.Tests/Scripts/contract.fsx --out \"report of a run\" --seed 3 --noise 0.25 --shape very-steep --hidden=4,5",
            RunJson().GetProperty("command").GetString());
        Assert.Matches("^[0-9a-f]{64}$", RunJson().GetProperty("script_sha256").GetString());
        Assert.InRange(RunJson().GetProperty("metrics").GetProperty("mean").GetDouble(), -0.25, 0.25);
        Assert.Contains("noise is small: 0.25 (expected at most 10)", output, StringComparison.Ordinal);
        Assert.Contains(
            "\"title\":{\"text\":\"Noise\"}",
            File.ReadAllText(Path.Combine(folder.File("report of a run"), "report.html")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "there is no option --noises; --noise is nearest. The argument 'help' lists the options.", "--noises", "3")]
    [InlineData(2, "--noise must be a number with a decimal point, got '0,5'.", "--noise", "0,5")]
    [InlineData(2, "--rounds must be at least 1, got -5.", "--rounds", "-5")]
    [InlineData(2, "--hidden must be whole numbers, separated by commas, got '4,,'.", "--hidden", "4,,")]
    [InlineData(2, "--shape must be one of flat, very-steep, got 'flta'; flat is nearest.", "--shape", "flta")]
    [InlineData(1, "matmul: inner sizes must agree, but a is [2, 3] and b is [4, 5].", "--fail-work")]
    public async Task Script_ThatGoesWrong_SaysSoInALine(int expectedCode, string message, params string[] arguments)
    {
        (int exitCode, string _, string errors) = await RunAsync(arguments);

        Assert.Equal((expectedCode, message), (exitCode, errors));
        Assert.Equal(expectedCode != 2, Directory.Exists(folder.File("report of a run")));
    }

    [Fact]
    public async Task Script_Interrupted_LeavesAReportOfWhatWasDone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no command that sends Ctrl-C");
        using Process process = ScriptProcess.StartInForeground(folder.Location, Command(["--rounds", "3000"]));
        using CancellationTokenSource limit = ScriptProcess.Limit();
        while (!(await process.StandardOutput.ReadLineAsync(limit.Token))!.StartsWith("averaging", StringComparison.Ordinal)) ;

        // The signal goes to every process of the command, as the terminal sends it.
        foreach (Process one in Process.GetProcesses().Where(one => IsOf(one, folder.Location)))
            Process.Start("kill", ["-INT", one.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("interrupted", RunJson().GetProperty("status").GetString());
        Assert.True(RunJson().GetProperty("metrics").GetProperty("rounds").GetDouble() >= 1);
        Assert.Contains(
            "This run was interrupted.",
            File.ReadAllText(Path.Combine(folder.File("report of a run"), "report.html")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_WhoseCommandIsKilled_EndsAndLeavesItsFolderToOthers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows itself ends what the command started");
        using Process process = ScriptProcess.Start(folder.Location, Command(["--rounds", "3000"]));
        using CancellationTokenSource limit = ScriptProcess.Limit();
        while (!(await process.StandardOutput.ReadLineAsync(limit.Token))!.StartsWith("averaging", StringComparison.Ordinal)) ;
        (int exitCode, string _, string errors) = await RunAsync();
        Assert.Equal(2, exitCode);
        Assert.Matches(@"^--out .* is written by another run \(process \d+, since .* UTC\)\. Name another folder", errors);

        process.Kill(); // SIGKILL to the command, not to the process that it started
        while (Process.GetProcesses().Any(one => IsOf(one, folder.Location))) await Task.Delay(100, limit.Token);

        Assert.Equal("running", RunJson().GetProperty("status").GetString());
        Assert.Equal(0, (await RunAsync()).ExitCode);
        Assert.Equal("completed", RunJson().GetProperty("status").GetString());
    }

    private static bool IsOf(Process process, string argument)
    {
        string file = $"/proc/{process.Id}/cmdline";
        return File.Exists(file) && File.ReadAllText(file).Contains(argument, StringComparison.Ordinal);
    }
}
