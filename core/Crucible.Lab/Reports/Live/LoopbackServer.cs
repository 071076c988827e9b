using System.Net;
using System.Net.Sockets;

namespace Crucible.Lab.Reports.Live;

/// <summary>
/// A small HTTP server for this machine alone: it listens on 127.0.0.1 and answers GET requests that name this address as their host, so that no page of another site can read from it
/// even when its name is made to point here (DNS rebinding). Each connection carries one request.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // with a browser that is slow to ask or to take

    private readonly TcpListener listener;
    private readonly Func<Request, Answer> answer;
    private readonly CancellationTokenSource stop = new();

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="answer">Answers a request; called by several threads at once.</param>
    /// <exception cref="OptionException">The port is out of range, in use, or not allowed.</exception>
    internal LoopbackServer(int port, Func<Request, Answer> answer)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort) throw Errors.PortRange(port);
        this.answer = answer;
        listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw Errors.PortUnusable(port, error);
        }

        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    internal int Port { get; }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stop.Token).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A connection that was given up before it was accepted: the next one may be better.
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient connection = client;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(Patience);
        try
        {
            NetworkStream stream = connection.GetStream();
            Answer given = Check(await Request.ReadAsync(stream, limit.Token).ConfigureAwait(false));
            limit.CancelAfter(Patience); // what takes long to compute shall not count
            await stream.WriteAsync(given.Head(), limit.Token).ConfigureAwait(false);
            await stream.WriteAsync(given.Body, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The browser has gone, or the server is at its end: nobody waits for an answer.
        }
    }

    private Answer Check(Request? request)
    {
        if (request is null) return Answer.Text("400 Bad Request", "This is no HTTP request.");
        if (request.Host != Errors.Text($"127.0.0.1:{Port}") && request.Host != Errors.Text($"localhost:{Port}")) return Answer.Text("403 Forbidden", "This server answers this machine only.");
        if (request.Method != "GET") return Answer.Text("405 Method Not Allowed", "Only GET is answered.");
        try
        {
            return answer(request);
        }
        catch (Exception error)
        {
            return Answer.Text("500 Internal Server Error", error.Message);
        }
    }
}
