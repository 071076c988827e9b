using System.Diagnostics;
using System.Globalization;

namespace Crucible.Benchmarks.Measuring;

/// <summary>One run of a program: how long it took, and the most resident memory that it and the processes it started had.</summary>
/// <param name="Seconds">From start to exit.</param>
/// <param name="PeakMegabytes">The peak of every process, the largest first; empty where /proc does not tell. Pages
/// that they share count for each.</param>
/// <param name="ExitCode">As the program returned it.</param>
internal sealed record ProcessRun(double Seconds, double[] PeakMegabytes, int ExitCode)
{
    private const int PollMilliseconds = 20;

    /// <summary>Runs a program to its end, its output thrown away.</summary>
    internal static ProcessRun Of(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Locations.Workspace,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? []) start.Environment[name] = value;
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Dictionary<int, double> peaks = [];
        while (!process.WaitForExit(PollMilliseconds)) Observe(process.Id, peaks);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new(seconds, [.. peaks.Values.OrderDescending()], process.ExitCode);
    }

    // The kernel keeps each process's peak (VmHWM), so that polling misses only what is reached in the last moment
    // before the exit.
    private static void Observe(int id, Dictionary<int, double> peaks)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            if (line != null)
                peaks[id] =
                    double.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
            foreach (string task in Directory.EnumerateDirectories($"/proc/{id}/task"))
                foreach (string child in File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    Observe(int.Parse(child, CultureInfo.InvariantCulture), peaks);
        }
        catch (IOException)
        {
            // the process ended while it was looked at, or this system has no /proc
        }
    }
}
