using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Crucible.Files;

/// <summary>Files that appear under their name only when they are complete.</summary>
public static partial class AtomicFile
{
    /// <summary>
    /// Writes a temporary file beside the target, forces it to the disk and renames it. A process that is killed leaves
    /// the old file as it was.
    /// </summary>
    /// <param name="path">The file; its folder is created when missing.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written, or did not reach the disk.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, Invariant($".{Path.GetFileName(full)}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp"));
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                FlushToDisk(stream);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>.NET's own flush hides that the disk has failed, and the system says so only once: hence the system's, first.</summary>
    private static void FlushToDisk(FileStream stream)
    {
        const int interrupted = 4;
        const int invalid = 22; // EINVAL: the file system knows no such thing
        stream.Flush();
        while (!OperatingSystem.IsWindows() && Fsync(stream.SafeFileHandle) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == invalid) break;
            if (error != interrupted) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }

        // Linux has done it; Windows' own, and the one of macOS that empties the disk's cache too
        if (!OperatingSystem.IsLinux()) stream.Flush(flushToDisk: true);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeHandle file);
}
