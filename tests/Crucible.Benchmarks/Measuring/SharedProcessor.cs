using System.Diagnostics;

namespace Crucible.Benchmarks.Measuring;

/// <summary>
/// Keeps two programs that are compared on one thread each on one processor: neighbours on the machine can make one
/// processor a quarter slower than the other for seconds, and the comparison would be of processors.
/// </summary>
internal sealed class SharedProcessor : IDisposable
{
    private readonly Process ours = Process.GetCurrentProcess();
    private readonly nint before;

    /// <summary>Holds this program and the peer on the processor that this program is on.</summary>
    internal SharedProcessor(Process? peer)
    {
        if (!IsPossible) return;
        nint processor = (nint)1 << Thread.GetCurrentProcessorId();
        before = ours.ProcessorAffinity;
        ours.ProcessorAffinity = processor;
        if (peer != null) peer.ProcessorAffinity = processor;
    }

    [System.Runtime.Versioning.SupportedOSPlatformGuard("linux")]
    [System.Runtime.Versioning.SupportedOSPlatformGuard("windows")]
    private static bool IsPossible => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    /// <summary>Lets this program go anywhere again; the peer is used for nothing else.</summary>
    public void Dispose()
    {
        if (IsPossible) ours.ProcessorAffinity = before;
        ours.Dispose();
    }
}
