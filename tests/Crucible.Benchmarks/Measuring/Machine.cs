using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Benchmarks.Measuring;

/// <summary>What is measured on.</summary>
internal static class Machine
{
    /// <summary>The processor as it names itself, with the numbers of its kind where there are some.</summary>
    internal static string Processor { get; } = Name();

    /// <summary>Whether Intel made the processor.</summary>
    internal static bool IsIntel { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx == 0x756e6547; // "Genu"

    /// <summary>Processor and runtime.</summary>
    internal static string Description =>
        $"{Processor}, {Environment.ProcessorCount} processors, vectors of {Width} bits, {RuntimeInformation.FrameworkDescription}";

    /// <summary>How many programs wanted to run in the last minute, as Linux counts them.</summary>
    internal static string Load => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static int Width => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Name()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file))
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
        Dictionary<string, string> fields = File.ReadLines(file).TakeWhile(line => line.Length > 0)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0], parts => parts[1]).ToDictionary(group => group.Key, group => group.First());
        string name = fields.GetValueOrDefault("model name", RuntimeInformation.ProcessArchitecture.ToString());
        return fields.TryGetValue("cpu family", out string? family) ? $"{name} (family {family}, model {fields["model"]})" : name;
    }
}
