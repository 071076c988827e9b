using System.Diagnostics;
using System.Globalization;
using Crucible.Benchmarks.Measuring;

namespace Crucible.Benchmarks.Peers;

/// <summary>A process of <c>peer.py</c> that runs PyTorch under one setting and answers one burst at a time.</summary>
internal sealed class Peer : IDisposable
{
    /// <summary>Starts the process and waits until PyTorch is loaded.</summary>
    internal Peer(string python, string folder, PeerSetting setting)
    {
        ProcessStartInfo start =
            new(python, [Path.Combine(folder, "peer.py")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in setting.Environment()) start.Environment[name] = value;
        Process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start");
        Description = Process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{python} ended before PyTorch was loaded");
    }

    /// <summary>The process itself.</summary>
    internal Process Process { get; }

    /// <summary>What PyTorch runs on, as a line of JSON.</summary>
    internal string Description { get; }

    /// <summary>Seconds of one call of the work, repeated for <paramref name="seconds"/>.</summary>
    internal double SecondsPerCall(string work, double seconds, Clock clock)
    {
        Process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Word()} {1000 * seconds} {work}"));
        Process.StandardInput.Flush();
        string answer = Process.StandardOutput.ReadLine() ?? "error: the process ended";
        return double.TryParse(answer, CultureInfo.InvariantCulture, out double measured)
            ? measured
            : throw new InvalidOperationException($"peer.py: {work}: {answer}");
    }

    /// <summary>Ends the process by ending its input.</summary>
    public void Dispose()
    {
        Process.StandardInput.Close();
        Process.WaitForExit();
        Process.Dispose();
    }
}
