using System.Net;
using System.Text;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>
/// Pages over a whole store: its studies, one with its figures and trials, several compared, and a trial. All comes from the store,
/// which is only read, and follows it as long as a page is open.
/// </summary>
internal sealed class Dashboard : IDisposable
{
    private const int MostWatched = 8; // studies whose trials are kept in memory

    private readonly StoreReader store;
    private readonly StoreCatalog catalog;
    private readonly PageServer server;
    private readonly Task<PlotlyScript> plotly = Task.Run(PlotlyScript.OfUserAsync);
    private readonly Lock gate = new();
    private readonly Dictionary<string, WatchedStudy> watched = [];

    private Dashboard(StoreReader store, int port, IPAddress? host)
    {
        (this.store, catalog) = (store, new StoreCatalog(store));
        server = new PageServer("dashboard", port, Answer, host);
    }

    /// <summary>Where it is, with the token if one is asked.</summary>
    internal Uri Address => server.Address;

    /// <summary>Serves a store until it is disposed.</summary>
    /// <param name="store">The store, which is closed then.</param>
    /// <param name="port">The port, 0 for any that is free.</param>
    /// <param name="host">An address of this machine; null for 127.0.0.1, which others cannot reach.</param>
    /// <exception cref="OptionException">The port or the address cannot be used.</exception>
    internal static Dashboard Start(StoreReader store, int port = 0, IPAddress? host = null) => new(store, port, host);

    public void Dispose()
    {
        server.Dispose();
        lock (gate)
        {
            foreach (WatchedStudy study in watched.Values) study.Dispose();
        }

        store.Dispose();
    }

    private HttpAnswer Answer(HttpRequest request)
    {
        switch (request.Route)
        {
            case "/":
                return HttpAnswer.Html(DashboardPages.Studies(store.Name, request));
            case "/studies.html":
                return Part(request, page => StudyList.Append(page, request, catalog.Newest()));
            case "/study":
                return HttpAnswer.Html(DashboardPages.Study(Watch(request).Study, request));
            case "/summary.html":
                WatchedStudy study = Watch(request);
                return Part(request, page => DashboardPages.AppendSummary(page, study, catalog.Find(study.Study.Name), store));
            case "/figures.json":
                (string version, byte[] data) = Watch(request).Figures.Newest();
                return HttpAnswer.Newer(request, "application/json", data, version);
            case "/trials.html":
                WatchedStudy searched = Watch(request);
                return Part(request, page => TrialList.Append(page, request, searched));
            case "/compare":
                return HttpAnswer.Html(DashboardPages.Compare(request));
            case "/compare.html" or "/compare.json":
                return Comparison(request);
            case "/plotly.js":
                return plotly.GetAwaiter().GetResult().Answer(request);
            default:
                return AnswerOnTrial(request);
        }
    }

    private HttpAnswer AnswerOnTrial(HttpRequest request)
    {
        if (request.Route is not ("/trial" or "/trial.html" or "/curve.json" or "/artifact" or "/report"))
            return HttpAnswer.Text("404 Not Found", "There is no such page here.");
        WatchedStudy study = Watch(request);
        if (request.Route is "/artifact" or "/report")
        {
            int number = request.One("number").Length == 0 ? Artifact.OfStudy : study.Find(request.One("number")).Number;
            KeptFiles files = new(store, study.Study.Name, number);
            return request.Route == "/artifact" ? files.Download(request.One("artifact")) : files.Report(request.One("artifact"));
        }

        TrialPage trial = new(store, study, study.Find(request.One("number")));
        return request.Route switch
        {
            "/trial" => HttpAnswer.Html(trial.Render(request)),
            "/trial.html" => Part(request, trial.Append),
            _ => HttpAnswer.Newer(request, "application/json", trial.Curve()),
        };
    }

    /// <summary>What is compared is read when one of the studies has changed, and not kept.</summary>
    private HttpAnswer Comparison(HttpRequest request)
    {
        StudyLine[] lines = [.. request.All("study").Distinct().Select(catalog.Find)];
        if (lines.Length == 0) throw ReportErrors.NothingToCompare();
        string version = $"\"{string.Join('-', lines.Select(line => $"{line.Key}.{line.Ended}"))}\"";
        string compact = HttpAnswer.VersionOf(Encoding.UTF8.GetBytes(version));
        if (request.Known == compact) return HttpAnswer.NotModified(compact);
        StudyComparison comparison = new(store, lines);
        return request.Route == "/compare.json"
            ? HttpAnswer.Newer(request, "application/json", Panel.ToPlacedJson(comparison.Panels()), compact)
            : Part(request, comparison.Append, compact);
    }

    private static HttpAnswer Part(HttpRequest request, Action<StringBuilder> append, string? version = null)
    {
        StringBuilder page = new();
        append(page);
        return HttpAnswer.Newer(request, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page.ToString()), version);
    }

    /// <summary>The study that a page is about; of many, those that nobody asks for any more are forgotten.</summary>
    private WatchedStudy Watch(HttpRequest request)
    {
        StudyLine line = catalog.Find(request.One("study"));
        lock (gate)
        {
            if (watched.TryGetValue(line.Key, out WatchedStudy? known)) return known;
            while (watched.Count >= MostWatched)
            {
                (string oldest, WatchedStudy left) = watched.MinBy(one => one.Value.Asked);
                left.Dispose();
                watched.Remove(oldest);
            }

            return watched[line.Key] = new WatchedStudy(store, line.Study);
        }
    }
}
