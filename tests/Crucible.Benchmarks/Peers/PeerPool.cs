using System.Diagnostics;
using Crucible.Benchmarks.Measuring;

namespace Crucible.Benchmarks.Peers;

/// <summary>The peer processes of one run: one a setting, started when first asked for; none where there is no PyTorch.</summary>
internal sealed class PeerPool : IDisposable
{
    // The second is where Debian puts it, whatever other Python comes first in PATH.
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];

    private readonly Dictionary<PeerSetting, Peer> peers = [];
    private readonly string folder;

    /// <summary>Looks for a Python with PyTorch.</summary>
    /// <param name="folder">The folder of <c>peer.py</c>.</param>
    internal PeerPool(string folder)
    {
        this.folder = folder;
        Python = Candidates.FirstOrDefault(HasTorch);
    }

    /// <summary>The Python that has PyTorch, or null.</summary>
    internal string? Python { get; }

    /// <summary>The peer of a setting.</summary>
    internal Peer this[PeerSetting setting]
    {
        get
        {
            if (!peers.TryGetValue(setting, out Peer? peer))
                peers[setting] =
                    peer = new Peer(Python ?? throw new InvalidOperationException("there is no PyTorch here"), folder, setting);
            return peer;
        }
    }

    /// <summary>Keeps this program and the peer of a setting, if there is one, on one processor until the result is disposed.</summary>
    internal SharedProcessor ShareProcessor(PeerSetting setting) => new(Python == null ? null : this[setting].Process);

    /// <summary>The setting under which this work is fastest: the best of two short bursts each.</summary>
    internal PeerSetting Best(string work, IReadOnlyList<PeerSetting> settings, double seconds, Clock clock)
    {
        if (settings.Count == 1) return settings[0];
        return settings.MinBy(setting =>
            Math.Min(this[setting].SecondsPerCall(work, seconds, clock), this[setting].SecondsPerCall(work, seconds, clock)))!;
    }

    /// <summary>Ends all processes.</summary>
    public void Dispose()
    {
        foreach (Peer peer in peers.Values) peer.Dispose();
    }

    private static bool HasTorch(string python)
    {
        try
        {
            using Process probe = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
