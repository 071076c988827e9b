using System.Diagnostics;
using System.Runtime.CompilerServices;
using Crucible.Lab.Scripting;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>Sweeps over the script that the contract's tests use.</summary>
[Trait("Speed", "Slow")]
public sealed class ScriptObjectiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly SweptOption Noise = SweptOption.Parse("noise=0.1..0.9");

    [Fact]
    public void Run_TwoTrials_ReadTheMetricAndGiveItAgain()
    {
        using TemporaryFolder folder = new();
        using Study study = Open(folder);
        ScriptObjective objective = ScriptObjective.Open(Script(), [Noise], "mean", ["rounds=2", "quick"]);
        study.Optimize(2, objective.Run);
        Assert.Equal([TrialState.Complete, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Equal(2, study.Trials.Select(trial => trial.Value).Distinct().Count());
        // noise of this half width
        Assert.All(study.Trials, trial => Assert.InRange(Math.Abs(trial.Value), 0, (double)trial.Parameters[0].Value));
    }

    [Fact]
    public void Run_ScriptThatFails_FailsTheTrialWithItsLastLine()
    {
        using TemporaryFolder folder = new();
        using Study study = Open(folder);
        RunOnce(study, Noise, "mean", "--fail-work");
        Assert.Equal("matmul: inner sizes must agree, but a is [2, 3] and b is [4, 5].", Assert.Single(study.Trials).Error);
    }

    [Fact]
    public void Run_FailedCheck_FailsTheTrialWithTheCheck()
    {
        using TemporaryFolder folder = new();
        using Study study = Open(folder);
        RunOnce(study, SweptOption.Parse("noise=20..20"), "mean");
        Assert.Equal("failed check: noise is small: 20 (expected at most 10)", Assert.Single(study.Trials).Error);
    }

    [Fact]
    public void Run_UnknownMetric_EndsTheStudyWithTheNearest()
    {
        using TemporaryFolder folder = new();
        using Study study = Open(folder);
        Assert.Equal(
            "sweep: contract has no metric 'maen'; it has rounds, mean. mean is its nearest",
            Assert.Throws<StudyException>(() => RunOnce(study, Noise, "maen")).Message);
        Assert.Empty(study.Trials); // it is done anew with the right name
    }

    [Fact]
    public void Open_WrongScriptOrOption_SaysSo()
    {
        Assert.Equal("sweep: --script must be a file, but there is no nowhere.fsx", Message("nowhere.fsx", Noise));
        Assert.Equal($"sweep: {Script()} needs an option to vary. Name one with --param name=low..high", Message(Script()));
        Assert.Equal("sweep: --param varies an option once, but 'noise' is given twice", Message(Script(), Noise, Noise));
        Assert.Equal(
            $"sweep: {Script()} has no option --nosie. --noise is its nearest", Message(Script(), SweptOption.Parse("nosie=1..2")));
        Assert.Equal(
            $"sweep: {Script()} has no option --round. --rounds is its nearest", Assert.Throws<OptionException>(() =>
                ScriptObjective.Open(Script(), [Noise], "mean", ["round=2"])).Message);

        static string Message(string script, params SweptOption[] options) =>
            Assert.Throws<OptionException>(() => ScriptObjective.Open(script, options, "mean", [])).Message;
    }

    [Fact]
    public void Settings_OfAnotherObjective_Differ()
    {
        static string Print(string range, string metric, params string[] arguments) =>
            new ScriptObjective(Script(), [SweptOption.Parse(range)], metric, arguments).Settings;
        string[] prints =
        [
            Print("noise=0..1", "mean"),
            Print("noise=0..2", "mean"),
            Print("noise=0..1", "rounds"),
            Print("noise=0..1", "mean", "--rounds", "2")
        ];
        Assert.Equal(4, prints.Distinct().Count());
        Assert.Equal(prints[0], Print("noise=0..1", "mean"));
    }

    [Fact]
    public async Task Run_Cancelled_EndsTheScript()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        using Study study = Open(folder, stop.Token);
        Task run = Task.Run(() => RunOnce(study, Noise, "mean", "--rounds", "3000"));
        Assert.True(SpinWait.SpinUntil(() => Running(folder.Location).Length > 0, Patience));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(SpinWait.SpinUntil(() => Running(folder.Location).Length == 0, Patience));
    }

    [Fact]
    public async Task Script_WhoseSweepIsGone_EndsAtOnce()
    {
        using TemporaryFolder folder = new();
        ProcessStartInfo start = new("dotnet", ["fsi", Script(), "--rounds", "3000", "--out", folder.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment.Remove("MSBUILD_EXE_PATH"); // the test host's
        start.Environment[Parents.Variable] = $"{Environment.MachineName} {int.MaxValue} 0"; // a process that there cannot be
        using Process script = Process.Start(start)!;
        using CancellationTokenSource limit = new(Patience);
        await script.WaitForExitAsync(limit.Token);
        Assert.NotEqual(0, script.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{ "metrics": {}, "checks": [], "checks": [] }""")]
    [InlineData("""{ "metrics": { "a": 1, "a": 2 }, "checks": [] }""")]
    [InlineData("""{ "metrics": { "a": "x" }, "checks": [] }""")]
    public void Outcome_DamagedRecord_IsNone(string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("run.json"), content);
        Assert.Null(ScriptOutcome.Read(folder.Location));
    }

    private static void RunOnce(Study study, SweptOption option, string metric, params string[] arguments) =>
        study.Optimize(1, new ScriptObjective(Script(), [option], metric, arguments).Run);

    private static Study Open(TemporaryFolder folder, CancellationToken stop = default) => new("script", new StudyOptions
    {
        Store = SqliteStore.InMemory(),
        Folder = folder.Location,
        Workers = 2,
        Cancellation = stop,
    });

    private static int[] Running(string folder) =>
        [.. Process.GetProcesses()
            .Where(process =>
                File.Exists($"/proc/{process.Id}/cmdline")
                    && File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(folder, StringComparison.Ordinal))
                    .Select(process => process.Id)];

    private static string Script([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(here, "..", "..", "Scripts", "contract.fsx"));
}
