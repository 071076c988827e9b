using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>Runs a script as a user does: <c>dotnet fsi contract.fsx …</c>, from another folder and under a culture with a decimal comma.</summary>
public sealed class ScriptTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // the first of these builds the core if need be

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(file, "..", "..", "..", ".."));

    private Process Start(params string[] arguments)
    {
        string script = Path.Combine(Root(), "tests", "Crucible.Lab.Tests", "Scripts", "contract.fsx");
        ProcessStartInfo start = new("dotnet", ["fsi", script, "--out", folder.File("report of a run"), .. arguments])
        {
            WorkingDirectory = folder.Location,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LANG"] = start.Environment["LC_ALL"] = "de_DE.UTF-8";
        start.Environment.Remove("MSBUILD_EXE_PATH"); // the test host's, which is not the child's
        return Process.Start(start)!;
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        using CancellationTokenSource limit = new(Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, WithoutBuild(await errors));
    }

    /// <summary>What is said on a first run of building the core is no error.</summary>
    private static string WithoutBuild(string errors) => string.Join('\n', errors.Split('\n').Where(line =>
        !line.StartsWith("Building the core", StringComparison.Ordinal) && !line.StartsWith("Built in", StringComparison.Ordinal)
        && !line.StartsWith("Waiting for another build", StringComparison.Ordinal))).Trim();

    private JsonElement RunJson() => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.File("report of a run"), "run.json"))).RootElement;

    [Fact]
    public async Task Script_WithOptions_LeavesItsReport()
    {
        (int exitCode, string output, string errors) = await RunAsync("--seed", "3", "--noise", "0.25");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(0.25, RunJson().GetProperty("config").GetProperty("noise").GetDouble());
        Assert.Equal("contract", RunJson().GetProperty("script").GetString());
        Assert.InRange(RunJson().GetProperty("metrics").GetProperty("mean").GetDouble(), -0.25, 0.25);
        Assert.Contains("noise is small: 0.25 (expected at most 10)", output, StringComparison.Ordinal);
        Assert.Contains("\"title\":{\"text\":\"Noise\"}", File.ReadAllText(Path.Combine(folder.File("report of a run"), "report.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "unrecognized argument: '--noises'. The argument 'help' lists the options.", "--noises", "3")]
    [InlineData(2, "--noise must be followed by a number with a decimal point, but is followed by '0,5'.", "--noise", "0,5")]
    [InlineData(1, "matmul: inner sizes must agree, but a is [2, 3] and b is [4, 5].", "--fail-work")]
    public async Task Script_ThatGoesWrong_SaysSoInALine(int expectedCode, string message, params string[] arguments)
    {
        (int exitCode, string _, string errors) = await RunAsync(arguments);

        Assert.Equal((expectedCode, message), (exitCode, errors));
    }

    [Fact]
    public async Task Script_Interrupted_LeavesAReportOfWhatWasDone()
    {
        if (OperatingSystem.IsWindows()) return; // there is no command that sends Ctrl-C
        using Process process = Start("--rounds", "3000");
        using CancellationTokenSource limit = new(Patience);
        while (!(await process.StandardOutput.ReadLineAsync(limit.Token))!.StartsWith("averaging", StringComparison.Ordinal)) ;

        // The signal goes to every process of the command, as the terminal sends it.
        foreach (Process one in Process.GetProcesses().Where(one => IsOf(one, folder.Location)))
            Process.Start("kill", ["-INT", one.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("interrupted", RunJson().GetProperty("status").GetString());
        Assert.True(RunJson().GetProperty("metrics").GetProperty("rounds").GetDouble() >= 1);
        Assert.Contains("This run was interrupted.", File.ReadAllText(Path.Combine(folder.File("report of a run"), "report.html")), StringComparison.Ordinal);
    }

    private static bool IsOf(Process process, string argument)
    {
        string file = $"/proc/{process.Id}/cmdline";
        return File.Exists(file) && File.ReadAllText(file).Contains(argument, StringComparison.Ordinal);
    }
}
