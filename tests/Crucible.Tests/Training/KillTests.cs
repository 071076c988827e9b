using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Crucible.Tests.Training;

public sealed class KillTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Fit_KilledAgainAndAgain_EndsWithTheSameBits()
    {
        var expected = ToEnd("whole.safetensors");
        foreach (var milliseconds in new[] { 0, 90, 240 }) Kill("killed.safetensors", milliseconds);
        Assert.Equal(expected, ToEnd("killed.safetensors"));
        Assert.StartsWith("420 ", expected, StringComparison.Ordinal);
    }

    private string ToEnd(string checkpoint)
    {
        using var process = Start(checkpoint);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Trim().Split('\n')[^1];
    }

    /// <summary>Sends SIGKILL some time after the first update, wherever the process then is: computing, or in the middle of writing a checkpoint.</summary>
    private void Kill(string checkpoint, int milliseconds)
    {
        using var process = Start(checkpoint);
        if (!File.Exists(Path.Combine(folder, checkpoint))) process.StandardOutput.ReadLine();
        else SpinWait.SpinUntil(() => HasWorked(process), TimeSpan.FromSeconds(60));
        Thread.Sleep(milliseconds);
        process.Kill();
        process.WaitForExit();
    }

    private static bool HasWorked(Process process)
    {
        try
        {
            return process.TotalProcessorTime.TotalSeconds > 1.0;
        }
        catch (InvalidOperationException)
        {
            return true; // it ended
        }
    }

    private Process Start(string checkpoint, [CallerFilePath] string here = "")
    {
        var library = Path.Combine(AppContext.BaseDirectory, "Crucible.dll");
        var script = Path.Combine(Path.GetDirectoryName(here)!, "train.fsx");
        var start = new ProcessStartInfo("dotnet", ["fsi", "--quiet", $"--reference:{library}", script, Path.Combine(folder, checkpoint)]) { RedirectStandardOutput = true };
        return Process.Start(start)!;
    }
}
