using Crucible.Lab.Reports;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>Opens reports as a reader does, with no network.</summary>
public sealed class BrowserTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly TemporaryFolder folder = new();
    private readonly List<string> complaints = [];
    private IPlaywright? playwright;
    private IBrowser? browser;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    public void Dispose() => folder.Dispose();

    private async Task<IPage> OpenAsync(string html, BrowserNewContextOptions? options = null)
    {
        File.WriteAllText(folder.File("report.html"), html);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Browser, Args = Flags });
        IBrowserContext context = await browser.NewContextAsync(options);
        await context.SetOfflineAsync(true);
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Add(message.Text); // warnings are of the graphics driver
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Scheme is not ("file" or "data" or "blob")) complaints.Add("asks the network for " + request.Url);
        };
        await page.GotoAsync(new Uri(folder.File("report.html")).AbsoluteUri);
        return page;
    }

    private static async Task<string> EverythingAsync()
    {
        string? plotly = await PlotlyCache.OfUser().GetAsync();
        Assert.NotNull(plotly);
        return new ReportPage(Samples.Record(), "A sample.", Samples.Everything().Blocks, null).Render(plotly);
    }

    [BrowserFact]
    public async Task Report_Offline_DrawsEveryChartWithoutComplaint()
    {
        IPage page = await OpenAsync(await EverythingAsync());

        await page.WaitForSelectorAsync("html[data-charts]", new() { State = WaitForSelectorState.Attached });

        int charts = Samples.Everything().Blocks.OfType<ChartsBlock>().Sum(block => block.Charts.Length);
        Assert.Equal(charts, await page.Locator(".plot").CountAsync());
        Assert.Equal(charts, await page.Locator(".plot .main-svg:first-child").CountAsync());
        Assert.Equal(2, await page.Locator(".plot canvas").CountAsync()); // the surface and the points in space
        Assert.Equal("<c>", await page.Locator("#chart-4 .xtick text").Nth(2).TextContentAsync());
        Assert.Empty(complaints);
    }

    [BrowserFact]
    public async Task Report_OnANarrowDarkScreen_FitsAndIsDark()
    {
        IPage page = await OpenAsync(await EverythingAsync(), new() { ViewportSize = new() { Width = 375, Height = 800 }, ColorScheme = ColorScheme.Dark });

        await page.WaitForSelectorAsync("html[data-charts]", new() { State = WaitForSelectorState.Attached });

        Assert.Equal(375, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal("rgb(18, 22, 28)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Empty(complaints);
    }

    [BrowserFact]
    public async Task Report_WithoutLibraryOrNetwork_SaysWhatIsMissing()
    {
        string html = new ReportPage(Samples.Record(), "A sample.", Samples.Everything().Blocks, null).Render(plotly: null);

        IPage page = await OpenAsync(html);

        Assert.Contains("needs plotly.js", await page.Locator(".plot .missing").First.TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("from the network", await page.Locator("footer").TextContentAsync(), StringComparison.Ordinal);
    }
}
