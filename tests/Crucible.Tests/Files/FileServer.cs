using System.Net;
using System.Net.Sockets;

namespace Crucible.Tests.Files;

/// <summary>An HTTP server on 127.0.0.1 that hands every request to one handler.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener listener = new();

    internal FileServer(Action<HttpListenerResponse> handle)
    {
        Address = new($"http://127.0.0.1:{FreePort()}/file.txt");
        listener.Prefixes.Add(Address.GetLeftPart(UriPartial.Authority) + "/");
        listener.Start();
        _ = Serve(handle);
    }

    internal Uri Address { get; }

    internal int Requests { get; private set; }

    /// <summary>An address of this machine that nobody answers.</summary>
    internal static Uri Silent() => new($"http://127.0.0.1:{FreePort()}/file.txt");

    public void Dispose() => listener.Close();

    private async Task Serve(Action<HttpListenerResponse> handle)
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            Requests++;
            handle(context.Response);
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
