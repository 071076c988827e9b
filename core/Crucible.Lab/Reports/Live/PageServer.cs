using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// A small HTTP server for pages of ours. It answers GET requests that name one of its own addresses as their host, so that no
/// page of another site can read from it even when its name is made to point here (DNS rebinding). On 127.0.0.1 and ::1 it serves
/// this machine alone; on any other address whoever asks must know a random token, with which every path begins. Each
/// connection carries one request. It has threads of its own: those of the pool may all be at work for long, and a page that
/// gets no answer takes the program for gone.
/// </summary>
internal sealed class PageServer : IDisposable
{
    private const int MostConnections = 200; // at once: each has a thread

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // with a browser that is slow to ask or to take

    private readonly TcpListener listener;
    private readonly Func<HttpRequest, HttpAnswer> answer;
    private readonly IPAddress host;
    private readonly byte[] root; // with which every path begins
    private int connections;
    private volatile bool isOver;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="what">What is served, for messages.</param>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="answer">Answers a request, whose path has no token any more; called by several threads at once.</param>
    /// <param name="host">An address of this machine, 0.0.0.0 or :: for all of them; 127.0.0.1 if null.</param>
    /// <exception cref="OptionException">
    /// The port is out of range, in use, or not allowed, or the address is none of this machine.
    /// </exception>
    internal PageServer(string what, int port, Func<HttpRequest, HttpAnswer> answer, IPAddress? host = null)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort) throw ReportErrors.PortRange(what, port);
        this.answer = answer;
        this.host = host ?? IPAddress.Loopback;
        string token = IPAddress.IsLoopback(this.host) ? "" : $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}/";
        root = Encoding.Latin1.GetBytes($"/{token}");
        listener = new TcpListener(this.host, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw ReportErrors.PortUnusable(what, port, this.host, error);
        }

        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Address = new Uri($"http://{Shown(this.host)}:{Port.ToString(CultureInfo.InvariantCulture)}/{token}");
        new Thread(Accept) { IsBackground = true, Name = what }.Start();
    }

    internal int Port { get; }

    /// <summary>Where the first page is, with the token if one is asked.</summary>
    internal Uri Address { get; }

    public void Dispose()
    {
        isOver = true;
        listener.Dispose();
    }

    /// <summary>An address that others can type: of all addresses, the machine's name.</summary>
    private static string Shown(IPAddress host) => host switch
    {
        _ when host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any) => Dns.GetHostName(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"[{host}]",
        _ => host.ToString(),
    };

    private void Accept()
    {
        while (true)
        {
            try
            {
                TcpClient client = listener.AcceptTcpClient();
                if (Interlocked.Increment(ref connections) <= MostConnections)
                {
                    new Thread(() => Serve(client)) { IsBackground = true, Name = "answer" }.Start();
                    continue;
                }

                Interlocked.Decrement(ref connections);
                client.Dispose();
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
            foreach (byte[] piece in given.Pieces) stream.Write(piece);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException
            or CrucibleException)
        {
            // The browser has gone, the server is at its end, or a store went away under a download: what is missing is noticed.
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    private HttpAnswer Check(HttpRequest? request)
    {
        if (request is null) return HttpAnswer.Text("400 Bad Request", "This is no HTTP request.");
        if (!IsOwn(request.Host))
            return HttpAnswer.Text("403 Forbidden", IPAddress.IsLoopback(host)
                ? "This server answers this machine only."
                : "This server answers to its addresses and the machine's name only.");
        if (request.Method != "GET") return HttpAnswer.Text("405 Method Not Allowed", "Only GET is answered.");
        byte[] asked = Encoding.Latin1.GetBytes(request.Path);
        if (!CryptographicOperations.FixedTimeEquals(asked.AsSpan(0, Math.Min(asked.Length, root.Length)), root))
            return HttpAnswer.Text("403 Forbidden", "The address must be the whole one that was printed, with its token.");
        try
        {
            return answer(request with { Path = request.Path[(root.Length - 1)..] });
        }
        catch (OptionException error)
        {
            return HttpAnswer.Text("400 Bad Request", error.Message);
        }
        catch (Exception error)
        {
            return HttpAnswer.Text("500 Internal Server Error", error.Message);
        }
    }

    /// <summary>
    /// Whether a browser that names this host can mean us. A number cannot be made to point elsewhere, a name can: of these only
    /// the machine's own counts.
    /// </summary>
    private bool IsOwn(string? named)
    {
        string port = Invariant($":{Port}");
        if (named is null || !named.EndsWith(port, StringComparison.Ordinal)) return false;
        string name = named[..^port.Length];
        if (name is "127.0.0.1" or "localhost" || name == Shown(host)) return true;
        if (IPAddress.IsLoopback(host)) return false;
        IPGlobalProperties machine = IPGlobalProperties.GetIPGlobalProperties();
        string[] names = [Dns.GetHostName(), machine.HostName, $"{machine.HostName}.{machine.DomainName}"];
        return IPAddress.TryParse(name, out _) || names.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
