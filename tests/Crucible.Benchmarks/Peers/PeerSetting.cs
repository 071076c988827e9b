using System.Globalization;

namespace Crucible.Benchmarks.Peers;

/// <summary>
/// How many threads PyTorch's two thread pools get: ATen's (OpenMP) and OpenBLAS's own. What suits one kind of work
/// starves another.
/// </summary>
/// <param name="AtenThreads">Threads of ATen.</param>
/// <param name="BlasThreads">Threads of OpenBLAS.</param>
/// <param name="Passive">Whether ATen's idle threads sleep at once instead of spinning against those of OpenBLAS.</param>
/// <param name="Core">The processor OpenBLAS chooses its kernels for; its own choice can be five times slower on
/// processors newer than itself.</param>
internal sealed record PeerSetting(int AtenThreads, int BlasThreads, bool Passive = false, string Core = "SkylakeX")
{
    private const string Memory = "4294967296";

    /// <summary>The settings to try when we use two threads.</summary>
    internal static IReadOnlyList<PeerSetting> TwoThreads { get; } = [new(1, 2), new(2, 1), new(2, 2, Passive: true)];

    /// <summary>The environment variables that make the setting.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Environment()
    {
        yield return new("OPENBLAS_CORETYPE", Core);
        yield return new("OPENBLAS_NUM_THREADS", BlasThreads.ToString(CultureInfo.InvariantCulture));
        yield return new("OMP_NUM_THREADS", AtenThreads.ToString(CultureInfo.InvariantCulture));
        yield return new("PEER_ATEN_THREADS", AtenThreads.ToString(CultureInfo.InvariantCulture));
        // Else the C library may give memory back to the system after every step and fetch it again, which costs some
        // ops thirty times their own time.
        yield return new("MALLOC_TRIM_THRESHOLD_", Memory);
        yield return new("MALLOC_MMAP_THRESHOLD_", Memory);
        if (Passive) yield return new("OMP_WAIT_POLICY", "PASSIVE");
    }

    /// <summary>ATen's threads / OpenBLAS's threads.</summary>
    public override string ToString() => $"{AtenThreads}/{BlasThreads}{(Passive ? " passive" : "")}";
}
