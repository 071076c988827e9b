using System.Text;

namespace Crucible.Lab.Reports.Live;

/// <summary>What a browser asks for: the first line of an HTTP request and the two headers that count here.</summary>
/// <param name="Method">GET, mostly.</param>
/// <param name="Path">What it asks for, with any query.</param>
/// <param name="Host">Which host it believes to speak with.</param>
/// <param name="Known">The version of the answer that it has already.</param>
internal sealed record Request(string Method, string Path, string? Host, string? Known)
{
    private const int MostBytes = 16 * 1024;

    /// <summary>Reads up to the empty line that ends a request's head; nothing if it is no such head, too long, or cut off.</summary>
    internal static async Task<Request?> ReadAsync(Stream stream, CancellationToken stop)
    {
        byte[] buffer = new byte[MostBytes];
        int count = 0;
        while (count < MostBytes)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(count), stop).ConfigureAwait(false);
            if (read == 0) return null;
            count += read;
            int end = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return Parse(Encoding.Latin1.GetString(buffer, 0, end));
        }

        return null;
    }

    private static Request? Parse(string head)
    {
        string[] lines = head.Split("\r\n");
        string[] first = lines[0].Split(' ');
        if (first.Length != 3 || !first[2].StartsWith("HTTP/1.", StringComparison.Ordinal)) return null;
        return new Request(first[0], first[1], Header("host"), Header("if-none-match"));

        string? Header(string name) =>
            (from line in lines.Skip(1)
             let colon = line.IndexOf(':', StringComparison.Ordinal)
             where colon > 0 && line[..colon].Equals(name, StringComparison.OrdinalIgnoreCase)
             select line[(colon + 1)..].Trim()).FirstOrDefault();
    }
}
