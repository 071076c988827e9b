using System.Text;
using Crucible.Diagnostics;
using Crucible.Lab.Studies;
using Crucible.Training;

namespace Crucible.Lab.Reports;

/// <summary>
/// A page that follows a study while it runs: <c>use live = LivePage.Start(study)</c>; a script shows its whole run with
/// <c>--live</c>. It is served to this machine only, at an address that is printed, until it is disposed or the program
/// ends, as by Ctrl-C. The page needs no network, keeps what the reader has chosen and zoomed to, and says when the run
/// has ended.
/// </summary>
public sealed class LivePage : IDisposable
{
    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(3); // a page that has not asked for so long is closed

    private readonly PageServer server;
    private readonly Task<PlotlyScript> plotly = Task.Run(PlotlyScript.OfUserAsync);
    private long lastAsked = long.MinValue / 2;
    private int disposed;

    private LivePage(LiveRun run, int port)
    {
        Run = run;
        server = new PageServer("live page", port, Answer);
    }

    /// <summary>Where the page is.</summary>
    public Uri Address => server.Address;

    /// <summary>What it shows.</summary>
    internal LiveRun Run { get; }

    /// <summary>Begins to serve the page and prints its address.</summary>
    /// <param name="study">The study, before or while it runs; its trials are read as they end, in whatever thread or process.</param>
    /// <param name="port">The port; 0, the default, for any that is free.</param>
    /// <param name="objectives">What the objectives are called, as <c>[ "test MSE" ]</c>.</param>
    /// <exception cref="OptionException">The port is out of its range or in use, or there is not one name an objective.</exception>
    public static LivePage Start(Study study, int port = 0, IEnumerable<string>? objectives = null)
    {
        LiveRun run = new(study.Name, "");
        run.Follow(study, objectives is null ? null : [.. objectives]);
        LivePage page = new(run, port);
        Console.WriteLine($"The study as it runs: {page.Address}");
        return page;
    }

    /// <summary>Begins to serve a run's page, which shows whatever this process trains.</summary>
    internal static LivePage Start(LiveRun run)
    {
        LivePage page = new(run, port: 0);
        Trainer.Recorded += run.Record;
        TrainingDiagnostics.Looked += run.Look;
        return page;
    }

    /// <summary>Ends the page. Pages that are open get the last figures first, which takes some seconds at most.</summary>
    public void Dispose() => End(null);

    /// <summary>Ends the page, which tells its readers where the report is.</summary>
    internal void End(string? report)
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1) return;
        Trainer.Recorded -= Run.Record;
        TrainingDiagnostics.Looked -= Run.Look;
        bool isWatched = Environment.TickCount64 - Interlocked.Read(ref lastAsked) < Attention.TotalMilliseconds;
        Run.End(report);
        if (isWatched) Thread.Sleep(Attention); // every open page asks at least once in this time
        server.Dispose();
    }

    private HttpAnswer Answer(HttpRequest request)
    {
        switch (request.Path)
        {
            case "/":
                return HttpAnswer.Html(Page());
            case "/plotly.js":
                return plotly.GetAwaiter().GetResult().Answer(request);
            case "/run.json":
                Interlocked.Exchange(ref lastAsked, Environment.TickCount64);
                return new HttpAnswer("200 OK", "application/json", Run.ToJson());
            case "/study.json" when Run.Study is { } study:
                (string version, byte[] data) = study.Newest();
                return HttpAnswer.Newer(request, "application/json", data, version);
            default:
                return HttpAnswer.Text("404 Not Found", "There is no such page here.");
        }
    }

    private string Page()
    {
        StringBuilder page = new();
        PageFrame.Open(page, Run.Title, "report.css", "live.css");
        page.Markup($"<header>\n<h1>{Run.Title}</h1>");
        page.Markup(
            $"<p class=\"facts\">{Run.Facts} <span class=\"badge warn\" id=\"status\" role=\"status\">running</span> <span id=\"time\"></span></p>");
        page.Append("<p id=\"summary\" class=\"lead\"></p>\n</header>\n<main>\n");
        page.Append("<section id=\"loops\" aria-label=\"Progress\" hidden></section>\n");
        Section("study", "Search", "<div class=\"places\"></div>");
        Section("losses", "Loss", "<div class=\"plot\" role=\"figure\" aria-label=\"Loss\"></div><p class=\"where\"></p>");
        Section("texts", "What the model writes", "<div class=\"written\"></div>");
        Section("findings", "Diagnostics", "<ul></ul>");
        Section("machine", "Machine", "<dl class=\"cards\"></dl>");
        page.Append("</main>\n<footer>\n<p>This page follows the run. It is served by the program that runs, to this machine only.</p>\n</footer>\n");
        page.Append("<script src=\"/plotly.js\"></script>\n").Append(PageFrame.Scripts("figure.js", "panels.js", "live.js"));
        return PageFrame.Close(page);

        void Section(string id, string heading, string content) =>
            page.Markup($"<section id=\"{id}\" hidden><h2>{heading}</h2>{new Html.Raw(content)}</section>");
    }
}
