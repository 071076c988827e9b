using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Crucible.Lab.Tests.Reports;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Commands;

public sealed class CompareTests : CommandTests
{
    private string Page => Folder.File("comparison.html");

    private int Compare(params string[] paths) => Run(["compare", .. paths, "--out", Page, "--no-open"]);

    [Fact]
    public void Compare_ReportFiles_AreOnOnePage()
    {
        for (int i = 0; i < 3; i++)
        {
            RunRecord record = Samples.Record(seed: (ulong)i);
            record.SetMetric("test_mse", i + 0.5);
            File.WriteAllText(Folder.File($"sent{i}.html"), new ReportPage(record, Samples.Everything().Blocks, null).Render(null));
        }

        Assert.Equal(0, Compare(Folder.File("sent0.html"), Folder.File("sent1.html"), Folder.File("sent2.html")));

        string page = File.ReadAllText(Page);
        Assert.Equal(Page, Said);
        Assert.Contains("<h1>3 runs compared</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<td>sent2.html</td>", page, StringComparison.Ordinal);
        Assert.Contains("\"parcoords\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script src", page, StringComparison.Ordinal); // it needs no other file
    }

    [Fact]
    public void Coordinates_AreResultsAndTheSettingsThatDiffer()
    {
        JsonObject One(double rate, string? activation, double? error) => new()
        {
            ["script"] = "a",
            ["seed"] = 0,
            ["headlines"] = new JsonArray("test_mse"),
            ["titles"] = new JsonObject { ["test_mse"] = "test error" },
            ["metrics"] = new JsonObject { ["test_mse"] = error, ["seconds"] = 1 },
            ["config"] = new JsonObject { ["rate"] = rate, ["activation"] = activation, ["epochs"] = 5 },
        };

        RunCoordinates coordinates = RunCoordinates.Of([One(1e-4, "tanh", 3), One(1e-1, null, 1), One(1e-2, "relu", null)]);

        Assert.Equal(["test error"], coordinates.Results.Select(axis => axis.Name));
        Assert.Equal(["rate", "activation"], coordinates.Settings.Select(axis => axis.Name));
        ParallelAxis rate = coordinates.Settings[0].ToParallel(), activation = coordinates.Settings[1].ToParallel();
        Assert.Equal([-4, -1, -2], rate.Places); // powers of ten, as the greatest is 1000 times the least
        Assert.Equal(["none", "relu", "tanh"], activation.Ticks.Select(tick => tick.Text));
    }

    [Fact]
    public void Compare_FolderOfAllRuns_LeavesOutTheDamaged()
    {
        Write("a", "1");
        Write("a", "2", mse: 2);
        Write("b", "1", "{");

        Assert.Equal(0, Compare(Reports));

        Assert.Contains("<h1>2 runs compared</h1>", File.ReadAllText(Page), StringComparison.Ordinal);
        string damaged = Path.Combine(Reports, "b", "1", "run.json");
        Assert.StartsWith($"left out: {damaged} cannot be read as a run: ", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_Wrong_IsALineAndExitCode2()
    {
        string run = Write("a", "1"), damaged = Write("a", "2", "{");
        foreach ((string[] paths, string expected) in new (string[], string)[]
        {
            ([], "compare: two runs or more must be named, but there are 0"),
            ([run], "compare: two runs or more must be named, but there are 1"),
            ([run, "none.html"], "there is no file or folder none.html"),
            ([run, damaged], $"{Path.Combine(damaged, "run.json")} cannot be read as a run: "),
        })
        {
            Errors.GetStringBuilder().Clear();
            Assert.Equal(2, Compare(paths));
            Assert.StartsWith(expected, Complaint, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', Complaint);
        }

        Assert.False(File.Exists(Page));
    }

    [BrowserFact]
    [Trait("Speed", "Slow")]
    public async Task Page_OnAnyScreen_IsLegibleAndDrawsItsLines()
    {
        for (int i = 0; i < 4; i++) Write("sample", $"{i}", seed: (ulong)i % 2, mse: i + 0.5, epochs: 10 * (1 + (i / 2)));
        Assert.Equal(0, Compare(Reports));
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(Page, width, scheme);
            await OfflineBrowser.DrawnAsync(page, "html[data-drawn]");

            Assert.Equal(1, await page.Locator("#lines .parcoords").CountAsync());
            Assert.Equal(2, await page.Locator("#comparison .columns li").CountAsync()); // of two seeds each
            Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
        }

        Assert.Empty(browser.Complaints);
    }

    /// <summary>Few hundred rows are drawn at once, so that thousands of runs open as fast as a browser reads them.</summary>
    [BrowserFact]
    [Trait("Speed", "Slow")]
    public async Task Page_OfFiveThousandRuns_OpensAndFilters()
    {
        SentRun[] runs = [.. Enumerable.Range(0, 5000).Select(i =>
        {
            RunRecord record = new() { Script = "a", Description = "", Seed = (ulong)i, Started = DateTimeOffset.UnixEpoch };
            for (int setting = 0; setting < 6; setting++) record.Config[$"setting{setting}"] = (i * (setting + 7)) % 101;
            record.SetMetric("test_mse", (i * 37) % 1009);
            return new SentRun($"run {i}", record.ToNode(), "[]");
        })];
        File.WriteAllText(Page, new ComparisonPage(runs).Render(PlotlyScript.OfPackage()));
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(Page);
        await OfflineBrowser.DrawnAsync(page, "html[data-drawn]");

        Assert.Equal(200, await page.Locator("#all tbody tr").CountAsync());
        await page.EvaluateAsync("() => Plotly.restyle('lines', { 'dimensions[0].constraintrange': [[[0, 10]]] })");
        await page.WaitForFunctionAsync("() => document.getElementById('count').textContent !== '5000 runs'");
        int few = Enumerable.Range(0, 5000).Count(i => (i * 37) % 1009 <= 10);
        Assert.Equal($"{few} of 5000 runs", await page.Locator("#count").TextContentAsync());
        await page.Locator("#all th[data-column='2']").ClickAsync();
        Assert.Equal("0", (await page.Locator("#all tbody tr").First.Locator("td").Nth(2).TextContentAsync())!);
        Assert.Empty(browser.Complaints);
    }
}
