using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

[Trait("Speed", "Slow")]
public sealed class LivePageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient client, LivePage live, string path, string? known = null, string? host = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(live.Address, path));
        if (known is not null) request.Headers.TryAddWithoutValidation("If-None-Match", known);
        if (host is not null) request.Headers.Host = host;
        return await client.SendAsync(request);
    }

    /// <summary>Asks as the page does until the data is as wished.</summary>
    private static async Task<JsonNode> UntilAsync(HttpClient client, LivePage live, Func<JsonNode, bool> isReached)
    {
        using CancellationTokenSource limit = new(Patience);
        while (true)
        {
            using HttpResponseMessage answer = await GetAsync(client, live, "study.json");
            JsonNode data = JsonNode.Parse(await answer.Content.ReadAsStringAsync(limit.Token))!;
            if (isReached(data)) return data;
            await Task.Delay(50, limit.Token);
        }
    }

    [Fact]
    public async Task Live_Data_GrowsWithTheStudy()
    {
        using HttpClient client = new();
        using Study study = Toy.InMemory();
        using LivePage live = LivePage.Start(study);
        Assert.Equal("127.0.0.1", live.Address.Host);

        using HttpResponseMessage empty = await GetAsync(client, live, "study.json");
        JsonNode nothing = JsonNode.Parse(await empty.Content.ReadAsStringAsync())!;
        Assert.Empty(nothing["study"]!["trials"]!.AsArray());
        string version = Assert.Single(empty.Headers.GetValues("ETag"));
        using HttpResponseMessage same = await GetAsync(client, live, "study.json", version);
        Assert.Equal((HttpStatusCode.NotModified, ""), (same.StatusCode, await same.Content.ReadAsStringAsync()));

        study.Optimize(12, Toy.Bowl);
        JsonNode grown =
            await UntilAsync(client, live, data => data["study"]!["trials"]!.AsArray().Count == 12);
        Assert.Equal(12, grown["study"]!["panels"]!.AsArray().Count);
        using HttpResponseMessage newer = await GetAsync(client, live, "study.json", version);
        Assert.Equal(HttpStatusCode.OK, newer.StatusCode);
    }

    [Fact]
    public async Task Live_WhileTrialsRun_ReadsWhatHasEnded()
    {
        using HttpClient client = new();
        using Study study = Toy.InMemory();
        using LivePage live = LivePage.Start(study);
        using SemaphoreSlim gate = new(0);
        Task search = Task.Run(() => study.Optimize(20, trial =>
        {
            if (trial.Number >= 10) gate.Wait();
            return Toy.Bowl(trial);
        }));
        await UntilAsync(client, live, data => data["study"]!["trials"]!.AsArray().Count == 10);
        gate.Release(20);
        await search;
        await UntilAsync(client, live, data => data["study"]!["trials"]!.AsArray().Count == 20);
    }

    [Fact]
    public async Task Live_Page_IsWholeAndSafe()
    {
        using HttpClient client = new();
        using Study study = new("a <b> study", new StudyOptions { Store = SqliteStore.InMemory() });
        using LivePage live = LivePage.Start(study);
        using HttpResponseMessage page = await GetAsync(client, live, "/");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Contains("<h1>a &lt;b&gt; study</h1>", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "evil.example", HttpStatusCode.Forbidden, "This server answers this machine only.")]
    // without the port it is another site's
    [InlineData("/study.json", "127.0.0.1", HttpStatusCode.Forbidden, "This server answers this machine only.")]
    [InlineData("/../model.json", null, HttpStatusCode.NotFound, "There is no such page here.")]
    [InlineData("/study.json?x=1", null, HttpStatusCode.NotFound, "There is no such page here.")]
    public async Task Live_ForeignRequests_AreTurnedDown(string path, string? host, HttpStatusCode status, string text)
    {
        using HttpClient client = new();
        using Study study = Toy.InMemory();
        using LivePage live = LivePage.Start(study);
        using HttpResponseMessage answer = await GetAsync(client, live, path, host: host);
        Assert.Equal((status, text), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Live_OtherMethods_AreTurnedDown()
    {
        using HttpClient client = new();
        using Study study = Toy.InMemory();
        using LivePage live = LivePage.Start(study);
        using HttpResponseMessage answer = await client.PostAsync(live.Address, new StringContent("x"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal("GET", Assert.Single(answer.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("GET /study.json HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n", false)] // a browser that goes before it has its answer
    [InlineData("GET /study.js", false)] // or before it has asked
    [InlineData("\0\u0001\u0002\r\n\r\n", true)]
    [InlineData("EHLO\r\n\r\n", true)]
    public async Task Live_BrokenClients_DoNoHarm(string sent, bool waits)
    {
        using HttpClient client = new();
        using Study study = Toy.InMemory();
        using LivePage live = LivePage.Start(study);
        for (int i = 0; i < 3; i++)
        {
            using TcpClient broken = new();
            await broken.ConnectAsync(IPAddress.Loopback, live.Address.Port);
            NetworkStream stream = broken.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(sent.Replace("PORT", $"{live.Address.Port}", StringComparison.Ordinal)));
            if (!waits) continue;
            using StreamReader reader = new(stream);
            Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync());
        }

        using HttpResponseMessage answer = await GetAsync(client, live, "/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public void Live_Ports_AreChecked()
    {
        using Study study = Toy.InMemory();
        using LivePage live = LivePage.Start(study);
        int port = live.Address.Port;
        Assert.Equal(
            "live page: port must be from 0 (any that is free) to 65535, but is -1",
            Assert.Throws<OptionException>(() => LivePage.Start(study, -1)).Message);
        Assert.Equal(
            "live page: port must be from 0 (any that is free) to 65535, but is 65536",
            Assert.Throws<OptionException>(() => LivePage.Start(study, 65536)).Message);
        string inUse = new SocketException((int)SocketError.AddressAlreadyInUse).Message;
        Assert.Equal(
            $"live page: port {port} of 127.0.0.1 cannot be used: {inUse}. Give another port, or 0 for any that is free.",
            Assert.Throws<OptionException>(() => LivePage.Start(study, port)).Message);
    }

    [Fact]
    public async Task Live_Disposed_AnswersNoMore()
    {
        using HttpClient client = new();
        using Study study = Toy.InMemory();
        LivePage live = LivePage.Start(study);
        live.Dispose();
        live.Dispose();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(live.Address));
        using LivePage again = LivePage.Start(study, live.Address.Port); // the port is free at once
    }

    [Fact]
    public async Task Live_StudyClosedFirst_KeepsItsLastPictures()
    {
        using HttpClient client = new();
        Study study = Toy.InMemory();
        using LivePage live = LivePage.Start(study);
        study.Optimize(10, Toy.Bowl);
        await UntilAsync(client, live, data => data["study"]!["trials"]!.AsArray().Count == 10);
        study.Dispose();
        await Task.Delay(1100); // past the time in which nothing is computed anew
        await UntilAsync(client, live, data => data["study"]!["trials"]!.AsArray().Count == 10);
    }

    [BrowserFact]
    public async Task Live_InTheBrowser_FollowsTheStudyToItsEnd()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        using Study study = Toy.InMemory();
        LivePage live = LivePage.Start(study);
        IPage page = await browser.OpenAsync(live.Address);
        await Says("#summary", "0 trials: 0 complete");
        Assert.Equal(12, await page.Locator(".panel.left-out").CountAsync());

        study.Optimize(15, Toy.Bowl);
        await Says("#summary", "15 trials");
        ILocator slice = page.GetByLabel("Slice");
        await slice.Locator("select").SelectOptionAsync("y");
        await slice.Locator(".plot").EvaluateAsync("plot => Plotly.relayout(plot, { 'xaxis.range': [-0.25, 0.25] })");

        study.Optimize(40, Toy.Bowl);
        await Says("#summary", "40 trials");
        Assert.Equal("y", await slice.Locator("select").InputValueAsync());
        Assert.Equal(
            "[-0.25,0.25]", await slice.Locator(".plot").EvaluateAsync<string>("plot => JSON.stringify(plot._fullLayout.xaxis.range)"));
        Assert.Equal(40, await slice.Locator(".plot").EvaluateAsync<int>("plot => plot.data[0].x.length"));
        Assert.Equal("running", await page.Locator("#status").TextContentAsync());

        live.Dispose();
        await Says("#status", "ended");
        Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
        Assert.Empty(browser.Complaints);

        async Task Says(string place, string text) => await page.Locator(place).Filter(new() { HasText = text }).WaitForAsync();
    }

    /// <summary>A sampler may think for long, and a store be locked for minutes, while nobody can read the study.</summary>
    [Fact]
    public async Task Live_StudyThatKeepsEverybodyWaiting_AnswersAllTheSame()
    {
        using HttpClient client = new();
        using ManualResetEventSlim gate = new();
        using Study study = Toy.InMemory(new ThoughtfulSampler(gate), workers: 1);
        using LivePage live = LivePage.Start(study);
        Thread search = new(() => study.Optimize(60, Toy.Bowl));
        search.Start();
        try
        {
            for (int i = 0; i < 5; i++)
            {
                using HttpResponseMessage news = await GetAsync(client, live, "run.json");
                Assert.False((bool)JsonNode.Parse(await news.Content.ReadAsStringAsync())!["isEnded"]!);
                using HttpResponseMessage figures = await GetAsync(client, live, "study.json");
                Assert.Equal(HttpStatusCode.OK, figures.StatusCode);
                await Task.Delay(500); // longer than it rests between two looks
            }
        }
        finally
        {
            gate.Set();
            search.Join();
        }

        await UntilAsync(client, live, data => data["study"]!["trials"]!.AsArray().Count == 60);
    }

    /// <summary>Thinks about trial 5 until the gate opens.</summary>
    private sealed class ThoughtfulSampler(ManualResetEventSlim gate) : Sampler
    {
        public override double[]? Sample(SamplerContext context)
        {
            if (context.Number == 5) gate.Wait();
            return RandomSampler.Uniform(context);
        }

        public override string ToString() => "thoughtful";
    }
}
