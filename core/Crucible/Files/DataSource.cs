using System.Security.Cryptography;
using static System.FormattableString;

namespace Crucible.Files;

/// <summary>A data file with a public address: found in a folder or downloaded once, and always checked against its hash.</summary>
/// <param name="name">Its name in messages.</param>
/// <param name="fileName">The file's name in a data folder.</param>
/// <param name="addresses">The addresses to download it from, tried in order.</param>
/// <param name="sha256">The SHA-256 of the file, 64 hexadecimal digits.</param>
/// <param name="size">The size of the file in bytes.</param>
public sealed class DataSource(string name, string fileName, IReadOnlyList<Uri> addresses, string sha256, long size)
{
    /// <summary>Its name in messages.</summary>
    public string Name => name;

    /// <summary>The file's name in a data folder.</summary>
    public string FileName => fileName;

    /// <summary>The addresses to download it from, tried in order.</summary>
    public IReadOnlyList<Uri> Addresses => addresses;

    /// <summary>The SHA-256 of the file, 64 hexadecimal digits.</summary>
    public string Sha256 => sha256;

    /// <summary>The size of the file in bytes.</summary>
    public long Size => size;

    /// <summary>
    /// The path of the file: in <see cref="DataSourceOptions.FirstFolder"/>, else in
    /// <see cref="DataSourceOptions.Folder"/>, else downloaded into the latter, else the result of
    /// <see cref="DataSourceOptions.Substitute"/>.
    /// </summary>
    /// <param name="options">The folders, time-out and callbacks; by default those of <see cref="DataSourceOptions"/>.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <exception cref="DataException">
    /// A file that was found cannot be read or has the wrong hash; or the file could not be downloaded from any address, and there is no
    /// substitute.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public string Get(DataSourceOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        string path = Path.GetFullPath(Path.Combine(options.Folder, fileName));
        string? first = string.IsNullOrEmpty(options.FirstFolder) ? null : Path.GetFullPath(Path.Combine(options.FirstFolder, fileName));
        if (first is not null && File.Exists(first)) return Checked(first);
        if (File.Exists(path)) return Checked(path);

        List<string> failures = [];
        foreach (Uri address in addresses)
        {
            string? failure = Download.To(path, address, this, options, cancellation);
            if (failure is null) return path;
            failures.Add(Invariant($"{address} {failure}"));
        }
        return options.Substitute?.Invoke(this) ?? throw Errors.NotFetched(name, failures, addresses, path);
    }

    private string Checked(string path)
    {
        string actual;
        try
        {
            using FileStream stream = RegularFile.OpenRead(path);
            actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.UnreadableText(name, path, error);
        }
        return string.Equals(actual, sha256, StringComparison.OrdinalIgnoreCase)
            ? path
            : throw Errors.WrongHash(name, path, sha256, actual);
    }
}

/// <summary>Where <see cref="DataSource.Get"/> looks for a file and how it downloads one.</summary>
public sealed class DataSourceOptions
{
    /// <summary>
    /// The folder to look in first, never written to; by default the one that the environment variable
    /// <c>CRUCIBLE_DATA</c> names, if any.
    /// </summary>
    public string? FirstFolder { get; init; } = Environment.GetEnvironmentVariable("CRUCIBLE_DATA");

    /// <summary>
    /// The folder to look in next and to keep downloaded files in, created when missing; by default <c>data</c> in the
    /// current folder.
    /// </summary>
    public string Folder { get; init; } = "data";

    /// <summary>How long a server may be silent before the next address is tried; 30 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called during a download, possibly on another thread, with the bytes received and the size of the file.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Called when the download fails: returns the path of a file to use instead, or null for none.</summary>
    public Func<DataSource, string?>? Substitute { get; init; }
}

/// <summary>Downloads one file by HTTP; it appears under its name only when it is complete and its hash is right.</summary>
internal static class Download
{
    private const int ChunkSize = 1 << 16;

    /// <summary>Downloads <paramref name="source"/> from one address into <paramref name="path"/>.</summary>
    /// <returns>Null when the file is there, else what the address did, to follow its name in a message.</returns>
    internal static string? To(string path, Uri address, DataSource source, DataSourceOptions options, CancellationToken cancellation)
    {
        try
        {
            AtomicFile.Write(path, stream => Copy(stream, address, source, options, cancellation).GetAwaiter().GetResult());
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Invariant($"sent nothing for {options.Timeout.TotalSeconds} seconds");
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
        catch (FormatException error)
        {
            return Invariant($"sends on to an address that is none ({error.Message})");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Invariant($"could not be reached ({error.Message})");
        }
    }

    private static async Task Copy(Stream file, Uri address, DataSource source, DataSourceOptions options, CancellationToken cancellation)
    {
        // The time-out is one of silence: it starts again with every chunk, so that a slow line may take its time.
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.Timeout);
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        using HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token)
            .ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new InvalidDataException(Invariant($"answered {(int)response.StatusCode} {response.ReasonPhrase}"));
        using Stream content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkSize];
        long length = 0;
        int read;
        while ((read = await content.ReadAsync(chunk, silence.Token).ConfigureAwait(false)) > 0)
        {
            length += read;
            if (length > source.Size) throw new InvalidDataException(Invariant($"sent more than the {source.Size} bytes of the file"));
            hash.AppendData(chunk, 0, read);
            file.Write(chunk, 0, read);
            options.Progress?.Invoke(length, source.Size);
            silence.CancelAfter(options.Timeout);
        }
        string actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!string.Equals(actual, source.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException(Invariant($"sent {length} bytes with SHA-256 {actual}")
                + Invariant($" instead of {source.Size} with {source.Sha256}"));
    }
}
