using System.Globalization;
using System.Text;

namespace Crucible.Lab.Reports.Live;

/// <summary>What the server gives back.</summary>
/// <param name="Status">The status with its words, as <c>200 OK</c>.</param>
/// <param name="Type">The body's type.</param>
/// <param name="Body">The body.</param>
/// <param name="Version">The version of the body, by which a browser asks whether there is a newer one.</param>
internal sealed record Answer(string Status, string Type, ReadOnlyMemory<byte> Body, string? Version = null)
{
    // The page may load nothing but from here; plotly.js compiles shaders' wrappers, which takes eval.
    private const string Policy = "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; img-src data: blob:; "
        + "script-src 'self' 'unsafe-inline' 'unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static Answer Text(string status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    internal static Answer Html(string page) => new("200 OK", "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page));

    internal static Answer NotModified(string version) => new("304 Not Modified", "application/json", ReadOnlyMemory<byte>.Empty, version);

    internal byte[] Head()
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status}\r\nContent-Type: {Type}\r\nContent-Length: {Body.Length}\r\n");
        if (Version is not null) head.Append(CultureInfo.InvariantCulture, $"ETag: {Version}\r\n");
        if (Status.StartsWith("405", StringComparison.Ordinal)) head.Append("Allow: GET\r\n");
        head.Append("Cache-Control: no-cache\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Security-Policy: {Policy}\r\n\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }
}
