using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Crucible.Tests.Training;

[Trait("Speed", "Slow")]
public sealed class KillTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("train.fsx")]
    [InlineData("train-translator.fsx")]
    public void Fit_KilledAgainAndAgain_EndsWithTheSameBits(string script)
    {
        string expected = ToEnd(script, "whole.safetensors");
        foreach (int milliseconds in new[] { 0, 90, 240 }) Kill(script, "killed.safetensors", milliseconds);
        Assert.Equal(expected, ToEnd(script, "killed.safetensors"));
        Assert.StartsWith("420 ", expected, StringComparison.Ordinal);
    }

    private string ToEnd(string script, string checkpoint)
    {
        using Process process = Start(script, checkpoint);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Trim().Split('\n')[^1];
    }

    /// <summary>
    /// Sends SIGKILL some time after the first update, wherever the run then is: computing, or in the middle of writing
    /// a checkpoint.
    /// </summary>
    private void Kill(string script, string checkpoint, int milliseconds)
    {
        string file = Path.Combine(folder, checkpoint);
        DateTime before = File.GetLastWriteTimeUtc(file);
        using Process process = Start(script, checkpoint);
        Assert.True(
            SpinWait.SpinUntil(() => File.GetLastWriteTimeUtc(file) != before, TimeSpan.FromMinutes(2)), "the run wrote no checkpoint");
        Thread.Sleep(milliseconds);
        Assert.False(process.HasExited, "the run ended before it could be killed");
        process.Kill(entireProcessTree: true); // F# Interactive works in a child of the process that was started
        process.WaitForExit();
    }

    private Process Start(string script, string checkpoint, [CallerFilePath] string here = "")
    {
        string library = Path.Combine(AppContext.BaseDirectory, "Crucible.dll");
        string path = Path.Combine(Path.GetDirectoryName(here)!, script);
        ProcessStartInfo start = new("dotnet", ["fsi", "--quiet", $"--reference:{library}", path, Path.Combine(folder, checkpoint)])
        {
            RedirectStandardOutput = true
        };
        return Process.Start(start)!;
    }
}
