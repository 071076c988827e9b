using System.Text.Json;
using Crucible.Lab.Scripting;
using Crucible.Lab.Tables;
using Crucible.Text;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class ContractTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        errors.Dispose();
    }

    private string Out => folder.File("run");

    private int Execute(Action<ExperimentRun> body, params string[] arguments)
    {
        ScriptCall call = new("sample", ["--out", Out, .. arguments], IsSession: true);
        ScriptConsole console = new(output, errors);
        return new Contract<ExperimentRun>(call, console, "A sample.", null, common =>
            new ExperimentRun(call, common, "A sample.", console))
            .Execute(body);
    }

    private JsonElement RunJson() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "run.json"))).RootElement;

    [Fact]
    public void Execute_AllWell_WritesReportAndRunAndGivesZero()
    {
        using Culture _ = new();

        int exitCode = Execute(run =>
        {
            run.Config(new { Rate = 0.5, Sizes = new[] { 40, 20 }, Activation = DayOfWeek.Monday, Missing = (string?)null });
            run.Metric("test_mse", 9.5);
            run.CheckAtMost("test error", 9.5, 10.25);
            run.Report.Text("All is well.");
        }, "--seed", "3", "--quick");

        Assert.Equal(0, exitCode);
        Assert.Contains("All is well.", File.ReadAllText(Path.Combine(Out, "report.html")), StringComparison.Ordinal);
        JsonElement run = RunJson();
        Assert.Equal("completed", run.GetProperty("status").GetString());
        Assert.Equal(3UL, run.GetProperty("seed").GetUInt64());
        Assert.True(run.GetProperty("config").GetProperty("quick").GetBoolean());
        Assert.Equal(0.5, run.GetProperty("config").GetProperty("Rate").GetDouble());
        Assert.Equal(2, run.GetProperty("config").GetProperty("Sizes").GetArrayLength());
        Assert.Equal("Monday", run.GetProperty("config").GetProperty("Activation").GetString());
        Assert.Equal("at most 10.25", run.GetProperty("checks")[0].GetProperty("expected").GetString());
        Assert.Contains("test error: 9.5 (expected at most 10.25)", output.ToString(), StringComparison.Ordinal);
        Assert.Equal("", errors.ToString());
    }

    [Fact]
    public void Execute_WhatRanAndWhatWasRead_StandInTheRecord()
    {
        string table = folder.File("mine.csv"), text = folder.File("mine.txt");
        File.WriteAllText(table, "a,b\n1,2\n");
        File.WriteAllText(text, "abc"); // its SHA-256: FIPS 180-2, appendix B.1

        Execute(run =>
        {
            run.Config(new { Updates = (int?)null });
            run.Config(new { updates = 6 });
            Csv.Read(table);
            CharacterTokenizer.TrainFile(text).EncodeFile(text);
        });

        Assert.Equal(6, RunJson().GetProperty("config").GetProperty("Updates").GetInt32());
        Assert.False(RunJson().GetProperty("config").TryGetProperty("updates", out _));
        Assert.Matches("^[0-9a-f]{64}", RunJson().GetProperty("data").GetProperty("mine.csv").GetString());
        Assert.Contains(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            RunJson().GetProperty("data").GetProperty("mine.txt").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_PageThatCannotBeWritten_TellsTheResultsAllTheSame()
    {
        int exitCode = Execute(run =>
        {
            run.Metric("test_mse", 9.5);
            Directory.CreateDirectory(Path.Combine(Out, "report.html", "full"));
        });

        Assert.Equal(1, exitCode);
        Assert.Contains("9.5", output.ToString(), StringComparison.Ordinal);
        Assert.Equal("completed", RunJson().GetProperty("status").GetString());
        Assert.Equal(9.5, RunJson().GetProperty("metrics").GetProperty("test_mse").GetDouble());
        Assert.StartsWith(
            $"{Path.Combine(Out, "report.html")} cannot be written: ", Assert.Single(errors.ToString().TrimEnd().Split('\n')),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_RecordThatCannotBeWritten_TellsTheResultsAllTheSame()
    {
        int exitCode = Execute(run =>
        {
            run.Metric("test_mse", 9.5);
            File.Delete(Path.Combine(Out, "run.json"));
            Directory.CreateDirectory(Path.Combine(Out, "run.json", "full"));
        });

        Assert.Equal(1, exitCode);
        Assert.Contains("9.5", output.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Out, "report.html")));
        Assert.Contains("run.json cannot be written: ", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OptionOutOfRange_IsAUsageError()
    {
        int exitCode = Execute(_ => throw new OptionException("adam: learningRate must be above 0, but is -1"));

        Assert.Equal(2, exitCode);
        Assert.Equal("adam: learningRate must be above 0, but is -1", errors.ToString().TrimEnd());
        Assert.False(Directory.Exists(Out)); // nothing was done, so nothing is left
    }

    [Fact]
    public void Execute_OptionOutOfRangeAfterWork_LeavesTheReport()
    {
        Assert.Equal(2, Execute(run =>
        {
            run.Metric("before", 1);
            throw new OptionException("adam: learningRate must be above 0, but is -1");
        }));

        Assert.Equal("failed", RunJson().GetProperty("status").GetString());
    }

    [Fact]
    public void InParallel_GivesResultsInOrderEachWithOneThread()
    {
        int[] squares = [];
        int[] threads = [];

        Execute(run =>
        {
            squares = run.InParallel("squares", Enumerable.Range(0, 50), number => number * number);
            threads = run.InParallel("threads", Enumerable.Range(0, 4), _ => Crucible.Threads.Count);
        }, "--threads", "2");

        Assert.Equal(Enumerable.Range(0, 50).Select(number => number * number), squares);
        Assert.All(threads, count => Assert.Equal(1, count));
    }

    [Fact]
    public void InParallel_WorkThatFails_IsThatError()
    {
        int exitCode = Execute(run => run.InParallel<int, int>("work", [1, 2, 3], number => throw new ShapeException("a shape")));

        Assert.Equal(1, exitCode);
        Assert.Equal("a shape", errors.ToString().TrimEnd());
    }

    [Fact]
    public void SeedOf_OtherPartOrSeed_IsAnotherSeed()
    {
        HashSet<ulong> seeds = [];

        foreach (string seed in new[] { "0", "1" })
            Execute(
                run => seeds.UnionWith([run.SeedOf(), run.SeedOf(0), run.SeedOf(1), run.SeedOf(0, 0), run.SeedOf(0, 1), run.SeedOf(1, 0)]),
                "--seed",
                seed);

        Assert.Equal(12, seeds.Count);
    }

    [Fact]
    public void Execute_WhileAtWork_RunFileSaysRunning()
    {
        string? status = null;

        Execute(_ => status = RunJson().GetProperty("status").GetString());

        Assert.Equal("running", status);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(11)]
    public void Execute_FailedCheck_GivesOne(double actual)
    {
        Assert.Equal(1, Execute(run => run.CheckBetween("between", actual, 1, 10)));
        Assert.Contains("✗ between", output.ToString(), StringComparison.Ordinal);
        Assert.Equal("completed", RunJson().GetProperty("status").GetString());
    }

    [Fact]
    public void Execute_ErrorOfCrucible_ShowsItsMessageOnlyAndLeavesTheReport()
    {
        int exitCode = Execute(run =>
        {
            run.Metric("before", 1);
            throw new ShapeException("matmul: inner sizes must agree, but a is [2, 3] and b is [4, 5].");
        });

        Assert.Equal(1, exitCode);
        Assert.Equal("matmul: inner sizes must agree, but a is [2, 3] and b is [4, 5].", errors.ToString().TrimEnd());
        Assert.Equal("failed", RunJson().GetProperty("status").GetString());
        Assert.Equal(1, RunJson().GetProperty("metrics").GetProperty("before").GetDouble());
        Assert.Contains("inner sizes must agree", File.ReadAllText(Path.Combine(Out, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_OtherError_ShowsItsTypeAndTraceShowsWhere()
    {
        Assert.Equal(1, Execute(_ => throw new InvalidOperationException("boom")));
        Assert.Equal("InvalidOperationException: boom (--trace shows where.)", errors.ToString().TrimEnd());

        Assert.Equal(1, Execute(_ => throw new InvalidOperationException("boom"), "--trace"));
        Assert.Contains(nameof(ContractTests), errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_WrongOption_IsOneLineAndTwoAndNoWork()
    {
        bool worked = false;

        Assert.Equal(2, Execute(_ => worked = true, "--seed", "x"));

        Assert.False(worked);
        Assert.Equal("--seed must be a whole number from 0, got 'x'.", errors.ToString().TrimEnd());
    }

    [Fact]
    public void Execute_Help_ShowsTheOptionsAndDoesNoWork()
    {
        bool worked = false;
        ScriptCall call = new("sample", ["help"], IsSession: true);
        ScriptConsole console = new(output, errors);

        int exitCode = new Contract<ExperimentRun>(call, console, "A sample.", () => "    --epochs <int>  rounds", common =>
            new ExperimentRun(call, common, "", console))
            .Execute(_ => worked = true);

        Assert.Equal(0, exitCode);
        Assert.False(worked);
        Assert.Contains("sample: A sample.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("    --epochs <int>  rounds", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("    --seed <n>", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_Twice_WritesOnce()
    {
        Assert.Equal(0, Execute(run => run.Finish()));
        Assert.Single(output.ToString().Split("report: ")[1..]);
    }
}
