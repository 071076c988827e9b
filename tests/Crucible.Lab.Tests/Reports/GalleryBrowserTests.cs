using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>Opens a gallery of a few runs as a reader does.</summary>
[Trait("Speed", "Slow")]
public sealed class GalleryBrowserTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    private async Task<string> WriteAsync()
    {
        (await PlotlyScript.OfUserAsync()).WriteBeside(root.Location);
        Add("sample", "20260101-000000-seed7", Samples.Record(), WithPlane(1));
        RunRecord other = Samples.Record();
        other.Config["epochs"] = 20;
        other.SetMetric("test_mse", 7.80012); // a page writes four digits
        Add("sample", "20260102-000000-seed7", other, WithPlane(2));
        Add("other </script> & more", "20260103-000000-seed7", Samples.Record(RunStatus.Failed), new Report());
        new Gallery(root.Location).Refresh();
        return root.File(Gallery.FileName);
    }

    private static Report WithPlane(int height)
    {
        int[][] plane = [[height, 2], [3, 4]];
        Report report = Samples.Everything();
        report.Chart(Samples.Chart("Plane", Samples.Trace("heatmap", ("z", plane))));
        return report;
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
        Assert.Contains(
            "runs delete sample/20260102-000000-seed7 sample/20260101-000000-seed7",
            await page.Locator("#commands").TextContentAsync(), StringComparison.Ordinal);
        await page.Locator("#compare").ClickAsync();
        await OfflineBrowser.DrawnAsync(page, "#comparison[data-drawn]");

        string[] settings = [.. await page.Locator("#comparison table").Nth(0).Locator("td").AllTextContentsAsync()];
        Assert.Equal(["epochs", "10", "20"], settings); // the older run is A
        string[] results = [.. await page.Locator("#comparison table").Nth(1).Locator("td").AllTextContentsAsync()];
        Assert.Equal(["test_mse", "9.75", "7.8", "-1.95", "-20.0 %"], results); // seconds and diverged are the same

        // The first chart is of lines and points, so both runs are in one; a heatmap cannot be overlaid.
        ILocator first = page.Locator("#comparison .charts").First;
        Assert.Equal(["A: line", "A: points", "B: line", "B: points"], await first.Locator(".legendtext").AllTextContentsAsync());
        Assert.Equal(2, await page.Locator("#comparison .charts", new() { HasText = "A: Plane" }).Locator(".plot").CountAsync());
        Assert.Equal(1, await page.Locator("#comparison .charts", new() { HasText = "A, B: Heatmap" }).Locator(".plot").CountAsync());

        IPage again = await browser.OpenAsync(file, 390, ColorScheme.Dark, new Uri(page.Url).Fragment);
        await OfflineBrowser.DrawnAsync(again, "#comparison[data-drawn]");
        Assert.Empty(await OfflineBrowser.IllegibleAsync(again));
        await again.Locator("#comparison button").ClickAsync();
        Assert.True(await again.Locator("#comparison").IsHiddenAsync());
        Assert.Equal(0, await again.Locator("input:checked").CountAsync());
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Gallery_RunsOfSeveralSeeds_AreOneColumnWithATest()
    {
        // Differences of the pairs: -1, -2, -3. Their mean is -2, their deviation 1, t = -2√3 = -3.464 with 2 degrees of
        // freedom: p = 0.0742 (1 - t/√(t² + 2) = 1 - 3.4641/√14); half the interval is 4.3027/√3 = 2.484.
        (await PlotlyScript.OfUserAsync()).WriteBeside(root.Location);
        foreach ((int seed, double before, double after) in new[] { (0, 10.0, 9.0), (1, 12.0, 10.0), (2, 11.0, 8.0) })
        {
            foreach ((string epochs, double error) in new[] { ("10", before), ("20", after) })
            {
                RunRecord record = Samples.Record(seed: (ulong)seed);
                record.Command = $"scripts/sample.fsx --epochs {epochs} --seed {seed}";
                record.Config["epochs"] = epochs;
                record.SetMetric("test_mse", error);
                Add("sample", $"{epochs}-seed{seed}", record, Samples.Everything());
            }
        }

        RunRecord alone = Samples.Record();
        alone.Command = "scripts/sample.fsx --epochs 5";
        Add("sample", "30", alone, Samples.Everything());
        new Gallery(root.Location).Refresh();
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(root.File(Gallery.FileName));

        foreach (IElementHandle box in await page.Locator("section.script input").ElementHandlesAsync()) await box.CheckAsync();
        await page.Locator("section.script summary").ClickAsync();
        await page.Locator("section.script details input").CheckAsync();
        await page.Locator("#compare").ClickAsync();
        await OfflineBrowser.DrawnAsync(page, "#comparison[data-drawn]");

        Assert.Equal(
            ["A 3 runs, seeds 0, 1, 2", "B 3 runs, seeds 0, 1, 2", "C sample, seed 7, 2026-01-02 02:04:05"],
            await page.Locator("#comparison .columns li").AllTextContentsAsync());
        Assert.Equal(
            ["test_mse", "11 ± 2.484", "9 ± 2.484", "9.75", "-2 ± 2.484", "p = 0.074 (3 pairs)", "-1.25", "-11.4 %"],
            await page.Locator("#comparison table").Nth(1).Locator("td").AllTextContentsAsync());
        Assert.Equal(
            ["A: line", "A: points", "B: line", "B: points", "C: line", "C: points"],
            await page.Locator("#comparison .charts").First.Locator(".legendtext").AllTextContentsAsync());
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Gallery_StudentsT_IsThatOfTheTables()
    {
        string file = await WriteAsync();
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(file);

        // Two-sided 5 % for 1, 2, 10 and 100 degrees of freedom
        double[] quantiles = await page.EvaluateAsync<double[]>("[1, 2, 10, 100].map(n => Statistics.quantile(0.05, n))");
        double[] expected = [12.706205, 4.302653, 2.228139, 1.983972];
        Assert.All(expected.Zip(quantiles), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        // One degree of freedom is Cauchy's distribution: 1 - 2 atan(t)/π
        Assert.Equal(1 - (2 * Math.Atan(3) / Math.PI), await page.EvaluateAsync<double>("Statistics.twoSided(3, 1)"), 8);
    }

    [BrowserFact]
    public async Task Gallery_SearchFiltersAndOrder_ShowTheRunsAskedFor()
    {
        (await PlotlyScript.OfUserAsync()).WriteBeside(root.Location);
        for (int number = 0; number < 20; number++)
        {
            RunRecord record = Samples.Record(number == 3 ? RunStatus.Failed : RunStatus.Completed);
            record.Config["epochs"] = number;
            record.SetMetric("test_mse", (number * 7) % 20);
            Add("sample", $"{number:D2}", record, new Report());
        }

        RunsCommand.Run(["tag", "good", "sample/05", "sample/06"], root.Location, TextWriter.Null, TextWriter.Null);
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(root.File(Gallery.FileName));
        async Task<string?[]> ShownAsync()
        {
            await page.WaitForTimeoutAsync(400); // the page waits for the next letter
            IReadOnlyList<ILocator> cards = await page.Locator(".run:visible").AllAsync();
            return await Task.WhenAll(cards.Select(card => card.GetAttributeAsync("data-run")));
        }

        Assert.Equal(["19", "18", "17", "16", "15", "14"], (await ShownAsync()).Select(key => key!.Split('/')[1]));
        await page.Locator("#order").SelectOptionAsync("least");
        Assert.Equal("sample/00", (await ShownAsync())[0]);
        await page.Locator("#words").FillAsync("epochs=3 7");
        Assert.Equal(["sample/03"], await ShownAsync());
        Assert.Equal("1 of 20 runs", await page.Locator("#found").TextContentAsync());
        await page.Locator("#words").FillAsync("");
        await page.Locator("#tag").SelectOptionAsync("good");
        Assert.Equal(["sample/06", "sample/05"], await ShownAsync()); // 6 · 7 = 42 is 2 more than 40, 5 · 7 = 35 is 15
        await page.Locator("#tag").SelectOptionAsync("");
        await page.Locator("#state").SelectOptionAsync("failed");
        Assert.Equal(["sample/03"], await ShownAsync());
        await page.Locator("#state").SelectOptionAsync("");
        Assert.Equal(6, (await ShownAsync()).Length); // the others wait again
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Report_LeadsBackToItsCard()
    {
        for (int number = 0; number < 9; number++) Add("sample", $"2027010{number}-000000-seed7", Samples.Record(), new Report());
        RunRecord record = Samples.Record();
        Report report = Samples.Everything();
        using RunFolder folder = RunFolder.New(root.Location, record);
        RunWriter writer = new(folder, record, report, opens: false);
        writer.WriteRecord();
        writer.WritePage();
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(writer.ReportFile);

        await OfflineBrowser.DrawnAsync(page, "html[data-charts]"); // by the plotly.js that all reports share
        Assert.InRange(new FileInfo(writer.ReportFile).Length, 1, 200_000);
        await page.Locator(".back a").ClickAsync();

        await page.WaitForSelectorAsync($"[data-run='{folder.Key}']"); // the oldest of ten, visible all the same
        string single = root.File("mailed/report.html");
        Assert.Equal(0, RunsCommand.Run(["export", folder.Key, single], root.Location, TextWriter.Null, TextWriter.Null));
        IPage mailed = await browser.OpenAsync(single);
        await OfflineBrowser.DrawnAsync(mailed, "html[data-charts]");
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Gallery_ScriptInARunsFolder_IsNotRun()
    {
        await WriteAsync();
        const string script = "document.title = 'taken over'; crucibleRun('{}');";
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
        foreach (string copy in Directory.GetFiles(root.File("gallery")))
            if (!File.ReadAllText(copy).Contains("7.8", StringComparison.Ordinal)) File.Delete(copy); // the other run's stays
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(file);

        await OfflineBrowser.DrawnAsync(page, ".run[data-drawn='0']");
        await OfflineBrowser.DrawnAsync(page, ".run[data-drawn='3']");
    }
}
