using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Crucible.Files;

/// <summary>
/// The data files that this process has read, by name and content: a fact of the process, which the record of an
/// experiment keeps, so that two runs on different data can be told apart.
/// </summary>
/// <remarks>Tables and texts are noted by what reads them; <see cref="Note"/> is for readers of one's own.</remarks>
public static class DataFiles
{
    private static readonly ConcurrentDictionary<(string Path, long Length, DateTime Written), string> Hashes = new();

    /// <summary>Name and SHA-256 (64 hexadecimal digits) of each, in the order of the names.</summary>
    public static IReadOnlyList<(string Name, string Sha256)> Read =>
        [.. Hashes.Select(file => (Path.GetFileName(file.Key.Path), file.Value)).Distinct().Order()];

    /// <summary>Takes note of a file. What is no file of the usual kind, or cannot be read, is passed over: its reader tells.</summary>
    /// <param name="path">The file.</param>
    public static void Note(string path)
    {
        try
        {
            FileInfo file = new(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
            if (!file.Exists || file.Length == 0) return; // pipes and devices have no length, and may have no end
            (string, long, DateTime) version = (file.FullName, file.Length, file.LastWriteTimeUtc);
            if (Hashes.ContainsKey(version)) return;
            using FileStream stream = file.OpenRead();
            Hashes[version] = Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
        }
    }
}
