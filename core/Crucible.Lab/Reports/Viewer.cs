using System.ComponentModel;
using System.Diagnostics;

namespace Crucible.Lab.Reports;

/// <summary>The program in which this machine's user looks at pages.</summary>
internal static class Viewer
{
    /// <summary>Opens a page.</summary>
    /// <returns>Why it did not, in a line; nothing when it did.</returns>
    internal static string? Open(string page)
    {
        try
        {
            using Process? viewer = Process.Start(new ProcessStartInfo(page) { UseShellExecute = true });
            return null;
        }
        catch (Exception error) when (error is Win32Exception or PlatformNotSupportedException)
        {
            return $"No program here opens HTML pages: {error.Message}";
        }
    }
}
