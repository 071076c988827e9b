using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Crucible.Lab.Reports;

/// <summary>Keeps plotly.js on this machine: fetched once through the npm client, checked against its hash, shared by all workspaces.</summary>
/// <param name="folder">Where it is kept.</param>
/// <param name="npm">The npm client's file, or nothing where there is none.</param>
/// <param name="patience">How long npm may take.</param>
internal sealed class PlotlyCache(string folder, string? npm, TimeSpan patience)
{
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    private readonly string file = Path.Combine(folder, Plotly.LocalName);

    /// <summary>The cache of this user.</summary>
    internal static PlotlyCache OfUser()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return new PlotlyCache(Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "crucible"), FindNpm(), UsualPatience);
    }

    /// <summary>The text of plotly.min.js, or null when it is not here and npm cannot bring it in time.</summary>
    internal async Task<string?> GetAsync()
    {
        try
        {
            if (!File.Exists(file) && npm is not null) await FetchAsync(npm).ConfigureAwait(false);
            byte[] script = File.Exists(file) ? await File.ReadAllBytesAsync(file).ConfigureAwait(false) : [];
            if (Plotly.IsGenuine(script)) return Encoding.UTF8.GetString(script);
            File.Delete(file); // a damaged copy: the next run fetches anew
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationCanceledException
            or System.ComponentModel.Win32Exception or InvalidDataException)
        {
            return null; // a report without an embedded library is still a report
        }
    }

    private async Task FetchAsync(string client)
    {
        string draft = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(draft);
        try
        {
            await RunAsync(client, draft).ConfigureAwait(false);
            if (Directory.GetFiles(draft, "*.tgz") is [string archive]) Unpack(archive);
        }
        finally
        {
            Directory.Delete(draft, recursive: true);
        }
    }

    private async Task RunAsync(string client, string draft)
    {
        string[] arguments = ["pack", Plotly.Package, "--pack-destination", draft, "--silent", "--ignore-scripts", "--fetch-retries=0", "--update-notifier=false"];
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
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token), process.WaitForExitAsync(limit.Token))
                .ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private void Unpack(string archive)
    {
        using FileStream packed = File.OpenRead(archive);
        using GZipStream unpacked = new(packed, CompressionMode.Decompress);
        using TarReader entries = new(unpacked);
        while (entries.GetNextEntry() is { } entry)
        {
            if (entry is not { Name: "package/plotly.min.js", DataStream: { } content }) continue;
            AtomicFile.Write(file, content.CopyTo);
            return;
        }
    }

    private static string? FindNpm()
    {
        string name = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
