using Crucible.Lab.Reports;
using Crucible.Lab.Workspace;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>
/// Opens what the scripts have written here: the newest report of each, and the gallery. Without runs there is nothing
/// to open, and the tests say so.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class WrittenReportsTests
{
    private const string Charts = ":not(.left-out) > .plot"; // a figure of a study that does not apply says why instead

    private const int Screen = 900; // pixels in height

    [WrittenReportsFact]
    public async Task NewestReportOfEachScript_DrawsEveryChartAndIsLegible()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        List<string> faults = [];
        foreach (string file in WrittenReportsFactAttribute.NewestReports())
        {
            foreach ((int width, ColorScheme scheme) in new[] { Screens.All[0], Screens.All[^1] })
            {
                IPage page = await browser.OpenAsync(file, width, scheme);
                if (await page.Locator(Charts).CountAsync() > 0) await OfflineBrowser.DrawnAsync(page, "html[data-charts]");
                string[] found =
                [
                    .. await OfflineBrowser.IllegibleAsync(page), .. await PageFaults.OfAsync(page),
                    .. await PageFaults.OfFirstScreenAsync(page, width > 1000 ? Screen : 2 * Screen),
                ];
                faults.AddRange(found.Select(fault => $"{file} at {width}, {scheme}: {fault}"));
                int drawn = await page.Locator($"{Charts} .main-svg:first-child").CountAsync();
                int charts = await page.Locator(Charts).CountAsync();
                if (drawn != charts) faults.Add($"{file}: {drawn} of {charts} charts are drawn");
                await page.CloseAsync();
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults)); // each whole: Assert.Empty cuts them short
        Assert.Empty(browser.Complaints);
    }

    [WrittenReportsFact]
    public async Task NewestReportOfEachScript_OnPaper_IsWholeAndOpen()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        List<string> faults = [];
        foreach (string file in WrittenReportsFactAttribute.NewestReports())
            faults.AddRange((await PaperTests.PrintedFaultsAsync(browser, file, ["Configuration"])).Select(fault => $"{file}: {fault}"));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [WrittenReportsFact]
    public async Task Gallery_ListsEveryScript()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(Path.Combine(Folders.Reports, Gallery.FileName), 390, ColorScheme.Dark);
        await OfflineBrowser.DrawnAsync(page, ".run[data-drawn]");

        Assert.Equal(WrittenReportsFactAttribute.Scripts().Length, await page.Locator("main section h2[id]").CountAsync());
        Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
        Assert.Empty(browser.Complaints);
    }
}
