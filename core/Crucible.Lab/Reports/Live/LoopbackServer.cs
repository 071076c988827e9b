using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// A small HTTP server for this machine alone: it listens on 127.0.0.1 and answers GET requests that name this address
/// as their host, so that no page of another site can read from it even when its name is made to point here (DNS
/// rebinding). Each connection carries one request. It has threads of its own: those of the pool may all be at work for
/// long, and a page that gets no answer takes the program for gone.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // with a browser that is slow to ask or to take

    private readonly TcpListener listener;
    private readonly Func<HttpRequest, HttpAnswer> answer;
    private volatile bool isOver;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="answer">Answers a request; called by several threads at once.</param>
    /// <exception cref="OptionException">The port is out of range, in use, or not allowed.</exception>
    internal LoopbackServer(int port, Func<HttpRequest, HttpAnswer> answer)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort) throw ReportErrors.PortRange(port);
        this.answer = answer;
        listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw ReportErrors.PortUnusable(port, error);
        }

        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true, Name = "live page" }.Start();
    }

    internal int Port { get; }

    public void Dispose()
    {
        isOver = true;
        listener.Dispose();
    }

    private void Accept()
    {
        while (true)
        {
            try
            {
                TcpClient client = listener.AcceptTcpClient();
                new Thread(() => Serve(client)) { IsBackground = true, Name = "live answer" }.Start();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                if (isOver) return; // else a connection was given up before it was accepted: the next one may be better
            }
        }
    }

    private void Serve(TcpClient client)
    {
        using TcpClient connection = client;
        (connection.ReceiveTimeout, connection.SendTimeout) = ((int)Patience.TotalMilliseconds, (int)Patience.TotalMilliseconds);
        try
        {
            NetworkStream stream = connection.GetStream();
            HttpAnswer given = Check(HttpRequest.Read(stream, Patience));
            stream.Write(given.Head());
            stream.Write(given.Body.Span);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The browser has gone, or the server is at its end: nobody waits for an answer.
        }
    }

    private HttpAnswer Check(HttpRequest? request)
    {
        if (request is null) return HttpAnswer.Text("400 Bad Request", "This is no HTTP request.");
        if (request.Host != Invariant($"127.0.0.1:{Port}") && request.Host != Invariant($"localhost:{Port}"))
            return HttpAnswer.Text("403 Forbidden", "This server answers this machine only.");
        if (request.Method != "GET") return HttpAnswer.Text("405 Method Not Allowed", "Only GET is answered.");
        try
        {
            return answer(request);
        }
        catch (Exception error)
        {
            return HttpAnswer.Text("500 Internal Server Error", error.Message);
        }
    }
}

/// <summary>What a browser asks for: the first line of an HTTP request and the two headers that count here.</summary>
/// <param name="Method">GET, mostly.</param>
/// <param name="Path">What it asks for, with any query.</param>
/// <param name="Host">Which host it believes to speak with.</param>
/// <param name="Known">The version of the answer that it has already.</param>
internal sealed record HttpRequest(string Method, string Path, string? Host, string? Known)
{
    private const int MostBytes = 16 * 1024;

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
    // The page may load nothing but from here; plotly.js compiles shaders' wrappers, which takes eval.
    private const string Policy = "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; img-src data: blob:; "
        + "script-src 'self' 'unsafe-inline' 'unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static HttpAnswer Text(string status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    internal static HttpAnswer Html(string page) => new("200 OK", "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page));

    internal static HttpAnswer NotModified(string version) =>
        new("304 Not Modified", "application/json", ReadOnlyMemory<byte>.Empty, version);

    internal byte[] Head()
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status}\r\nContent-Type: {Type}\r\nContent-Length: {Body.Length}\r\n");
        if (Version is not null) head.Append(CultureInfo.InvariantCulture, $"ETag: {Version}\r\n");
        if (Status.StartsWith("405", StringComparison.Ordinal)) head.Append("Allow: GET\r\n");
        head.Append(
            "Cache-Control: no-cache\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Security-Policy: {Policy}\r\n\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }
}
