using Crucible.Lab.Reports;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>Opens a gallery of three runs as a reader does.</summary>
[Trait("Speed", "Slow")]
public sealed class GalleryBrowserTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    private async Task<string> WriteAsync()
    {
        (await PlotlyScript.OfUserAsync()).WriteBeside(root.Location);
        Add("sample", "20260101-000000-seed7", Samples.Record(), Samples.Everything());
        RunRecord other = Samples.Record();
        other.Config["epochs"] = 20;
        other.SetMetric("test_mse", 7.8);
        Add("sample", "20260102-000000-seed7", other, Samples.Everything());
        Add("other </script> & more", "20260103-000000-seed7", Samples.Record(RunStatus.Failed), new Report());
        new Gallery(root.Location).Refresh();
        return root.File(Gallery.FileName);
    }

    private void Add(string script, string run, RunRecord record, Report report)
    {
        string folder =
            Directory.CreateDirectory(Path.Combine(root.Location, script.Replace("/", "-", StringComparison.Ordinal), run)).FullName;
        File.WriteAllText(Path.Combine(folder, RunRecord.FileName), record.ToJson());
        File.WriteAllText(Path.Combine(folder, ReportPage.FileName), "");
        FiguresFile.Write(folder, report.Blocks);
    }

    [BrowserFact]
    public async Task Gallery_OnAnyScreen_IsLegibleAndShowsPictures()
    {
        string file = await WriteAsync();
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(file, width, scheme);
            await page.Locator(".thumbnails").Last.ScrollIntoViewIfNeededAsync();
            await OfflineBrowser.DrawnAsync(page, ".run[data-drawn] >> nth=1");

            Assert.Equal(6, await page.Locator(".thumbnails .main-svg:first-child").CountAsync()); // three a run that has charts
            Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
        }

        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Gallery_TwoRunsMarked_AreComparedAndTheAddressKeepsThem()
    {
        string file = await WriteAsync();
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(file);

        foreach (string run in new[] { "sample/20260102-000000-seed7", "sample/20260101-000000-seed7" })
            await page.Locator($"[data-run='{run}'] input").CheckAsync();
        await OfflineBrowser.DrawnAsync(page, "#comparison[data-drawn]");

        string[] settings = [.. await page.Locator("#comparison table").Nth(0).Locator("td").AllTextContentsAsync()];
        Assert.Equal(["epochs", "10", "20"], settings); // the older run is A
        string[] results = [.. await page.Locator("#comparison table").Nth(1).Locator("tr", new() { HasText = "test_mse" }).Locator("td")
            .AllTextContentsAsync()];
        Assert.Equal(["test_mse", "9.75", "7.8", "-1.95", "-20.0 %"], results);

        // The first chart is of lines and points, so both runs are in one; a heatmap cannot be overlaid.
        ILocator first = page.Locator("#comparison .charts").First;
        Assert.Equal(["A: line", "A: points", "B: line", "B: points"], await first.Locator(".legendtext").AllTextContentsAsync());
        Assert.Equal(2, await page.Locator("#comparison .charts", new() { HasText = "A: Heatmap" }).Locator(".plot").CountAsync());

        IPage again = await browser.OpenAsync(file, 390, ColorScheme.Dark, new Uri(page.Url).Fragment);
        await OfflineBrowser.DrawnAsync(again, "#comparison[data-drawn]");
        Assert.Empty(await OfflineBrowser.IllegibleAsync(again));
        await again.Locator("#comparison button").ClickAsync();
        Assert.True(await again.Locator("#comparison").IsHiddenAsync());
        Assert.Equal(0, await again.Locator("input:checked").CountAsync());
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Gallery_ScriptInARunsFolder_IsNotRun()
    {
        await WriteAsync();
        const string script = "document.title = 'taken over'; crucibleFigures([]);";
        foreach (string name in new[] { "figures.js", FiguresFile.Name })
            await File.WriteAllTextAsync(Path.Combine(root.Location, "sample", "20260101-000000-seed7", name), script);
        new Gallery(root.Location).Refresh();
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(root.File(Gallery.FileName));

        await OfflineBrowser.DrawnAsync(page, ".run[data-drawn='3']");

        Assert.Equal("Runs", await page.TitleAsync());
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Gallery_RunDeletedSince_LosesItsPicturesOnly()
    {
        string file = await WriteAsync();
        Directory.Delete(Path.Combine(root.Location, "sample", "20260101-000000-seed7"), recursive: true);
        File.Delete(Directory.GetFiles(root.File("gallery")).MinBy(File.GetLastWriteTimeUtc)!);
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(file);

        await OfflineBrowser.DrawnAsync(page, ".run[data-drawn='0']");
        await OfflineBrowser.DrawnAsync(page, ".run[data-drawn='3']");
    }
}
