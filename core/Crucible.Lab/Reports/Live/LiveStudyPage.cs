using System.Text;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// A page with the figures of a study that follows it while it runs: <c>use live = LiveStudyPage.Start(study)</c>. It
/// is served to this machine only, at an address that is printed, until it is disposed or the program ends, as by
/// Ctrl-C. The page needs no network, keeps what the reader has chosen and zoomed to, and says when the study has
/// ended.
/// </summary>
public sealed class LiveStudyPage : IDisposable
{
    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(3); // a page that has not asked for so long is closed

    private readonly LiveStudy study;
    private readonly LoopbackServer server;
    private readonly Task<PlotlyScript> plotly = Task.Run(PlotlyScript.OfUserAsync);
    private long lastAsked = long.MinValue / 2;
    private bool isDisposed;

    private LiveStudyPage(Study study, int port, IReadOnlyList<string>? objectives)
    {
        this.study = new LiveStudy(study, objectives);
        server = new LoopbackServer(port, Answer);
        Address = new Uri(Invariant($"http://127.0.0.1:{server.Port}/"));
    }

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    /// <summary>Begins to serve the page and prints its address.</summary>
    /// <param name="study">The study, before or while it runs; its trials are read as they end, in whatever thread or process.</param>
    /// <param name="port">The port; 0, the default, for any that is free.</param>
    /// <param name="objectives">What the objectives are called, as <c>[ "test MSE" ]</c>.</param>
    /// <exception cref="OptionException">The port is out of its range or in use, or there is not one name an objective.</exception>
    public static LiveStudyPage Start(Study study, int port = 0, IEnumerable<string>? objectives = null)
    {
        LiveStudyPage page = new(study, port, objectives is null ? null : [.. objectives]);
        Console.WriteLine($"The study as it runs: {page.Address}");
        return page;
    }

    /// <summary>Ends the page. Pages that are open get the last figures first, which takes some seconds at most.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        bool isWatched = Environment.TickCount64 - Interlocked.Read(ref lastAsked) < Attention.TotalMilliseconds;
        if (isWatched)
        {
            study.End();
            Thread.Sleep(Attention); // every open page asks at least once in this time
        }

        server.Dispose();
    }

    private HttpAnswer Answer(HttpRequest request)
    {
        switch (request.Path)
        {
            case "/":
                return HttpAnswer.Html(Page());
            case "/plotly.js":
                return new HttpAnswer(
                    "200 OK", "text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(plotly.GetAwaiter().GetResult().Text));
            case "/study.json":
                Interlocked.Exchange(ref lastAsked, Environment.TickCount64);
                (string version, byte[] data) = study.Newest();
                return request.Known == version
                    ? HttpAnswer.NotModified(version)
                    : new HttpAnswer("200 OK", "application/json", data, version);
            default:
                return HttpAnswer.Text("404 Not Found", "There is no such page here.");
        }
    }

    private string Page()
    {
        StringBuilder page = new();
        PageFrame.Open(page, study.Name, "report.css");
        page.Markup(
            $"<header>\n<h1>{study.Name}</h1>\n<p class=\"facts\"><span class=\"badge warn\" id=\"status\" role=\"status\">running</span></p>\n<p id=\"summary\"></p>\n</header>\n<main>");
        Panel.AppendPlaces(page, study.Places.Panels);
        page.Append(
            "</main>\n<footer>\n<p>This page follows the study as it runs. It is served by the program that runs it, to this machine only.</p>\n</footer>\n");
        page.Append("<script src=\"/plotly.js\"></script>\n").Append(PageFrame.Scripts("figure.js", "panels.js", "live.js"));
        return PageFrame.Close(page);
    }
}
