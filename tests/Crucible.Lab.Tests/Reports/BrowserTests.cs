using Crucible.Lab.Reports;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>Opens a report that has something of everything.</summary>
[Trait("Speed", "Slow")]
public sealed class BrowserTests : IDisposable
{
    private const string Drawn = "html[data-charts]";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(PlotlyScript plotly)
    {
        File.WriteAllText(folder.File(ReportPage.FileName), new ReportPage(Samples.Record(), Samples.Everything().Blocks, null).Render(plotly));
        return folder.File(ReportPage.FileName);
    }

    /// <summary>With the newest plotly.js and with the older one of Plotly.NET's package, which a machine without npm has.</summary>
    [BrowserFact]
    public async Task Report_Offline_DrawsEveryChartWithoutComplaint()
    {
        await DrawsAsync(await PlotlyScript.OfUserAsync());
        await DrawsAsync(PlotlyScript.OfPackage());
    }

    private async Task DrawsAsync(PlotlyScript plotly)
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(Write(plotly));

        await OfflineBrowser.DrawnAsync(page, Drawn);

        int charts = Samples.Everything().Blocks.OfType<FiguresBlock>().Sum(block => block.Figures.Length);
        Assert.Equal(charts, await page.Locator("div.plot").CountAsync());
        Assert.Equal(charts, await page.Locator("div.plot.js-plotly-plot").CountAsync());
        Assert.Equal(2, await page.Locator(".plot canvas").CountAsync()); // the surface and the points in space
        Assert.Equal("<c>", await page.Locator("#chart-4 .xtick text").Nth(2).TextContentAsync());
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Report_OnAnyScreen_IsLegible()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        string file = Write(await PlotlyScript.OfUserAsync());
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(file, width, scheme);
            await OfflineBrowser.DrawnAsync(page, Drawn);

            Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
            Assert.Equal(scheme == ColorScheme.Dark ? "rgb(18, 22, 28)" : "rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        }

        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Report_Charts_HoldTheirHeight()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(Write(await PlotlyScript.OfUserAsync()), width: 390);
        await OfflineBrowser.DrawnAsync(page, Drawn);

        // A window that changes while charts are drawn would otherwise shrink them to what their elements hold by then: nothing.
        Assert.Equal("[]", await page.EvaluateAsync<string>("JSON.stringify([...document.querySelectorAll('.plot')].map(p => [parseFloat(p.style.minHeight), p._fullLayout.height]).filter(([least, height]) => least < 300 || least !== height))"));
    }
}
