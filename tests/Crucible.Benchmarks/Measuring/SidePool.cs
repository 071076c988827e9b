using System.Diagnostics;
using Crucible.Benchmarks.Sides;

namespace Crucible.Benchmarks.Measuring;

/// <summary>The processes of a run, one a setting, started when first asked for; LibTorch's only where it can be restored.</summary>
internal sealed class SidePool : IDisposable
{
    private static readonly string Project = Path.Combine(Locations.Workspace, "tests", "Crucible.LibTorch");

    private readonly Dictionary<(SideSetting Setting, bool IsPinned), SideProcess> sides = [];

    /// <summary>Builds LibTorch's side. Its packages, more than a gigabyte, come when that is done for the first time.</summary>
    /// <param name="isCompared">Whether anything is compared with it; else nothing is built.</param>
    internal SidePool(bool isCompared)
    {
        if (!isCompared) return;
        Console.WriteLine("building LibTorch's side; the first time it fetches more than a gigabyte");
        string[] arguments = ["build", Project, "-c", "Release", "-v", "quiet", "--nologo"];
        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true };
        using Process build = Process.Start(start)!;
        string output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        HasLibTorch = build.ExitCode == 0;
        if (!HasLibTorch) Console.WriteLine($"{output.TrimEnd()}\nLibTorch is not here: only our own times are shown");
    }

    /// <summary>Whether there is anybody to compare with.</summary>
    internal bool HasLibTorch { get; }

    /// <summary>The side of a setting that works where the system puts it.</summary>
    internal SideProcess Free(SideSetting setting) => Find(setting, isPinned: false);

    /// <summary>The side of a setting that works where all pinned ones do.</summary>
    internal SideProcess Pinned(SideSetting setting) => Find(setting, isPinned: true);

    /// <summary>The command that starts a side.</summary>
    internal static IReadOnlyList<string> Command(SideSetting setting) => setting.IsOurs
        ? [Environment.ProcessPath!, SideProgram.Argument]
        : ["dotnet", Path.Combine(Project, "bin", "Release", "net10.0", "Crucible.LibTorch.dll"), SideProgram.Argument];

    /// <summary>Ends all processes.</summary>
    public void Dispose()
    {
        foreach (SideProcess side in sides.Values) side.Dispose();
    }

    private SideProcess Find(SideSetting setting, bool isPinned)
    {
        if (sides.TryGetValue((setting, isPinned), out SideProcess? side) && !side.HasEnded) return side;
        side?.Dispose();
        side = new(Command(setting), setting);
        if (isPinned) side.Pin();
        return sides[(setting, isPinned)] = side;
    }
}
