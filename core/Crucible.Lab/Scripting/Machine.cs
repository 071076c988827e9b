using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Scripting;

/// <summary>What a run ran on, for those who compare its numbers.</summary>
internal static class Machine
{
    internal static JsonObject Describe() => new()
    {
        ["os"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        ["processor"] = Processor(),
        ["processors"] = Environment.ProcessorCount,
        ["vector_bits"] = Vector512.IsHardwareAccelerated
            ? 512
            : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0,
        ["memory_gib"] = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
    };

    internal static JsonObject Versions() => new()
    {
        ["crucible"] = typeof(CrucibleException).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
        ["dotnet"] = Environment.Version.ToString(),
    };

    /// <summary>The processor's own name where the system tells it in a file, else null.</summary>
    private static string? Processor()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file)) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        string? line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line?.Split(':', 2)[1].Trim();
    }
}
