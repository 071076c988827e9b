using System.Globalization;

namespace Crucible.Benchmarks.Measuring;

/// <summary>How the process of a side is started.</summary>
/// <param name="IsOurs">Whether it is Crucible's.</param>
/// <param name="Threads">How many threads it may use.</param>
/// <param name="KeepsMemory">
/// Whether the C library keeps memory that is freed, and does not give large pieces back to the system after every step to fetch
/// them again. What suits training costs other work.
/// </param>
/// <param name="IsPassive">Whether idle threads of OpenMP sleep at once.</param>
/// <param name="OpenMp">A library of OpenMP to load in place of GNU's.</param>
/// <param name="IsUnlocked">Whether MKL uses AVX-512 on a processor that is not Intel's.</param>
internal sealed record SideSetting(
    bool IsOurs, int Threads, bool KeepsMemory = false, bool IsPassive = false, string? OpenMp = null, bool IsUnlocked = false)
{
    private static readonly string? Llvm = FindLlvm();

    /// <summary>Crucible on so many threads.</summary>
    internal static SideSetting Ours(int threads) => new(true, threads);

    /// <summary>The settings of LibTorch to choose from, work by work, where we have so many threads: two may be slower than one.</summary>
    internal static IReadOnlyList<SideSetting> Theirs(int threads)
    {
        SideSetting one = new(false, 1), kept = one with { KeepsMemory = true }, all = kept with { Threads = threads };
        SideSetting[] settings = threads == 1
            ? [kept, one]
            : [all, all with { KeepsMemory = false }, all with { IsPassive = true }, all with { OpenMp = Llvm }, kept];
        return Machine.IsIntel
            ? [.. settings.Distinct()]
            : [.. settings.Select(setting => setting with { IsUnlocked = true }).Distinct(), settings[0]];
    }

    /// <summary>The environment variables that make the setting.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Environment()
    {
        string threads = Threads.ToString(CultureInfo.InvariantCulture);
        if (IsOurs)
        {
            yield return new("CRUCIBLE_THREADS", threads);
            yield break;
        }

        yield return new("OMP_NUM_THREADS", threads);
        yield return new("MKL_NUM_THREADS", threads);
        if (KeepsMemory)
        {
            yield return new("MALLOC_TRIM_THRESHOLD_", "4294967296");
            yield return new("MALLOC_MMAP_THRESHOLD_", "4294967296");
        }

        if (IsUnlocked) yield return new("BENCH_MKL_UNLOCKED", "1");
        if (IsPassive) yield return new("OMP_WAIT_POLICY", "PASSIVE");
        if (OpenMp == null) yield break;
        yield return new("LD_PRELOAD", OpenMp);
        yield return new("KMP_BLOCKTIME", "30"); // milliseconds that idle threads spin: less than we wait before a burst
    }

    /// <summary>Threads and what else is set.</summary>
    public override string ToString() =>
        $"{Threads}{(KeepsMemory ? " kept" : "")}{(IsPassive ? " passive" : "")}{(OpenMp == null ? "" : " LLVM")}{(IsUnlocked ? " unlocked" : "")}";

    private static string? FindLlvm()
    {
        const string libraries = "/usr/lib";
        if (!Directory.Exists(libraries)) return null;
        string[] folders = [libraries, .. Directory.GetDirectories(libraries, "*-linux-gnu")];
        return folders.Select(folder => Path.Combine(folder, "libomp.so.5")).FirstOrDefault(File.Exists);
    }
}
