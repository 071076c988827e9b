using System.Formats.Tar;

namespace Crucible.Files;

/// <summary>
/// Opens files that a user names. Pipes, devices and sockets are refused: they may never answer, and need not end.
/// </summary>
public static class RegularFile
{
    /// <summary>Opens a file for reading from front to back.</summary>
    /// <param name="path">The file, or a link to one.</param>
    /// <exception cref="IOException">There is no such file, it cannot be read, or it is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileStream OpenRead(string path)
    {
        Check(path);
        return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
    }

    /// <summary>The content of a file.</summary>
    /// <param name="path">The file, or a link to one; at most 2 GB.</param>
    /// <exception cref="IOException">There is no such file, it cannot be read, it is no regular file, or it is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        Check(path);
        return File.ReadAllBytes(path);
    }

    // Opening a pipe waits for somebody to write to it, so its kind must be known before. None of them has a size.
    private static void Check(string path)
    {
        FileInfo file = new(path);
        if (file.Exists && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        if (file is { Exists: true, Length: 0 } && KindOf(file.FullName) is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            throw new IOException($"{path} is no regular file but a pipe, a device or a socket; copy what it holds into a file first");
    }

    // The tar writer is the one part of .NET that tells the kinds of files apart.
    private static TarEntryType? KindOf(string path)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, leaveOpen: true)) writer.WriteEntry(path, "file");
        archive.Position = 0;
        using TarReader reader = new(archive);
        return reader.GetNextEntry()?.EntryType;
    }
}
