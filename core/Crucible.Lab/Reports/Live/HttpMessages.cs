using System.Collections.Specialized;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Web;

namespace Crucible.Lab.Reports;

/// <summary>What a browser asks for: the first line of an HTTP request and the two headers that count here.</summary>
/// <param name="Method">GET, mostly.</param>
/// <param name="Path">What it asks for, with any query.</param>
/// <param name="Host">Which host it believes to speak with.</param>
/// <param name="Known">The version of the answer that it has already.</param>
internal sealed record HttpRequest(string Method, string Path, string? Host, string? Known)
{
    private const int MostBytes = 64 * 1024;

    /// <summary>The path without its query.</summary>
    internal string Route => Path.Split('?')[0];

    private NameValueCollection Query => HttpUtility.ParseQueryString(Path[Route.Length..]);

    /// <summary>All values of a name in the query.</summary>
    internal string[] All(string name) => Query.GetValues(name) ?? [];

    /// <summary>The first value of a name in the query, or an empty text.</summary>
    internal string One(string name) => All(name).FirstOrDefault() ?? "";

    /// <summary>Reads up to the empty line that ends a request's head; nothing if it is none, too long or slow, or cut off.</summary>
    internal static HttpRequest? Read(Stream stream, TimeSpan patience)
    {
        Stopwatch watch = Stopwatch.StartNew();
        byte[] buffer = new byte[MostBytes];
        int count = 0;
        while (count < MostBytes && watch.Elapsed < patience)
        {
            int read = stream.Read(buffer.AsSpan(count));
            if (read == 0) return null;
            count += read;
            int end = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return Parse(Encoding.Latin1.GetString(buffer, 0, end));
        }

        return null;
    }

    private static HttpRequest? Parse(string head)
    {
        string[] lines = head.Split("\r\n");
        string[] first = lines[0].Split(' ');
        if (first.Length != 3 || !first[2].StartsWith("HTTP/1.", StringComparison.Ordinal)) return null;
        return new HttpRequest(first[0], first[1], Header("host"), Header("if-none-match"));

        string? Header(string name) =>
            (from line in lines.Skip(1)
             let colon = line.IndexOf(':', StringComparison.Ordinal)
             where colon > 0 && line[..colon].Equals(name, StringComparison.OrdinalIgnoreCase)
             select line[(colon + 1)..].Trim()).FirstOrDefault();
    }
}

/// <summary>What the server gives back.</summary>
/// <param name="Status">The status with its words, as <c>200 OK</c>.</param>
/// <param name="Type">The body's type.</param>
/// <param name="Body">The body.</param>
/// <param name="Version">The version of the body, by which a browser asks whether there is a newer one.</param>
internal sealed record HttpAnswer(string Status, string Type, ReadOnlyMemory<byte> Body, string? Version = null)
{
    // plotly.js compiles shaders' wrappers, which takes eval.
    private const string Own = "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; img-src data: blob:; "
        + "script-src 'self' 'unsafe-inline' 'unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // A page that somebody wrote into a store may run its own scripts, but not as a page of this server.
    private const string Others = "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; "
        + "font-src data:; script-src 'unsafe-inline' 'unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>What follows the body, read while it is sent: a large file is never in memory as a whole.</summary>
    internal IEnumerable<byte[]> Pieces { get; init; } = [];

    /// <summary>How many bytes <see cref="Pieces"/> have.</summary>
    internal long PiecesLength { get; init; }

    /// <summary>The name under which a browser keeps the body, instead of showing it.</summary>
    internal string? FileName { get; init; }

    /// <summary>Whether the body is not ours: it then is a page without rights.</summary>
    internal bool IsForeign { get; init; }

    internal static HttpAnswer Text(string status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    internal static HttpAnswer Html(string page) => new("200 OK", "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page));

    internal static HttpAnswer NotModified(string version) =>
        new("304 Not Modified", "application/json", ReadOnlyMemory<byte>.Empty, version);

    /// <summary>A body of a version, or that the browser has it already.</summary>
    internal static HttpAnswer Newer(HttpRequest request, string type, ReadOnlyMemory<byte> body, string? version = null)
    {
        version ??= VersionOf(body.Span);
        return request.Known == version ? NotModified(version) : new HttpAnswer("200 OK", type, body, version);
    }

    /// <summary>A version that other bytes do not have.</summary>
    internal static string VersionOf(ReadOnlySpan<byte> bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"";

    internal byte[] Head()
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status}\r\nContent-Type: {Type}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length + PiecesLength}\r\n");
        if (Version is not null) head.Append(CultureInfo.InvariantCulture, $"ETag: {Version}\r\n");
        if (FileName is { } name)
        {
            string escaped = Uri.EscapeDataString(name);
            head.Append(CultureInfo.InvariantCulture, $"Content-Disposition: attachment; filename*=UTF-8''{escaped}\r\n");
        }

        if (Status.StartsWith("405", StringComparison.Ordinal)) head.Append("Allow: GET\r\n");
        head.Append(
            "Cache-Control: no-cache\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n");
        head.Append("Referrer-Policy: no-referrer\r\n"); // an address may have a token in it
        head.Append(CultureInfo.InvariantCulture, $"Content-Security-Policy: {(IsForeign ? Others : Own)}\r\n\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }
}
