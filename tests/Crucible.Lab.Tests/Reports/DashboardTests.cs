using System.Net;
using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

[Trait("Speed", "Slow")]
public sealed class DashboardTests : IDisposable
{
    private const string Odd = "a <b> & \"c\" + d%20/ü";

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();

    private string File => folder.File("studies.db");

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task List_OfAStore_HasEveryStudyWithItsBest()
    {
        Search("bowl", 12, Toy.Bowl);
        Search(Odd, 22, Toy.Mixed);
        using Dashboard dashboard = Open();
        string list = await GetAsync(dashboard, "studies.html");
        Assert.Contains("2 studies, 34 trials ended", list, StringComparison.Ordinal);
        Assert.Contains("<a href=\"study?study=bowl\">bowl</a>", list, StringComparison.Ordinal);
        Assert.Contains("a &lt;b&gt; &amp; &quot;c&quot; + d%20/&#252;</a>", list, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", list, StringComparison.Ordinal);
        using (Study study = new("bowl", Options())) Assert.Contains($"number={study.BestTrial.Number}\">", list, StringComparison.Ordinal);
        Assert.Contains("1 of 2 studies", await GetAsync(dashboard, "studies.html?words=BO"), StringComparison.Ordinal);
        string rising = await GetAsync(dashboard, "studies.html?sort=study");
        string falling = await GetAsync(dashboard, "studies.html?sort=-study");
        Assert.True(rising.IndexOf(">bowl<", StringComparison.Ordinal) > falling.IndexOf(">bowl<", StringComparison.Ordinal)); // a before b
    }

    [Fact]
    public async Task Study_OfAnyName_HasFiguresAndTrials()
    {
        Search(Odd, 22, Toy.Mixed);
        using Dashboard dashboard = Open();
        string query = $"study={Uri.EscapeDataString(Odd)}";
        string page = await GetAsync(dashboard, $"study?{query}");
        Assert.Contains("<h1>a &lt;b&gt; &amp; &quot;c&quot; + d%20/&#252;</h1>", page, StringComparison.Ordinal);
        string summary = await GetAsync(dashboard, $"summary.html?{query}");
        Assert.Contains("22 trials: ", summary, StringComparison.Ordinal);
        Assert.Contains("boom", summary, StringComparison.Ordinal);
        using HttpResponseMessage figures = await AskAsync(dashboard, $"figures.json?{query}");
        JsonNode data = JsonNode.Parse(await figures.Content.ReadAsStringAsync())!;
        Assert.Equal((12, 22), (data["study"]!["panels"]!.AsArray().Count, data["study"]!["trials"]!.AsArray().Count));
        using HttpResponseMessage same = await AskAsync(dashboard, $"figures.json?{query}", known: figures.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        string failed = await GetAsync(dashboard, $"trials.html?{query}&state=failed&sort=trial");
        Assert.Contains("2 of 22 trials", failed, StringComparison.Ordinal);
        Assert.Contains("failed: boom", failed, StringComparison.Ordinal);
        Assert.Contains("aria-sort=\"ascending\"", failed, StringComparison.Ordinal);
        using HttpResponseMessage wrong = await AskAsync(dashboard, $"trials.html?{query}&where=rte<0.1");
        Assert.Equal(
            (HttpStatusCode.BadRequest, "filter: trials have no 'rte'; 'rate' is nearest"),
            (wrong.StatusCode, await wrong.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Trial_WithAllThatItCanHave_ShowsIt()
    {
        System.IO.File.WriteAllText(folder.File("train.log"), "epoch 1 <loss> 0.5\n");
        System.IO.File.WriteAllText(folder.File("report.html"), "<h1>mine</h1>");
        System.IO.File.WriteAllBytes(folder.File("model.bin"), [.. Enumerable.Range(0, 600_000).Select(i => (byte)i)]);
        Search("kept", 2, trial =>
        {
            double x = trial.SuggestFloat("learning rate", 1e-4, 1, log: true);
            for (int step = 0; step < 5; step++) trial.Report(step, x / (step + 1));
            trial.SetUserAttribute("run", "https://example.org/run/1");
            foreach (string name in new[] { "train.log", "report.html", "model.bin" }) trial.UploadArtifact(folder.File(name));
            return x;
        });
        using Dashboard dashboard = Open();
        string page = await GetAsync(dashboard, "trial.html?study=kept&number=1");
        Assert.Contains("<a href=\"https://example.org/run/1\">", page, StringComparison.Ordinal);
        Assert.Contains("epoch 1 &lt;loss&gt; 0.5", page, StringComparison.Ordinal);
        Assert.Contains("learning rate", page, StringComparison.Ordinal);
        Assert.Contains(">before</a>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">next</a>", page, StringComparison.Ordinal);
        JsonNode curve = JsonNode.Parse(await GetAsync(dashboard, "curve.json?study=kept&number=1"))!;
        Assert.Equal(5, curve["study"]!["panels"]![0]!["variants"]![0]!["figure"]!["data"]![0]!["x"]!.AsArray().Count);
        using HttpResponseMessage file = await AskAsync(dashboard, "artifact?study=kept&number=1&artifact=model.bin");
        Assert.Equal(System.IO.File.ReadAllBytes(folder.File("model.bin")), await file.Content.ReadAsByteArrayAsync());
        Assert.Equal("model.bin", file.Content.Headers.ContentDisposition!.FileNameStar);
        using HttpResponseMessage report = await AskAsync(dashboard, "report?study=kept&number=1&artifact=report.html");
        Assert.Equal("<h1>mine</h1>", await report.Content.ReadAsStringAsync());
        string policy = Assert.Single(report.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("sandbox allow-scripts; ", policy, StringComparison.Ordinal);
        using (Study kept = new("kept", Options()))
        {
            kept.UploadArtifact(folder.File("train.log"));
            kept.UploadArtifact(folder.File("model.bin"));
        }

        string summary = await GetAsync(dashboard, "summary.html?study=kept");
        Assert.Contains("<a href=\"artifact?study=kept&amp;artifact=model.bin\" download>", summary, StringComparison.Ordinal);
        Assert.Contains("epoch 1 &lt;loss&gt; 0.5", summary, StringComparison.Ordinal);
        using HttpResponseMessage own = await AskAsync(dashboard, "artifact?study=kept&artifact=model.bin");
        Assert.Equal(System.IO.File.ReadAllBytes(folder.File("model.bin")), await own.Content.ReadAsByteArrayAsync());
        using HttpResponseMessage none = await AskAsync(dashboard, "artifact?study=kept&artifact=report.html");
        Assert.Equal("dashboard: 'kept' keeps no 'report.html'", await none.Content.ReadAsStringAsync());
        string trials = await GetAsync(dashboard, "trials.html?study=kept");
        Assert.Contains(">run</button>", trials, StringComparison.Ordinal);
        Assert.Contains("<td><a href=\"https://example.org/run/1\">", trials, StringComparison.Ordinal);
        string[] missing =
            ["trial.html?study=kept&number=7", "trial.html?study=none&number=0", "report?study=kept&number=1&artifact=model.bin"];
        foreach (string gone in missing)
        {
            using HttpResponseMessage answer = await AskAsync(dashboard, gone);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Compare_Studies_ShowsTheirCurvesAndBestSettings()
    {
        Search("bowl", 12, Toy.Bowl);
        Search("mixed", 22, Toy.Mixed);
        Search("two", 4, trial => [trial.SuggestFloat("x", 0, 1), 1], StudyDirection.Minimize, StudyDirection.Maximize);
        using Dashboard dashboard = Open();
        using HttpResponseMessage answer = await AskAsync(dashboard, "compare.json?study=bowl&study=mixed&study=two");
        JsonArray panels = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["study"]!["panels"]!.AsArray();
        Assert.Equal(["Best so far", "Empirical distribution"], panels.Select(panel => (string)panel!["title"]!));
        Assert.All(panels, panel => Assert.Equal(
            ["bowl", "mixed"], panel!["variants"]![0]!["figure"]!["data"]!.AsArray().Select(trace => (string)trace!["name"]!)));
        using HttpResponseMessage same =
            await AskAsync(dashboard, "compare.json?study=bowl&study=mixed&study=two", answer.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        string table = await GetAsync(dashboard, "compare.html?study=bowl&study=mixed&study=two");
        Assert.Contains("two has other directions than bowl", table, StringComparison.Ordinal);
        Assert.Contains(">objective 2<", table, StringComparison.Ordinal);
        Assert.Contains(">optimizer<", table, StringComparison.Ordinal);
    }

    /// <summary>What another process does is seen while it does it, and the trial under way among the others.</summary>
    [Fact]
    public async Task Dashboard_StudyOfAnotherProcess_IsFollowed()
    {
        using WorkerProcesses processes = new(folder, File, trials: 12, milliseconds: 150);
        WorkerProcesses.Worker worker = processes.Start();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(120));
        while (!System.IO.File.Exists(File)) await Task.Delay(20, limit.Token);
        using Dashboard dashboard = Open();
        await UntilAsync("studies.html", "shared");
        await UntilAsync("trials.html?study=shared", "running");
        worker.Wait();
        await UntilAsync("studies.html", "12 trials ended");
        string trials = await UntilAsync("trials.html?study=shared", "12 trials");
        Assert.DoesNotContain("running", trials, StringComparison.Ordinal);
        string ended = JsonNode.Parse(await UntilAsync("figures.json?study=shared", "trial 11"))!["study"]!.ToJsonString();
        Assert.Contains("trial 0", ended, StringComparison.Ordinal);

        async Task<string> UntilAsync(string route, string text)
        {
            while (true)
            {
                using HttpResponseMessage answer = await AskAsync(dashboard, route);
                string got = await answer.Content.ReadAsStringAsync(limit.Token);
                if (got.Contains(text, StringComparison.Ordinal)) return got;
                await Task.Delay(50, limit.Token);
            }
        }
    }

    [Fact]
    public async Task Dashboard_ForOthers_AsksForTheTokenAndItsOwnName()
    {
        Search("bowl", 2, Toy.Bowl);
        using Dashboard dashboard = Dashboard.Start(StoreReader.Open(File), host: IPAddress.Any);
        int port = dashboard.Address.Port;
        string token = dashboard.Address.AbsolutePath;
        Assert.Matches("^/[0-9a-f]{32}/$", token);
        Assert.Equal((HttpStatusCode.OK, true), await At($"{token}studies.html"));
        Assert.Equal((HttpStatusCode.Forbidden, false), await At("/"));
        Assert.Equal((HttpStatusCode.Forbidden, false), await At("/studies.html"));
        Assert.Equal((HttpStatusCode.Forbidden, false), await At($"/{new string('0', 32)}/studies.html"));
        Assert.Equal((HttpStatusCode.Forbidden, false), await At($"{token}studies.html", "evil.example"));
        Assert.Equal((HttpStatusCode.OK, true), await At($"{token}studies.html", Dns.GetHostName().ToUpperInvariant()));

        async Task<(HttpStatusCode, bool)> At(string path, string? host = null)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}{path}"));
            if (host is not null) request.Headers.Host = $"{host}:{port}";
            using HttpResponseMessage answer = await client.SendAsync(request);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain(token.Trim('/'), text, StringComparison.Ordinal);
            return (answer.StatusCode, text.Contains("bowl", StringComparison.Ordinal));
        }
    }

    /// <summary>What misses a constraint is not the best, and its page says by how much.</summary>
    [Fact]
    public async Task List_StudyWithConstraints_ShowsTheBestThatSatisfiesThem()
    {
        Search("bounded", 3, trial =>
        {
            trial.SetConstraint("memory", 1.0 - trial.Number);
            return trial.Number + trial.SuggestFloat("x", 0.25, 0.5);
        });
        using Dashboard dashboard = Open();
        Assert.Contains("study=bounded&amp;number=1\">1.", await GetAsync(dashboard, "studies.html"), StringComparison.Ordinal);
        Assert.Contains("no, it is above 0", await GetAsync(dashboard, "trial.html?study=bounded&number=0"), StringComparison.Ordinal);
        string infeasible = await GetAsync(dashboard, "trials.html?study=bounded&where=memory>0");
        Assert.Contains("1 of 3 trials", infeasible, StringComparison.Ordinal);
        Assert.Contains("complete, infeasible", infeasible, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Dashboard_InTheBrowser_IsUsedByKeyboardFromListToTrial()
    {
        Search("bowl", 30, Toy.Bowl);
        Search("mixed", 30, Toy.Mixed);
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        using Dashboard dashboard = Open();
        IPage page = await browser.OpenAsync(dashboard.Address);
        await page.GetByLabel("compare bowl").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        Search("late", 3, Toy.Bowl); // the list grows under the reader's hands
        await page.GetByRole(AriaRole.Link, new() { Name = "late", Exact = true }).WaitForAsync();
        Assert.Equal("compare bowl", await page.EvaluateAsync<string>("() => document.activeElement.ariaLabel"));
        Assert.True(await page.GetByLabel("compare bowl").IsCheckedAsync());
        await page.GetByLabel("compare mixed").CheckAsync();
        await page.Locator("#compare").PressAsync("Enter");
        await page.Locator("[data-drawn=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Equal(2, await page.Locator(".panel:has(.main-svg)").CountAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "mixed", Exact = true }).PressAsync("Enter");
        await page.Locator("[data-drawn=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("input[name=where]").FillAsync("layers >= 3");
        await page.Locator("[data-part='trials.html'] .facts").Filter(new() { HasText = " of 30 trials" }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "value", Exact = true }).PressAsync("Enter");
        await page.Locator("th[aria-sort=ascending]").Filter(new() { HasText = "value" }).WaitForAsync();
        Assert.Equal("value", await page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await page.Locator("input[name=where]").FillAsync("layrs >= 3");
        await page.Locator("#problem").Filter(new() { HasText = "'layers' is nearest" }).WaitForAsync();
        await page.Locator("input[name=where]").FillAsync("");
        await page.Locator("#status").Filter(new() { HasText = "following" }).WaitForAsync();
        await page.Locator("[data-part='trials.html'] td a").First.PressAsync("Enter");
        await page.Locator("h1").Filter(new() { HasText = "Trial " }).WaitForAsync();
        await page.Locator(".cards").WaitForAsync();
        Assert.All(browser.Complaints, complaint => Assert.Contains("400", complaint, StringComparison.Ordinal)); // the filter's
    }

    [BrowserFact]
    public async Task Dashboard_OnAnyScreen_IsLegible()
    {
        Search("bowl", 30, Toy.Bowl);
        Search("mixed", 30, Toy.Mixed);
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        using Dashboard dashboard = Open();
        foreach ((int width, ColorScheme scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            foreach (string route in new[] { "", "study?study=mixed", "compare?study=bowl&study=mixed", "trial?study=mixed&number=5" })
            {
                IPage page = await browser.OpenAsync(new Uri(dashboard.Address, route), width, scheme);
                await page.Locator("#status").Filter(new() { HasText = "following" }).WaitForAsync();
                await page.Locator("table").First.WaitForAsync();
                if (route.Length > 0) await page.Locator("[data-drawn=true]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
                Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
            }
        }

        Assert.Empty(browser.Complaints);
    }

    private StudyOptions Options(params StudyDirection[] directions) => new()
    {
        Store = new SqliteStore(File),
        Sampler = new RandomSampler(),
        Reuse = true,
        Directions = directions.Length > 0 ? directions : [StudyDirection.Minimize],
    };

    private void Search(string name, int trials, Func<Trial, double> objective)
    {
        using Study study = new(name, Options());
        study.Optimize(trials, objective);
    }

    private void Search(string name, int trials, Func<Trial, IEnumerable<double>> objective, params StudyDirection[] directions)
    {
        using Study study = new(name, Options(directions));
        study.OptimizeMany(trials, objective);
    }

    private Dashboard Open() => Dashboard.Start(StoreReader.Open(File));

    private async Task<HttpResponseMessage> AskAsync(Dashboard dashboard, string route, string? known = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(dashboard.Address, route));
        if (known is not null) request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await client.SendAsync(request);
    }

    private async Task<string> GetAsync(Dashboard dashboard, string route)
    {
        using HttpResponseMessage answer = await AskAsync(dashboard, route);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }
}
