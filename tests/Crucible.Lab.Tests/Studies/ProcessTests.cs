using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>A study in real processes: killed at any moment, and done by several at once.</summary>
[Trait("Speed", "Slow")]
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Study_KilledAgainAndAgain_EndsWithTheSameTable()
    {
        string expected = TableOf(ToEnd("whole.db", 60, 2, 10));
        foreach (int milliseconds in new[] { 20, 150, 230, 310 }) Kill("killed.db", milliseconds);
        string output = ToEnd("killed.db", 60, 2, 10);
        Assert.Equal(expected, TableOf(output));
        Assert.Equal(60, expected.Trim().Split('\n').Length);
    }

    [Fact]
    public void Study_KilledInATrial_ContinuesItFromItsCheckpoint()
    {
        using (Process process = Start("killed.db", 4, 1, 5000))
        {
            string place = Directory.CreateDirectory(folder.File("checkpoints")).FullName;
            Assert.True(SpinWait.SpinUntil(
                () => Directory.GetFiles(place, "checkpoint", SearchOption.AllDirectories).Length > 0, TimeSpan.FromSeconds(120)));
            process.Kill(entireProcessTree: true); // the dotnet command starts F# Interactive as a child
            process.WaitForExit();
        }

        string output = ToEnd("killed.db", 4, 1, 5);
        Assert.Contains("resumed 0\n", output, StringComparison.Ordinal);
        // all reports are there
        Assert.All(TableOf(output).Trim().Split('\n'), line => Assert.EndsWith(" 5", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Study_EightProcesses_DoEveryTrialOnce()
    {
        const int processes = 8;
        const int trials = 400;
        string[] outputs = await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => Task.Run(() => ToEnd("shared.db", trials, 2, 0))));
        string expected = TableOf(ToEnd("alone.db", trials, 2, 0));
        Assert.All(outputs, output => Assert.Equal(expected, TableOf(output)));
    }

    [Fact]
    public void Study_ScriptEdited_IsRefusedInALine()
    {
        string script = folder.File("edited.fsx");
        File.WriteAllText(script, File.ReadAllText(Script()));
        string expected = TableOf(ToEnd("edited.db", 5, 1, 0, script));
        string text = File.ReadAllText(script);
        File.WriteAllText(script, $"// Moved to another folder, and explained.\n\n{text}".Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(expected, TableOf(ToEnd("edited.db", 5, 1, 0, script)));
        File.WriteAllText(script, text.Replace("x * x + y * y +", "x * x + 9.0 * y * y +", StringComparison.Ordinal));
        using Process process = Start("edited.db", 5, 1, 0, script, isHeard: true);
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Matches(
            "study: 'killed' has 5 trials of [0-9:]{5}, but edited\\.fsx was edited "
                + "\\(line 22: trial\\.Report\\(step = step, value = x \\* x \\+ 9\\.0 .*\\) since then\\. StudyOptions\\(Anew = true\\) ",
            errors);
    }

    private static string TableOf(string output) => output[(output.IndexOf("table\n", StringComparison.Ordinal) + 6)..];

    private string ToEnd(string store, int trials, int workers, int milliseconds, string? script = null)
    {
        using Process process = Start(store, trials, workers, milliseconds, script);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    /// <summary>Sends SIGKILL some time after the study was opened, wherever the process then is.</summary>
    private void Kill(string store, int milliseconds)
    {
        using Process process = Start(store, 60, 2, 10);
        process.StandardOutput.ReadLine();
        Thread.Sleep(milliseconds);
        process.Kill(entireProcessTree: true); // the dotnet command starts F# Interactive as a child
        process.WaitForExit();
    }

    private static string Script([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "study.fsx");

    private Process Start(string store, int trials, int workers, int milliseconds, string? script = null, bool isHeard = false)
    {
        static string Library(string name) => $"--reference:{Path.Combine(AppContext.BaseDirectory, name)}";
        string[] numbers = [.. new[] { trials, workers, milliseconds }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return Process.Start(new ProcessStartInfo("dotnet", [
            "fsi", "--quiet", Library("Crucible.dll"), Library("Crucible.Lab.dll"), script ?? Script(), folder.File(store),
            .. numbers
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = isHeard,
        })!;
    }
}
