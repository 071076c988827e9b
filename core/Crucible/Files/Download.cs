using System.Security.Cryptography;

namespace Crucible.Files;

/// <summary>Fetches one file by HTTP; it appears under its name only when it is whole and its hash is right.</summary>
internal static class Download
{
    private const int ChunkSize = 1 << 16;

    /// <summary>Fetches <paramref name="source"/> from one address into <paramref name="path"/>.</summary>
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
            return Errors.Text($"was silent for {options.Timeout.TotalSeconds} seconds");
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return Errors.Text($"could not be fetched ({error.Message})");
        }
    }

    private static async Task Copy(Stream file, Uri address, DataSource source, DataSourceOptions options, CancellationToken cancellation)
    {
        // The time-out is one of silence: it starts again with every chunk, so that a slow line may take its time.
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.Timeout);
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        using HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new InvalidDataException(Errors.Text($"answered {(int)response.StatusCode} {response.ReasonPhrase}"));
        using Stream content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkSize];
        long length = 0;
        int read;
        while ((read = await content.ReadAsync(chunk, silence.Token).ConfigureAwait(false)) > 0)
        {
            length += read;
            if (length > source.Size) throw new InvalidDataException(Errors.Text($"gave more than the {source.Size} bytes of the file"));
            hash.AppendData(chunk, 0, read);
            file.Write(chunk, 0, read);
            options.Progress?.Invoke(length, source.Size);
            silence.CancelAfter(options.Timeout);
        }
        string actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!string.Equals(actual, source.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException(Errors.Text($"gave {length} bytes with SHA-256 {actual} instead of {source.Size} with {source.Sha256}"));
    }
}
