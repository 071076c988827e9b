using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Crucible.Files;

/// <summary>Files that appear under their name only when they are complete.</summary>
public static partial class AtomicFile
{
    // A write that lives adds to its file all the time, on whatever machine it runs; process numbers say nothing of other machines.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>
    /// Writes a temporary file beside the target, forces it to the disk and renames it. A process that is killed leaves
    /// the old file as it was, and its temporary file to the next write of the same target, which removes those that
    /// nobody has added to for an hour.
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
        string prefix = $".{Path.GetFileName(full)}.";
        RemoveAbandoned(folder, prefix);
        string temporary = Path.Combine(folder, Invariant($"{prefix}{Environment.ProcessId}.{Guid.NewGuid():N}.tmp"));
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

    private static void RemoveAbandoned(string folder, string prefix)
    {
        try
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*.tmp"))
                if (IsTemporary(file.Name, prefix) && DateTime.UtcNow - file.LastWriteTimeUtc > Abandoned) file.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not ours to remove, or to see: no reason not to write.
        }
    }

    /// <summary>Whether a file is a temporary one of this target, not of one with a longer name: process, 32 digits.</summary>
    private static bool IsTemporary(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && name[prefix.Length..].Split('.') is [{ Length: > 0 } process, { Length: 32 } unique, "tmp"]
        && process.All(char.IsAsciiDigit) && unique.All(char.IsAsciiHexDigitLower);

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
