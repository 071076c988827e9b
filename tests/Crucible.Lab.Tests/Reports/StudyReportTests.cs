using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

[Trait("Speed", "Slow")]
public sealed class StudyReportTests : IDisposable
{
    private const string Drawn = "html[data-charts]";

    private static readonly string[] Titles =
    [
        "Optimization history", "Parameter importance", "Slice", "Contour", "Rank", "Parallel coordinates", "Pareto front",
        "Intermediate values", "Empirical distribution", "Hypervolume history",
        "Terminator improvement", "Timeline",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Report Mixed()
    {
        using Study study = Toy.InMemory(new TpeSampler(), new MedianPruner());
        study.Optimize(60, Toy.Mixed);
        using Study random = Toy.InMemory();
        random.Optimize(20, Toy.Mixed);
        using Study two = new(
            "two", new StudyOptions { Store = SqliteStore.InMemory(), Directions = [StudyDirection.Minimize, StudyDirection.Maximize] });
        two.OptimizeMany(40, trial => [trial.SuggestFloat("x", 0, 1), trial.SuggestFloat("y", 0, 1)]);
        Report report = new();
        report.Study(study, comparedWith: [random], objectives: ["loss <b>"]);
        report.Study(two);
        return report;
    }

    private async Task<string> WriteAsync(Report report)
    {
        File.WriteAllText(
            folder.File(ReportPage.FileName),
            new ReportPage(Samples.Record(), report.Blocks, null).Render(await PlotlyScript.OfUserAsync()));
        return folder.File(ReportPage.FileName);
    }

    [Fact]
    public void Study_AddsAParagraphAndTwelvePictures()
    {
        using Study study = Toy.InMemory();
        study.Optimize(12, Toy.Bowl);
        Report report = new();
        report.Study(study);
        Assert.StartsWith(
            "12 trials: 12 complete, 0 pruned, 0 failed. The best value is ",
            Assert.IsType<TextBlock>(report.Blocks[0]).Text,
            StringComparison.Ordinal);
        PanelsBlock block = Assert.IsType<PanelsBlock>(report.Blocks[1]);
        Assert.Equal(Titles, block.Panels.Select(panel => panel.Title));
        Assert.All(block.Panels, panel => Assert.Equal(panel.Variants.Count > 0, panel.Reason is null));
        Assert.StartsWith("trial 11\nvalue ", block.Trials[11], StringComparison.Ordinal);
    }

    [Fact]
    public void Study_WithFailedTrials_SaysWhyTheyFailed()
    {
        using Study study = Toy.InMemory();
        study.Optimize(30, Toy.Mixed);
        Report report = new();
        report.Study(study);

        TableBlock table = Assert.IsType<TableBlock>(report.Blocks[2]);
        int failed = study.Trials.Count(trial => trial.State == TrialState.Failed);
        Assert.Equal(["boom", failed], Assert.Single(table.Table.Rows));
    }

    [Fact]
    public void Study_WithConstraintsAndAttributes_ShowsThemOfTheBestTrials()
    {
        System.IO.File.WriteAllText(folder.File("houses.csv"), "1,2");
        using Study study = Toy.InMemory();
        study.Optimize(20, trial =>
        {
            trial.SetUserAttribute("epochs", trial.Number);
            return Toy.Limited(trial);
        });
        study.UploadArtifact(folder.File("houses.csv"));
        Report report = new();
        report.Study(study, objectives: ["loss"]);
        TableBlock best = Assert.IsType<TableBlock>(report.Blocks[2]);
        Assert.Equal(["trial", "loss", "x", "y", "kind", "sum", "epochs"], best.Table.Columns.Where(name => name != "constraint x"));
        Assert.Equal(study.BestTrial.Number, best.Table.Rows[0][0]);
        Assert.Equal(study.Trials.Count(trial => trial.IsFeasible), best.Table.Rows.Length);
        Assert.Equal("houses.csv", Assert.IsType<TableBlock>(report.Blocks[3]).Table.Rows[0][0]);
    }

    [Fact]
    public void Study_WithoutTrials_GivesAReasonForEachPicture()
    {
        using Study study = Toy.InMemory();
        Report report = new();
        report.Study(study);
        Assert.All(Assert.IsType<PanelsBlock>(report.Blocks[1]).Panels, panel =>
            Assert.EndsWith(".", panel.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Study_ComparedInAnotherDirection_IsAClearError()
    {
        using Study study = Toy.InMemory();
        using Study other = new("other", new StudyOptions { Store = SqliteStore.InMemory(), Directions = [StudyDirection.Maximize] });
        OptionException error = Assert.Throws<OptionException>(() => new Report().Study(study, comparedWith: [other]));
        Assert.Equal(
            "report.study: studies are compared in the same directions, but 'toy' has Minimize and 'other' has Maximize", error.Message);
    }

    [Fact]
    public void Study_AllFailed_SaysSo()
    {
        using Study study = Toy.InMemory();
        study.Optimize(3, _ => double.NaN);
        Report report = new();
        report.Study(study);
        Assert.Equal("3 trials: 0 complete, 0 pruned, 3 failed.", Assert.IsType<TextBlock>(report.Blocks[0]).Text);
        PanelsBlock block = Assert.IsType<PanelsBlock>(report.Blocks[1]);
        Assert.Equal("Timeline", Assert.Single(block.Panels, panel => panel.Reason is null).Title);
        Assert.Equal("trial 0\nfailed: study: the objective must be finite, but is NaN", block.Trials[0]);
    }

    [BrowserFact]
    public async Task Study_InTheBrowser_IsDrawnAndLegibleOnAnyScreen()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        string file = await WriteAsync(Mixed());
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(file, width, scheme);
            await OfflineBrowser.DrawnAsync(page, Drawn);
            Assert.Equal(24, await page.Locator(".panel").CountAsync());
            // the front and the volume of one objective, the curves and the terminator of two
            Assert.Equal(4, await page.Locator(".panel.left-out").CountAsync());
            Assert.Equal(20, await page.Locator(".panel:not(.left-out) .plot .main-svg:first-child").CountAsync());
            Assert.Equal(0, await page.Locator(".says:empty").CountAsync());
            Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
        }

        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Study_Choices_ChangeThePicture()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(await WriteAsync(Mixed()));
        await OfflineBrowser.DrawnAsync(page, Drawn);
        ILocator slice = page.GetByLabel("Slice").First;
        foreach ((string parameter, string type) in new[] { ("rate", "log"), ("optimizer", "category"), ("x", "linear") })
        {
            await slice.Locator("select").SelectOptionAsync(parameter);
            Assert.Equal((parameter, type), (await AxisAsync("title.text"), await AxisAsync("type")));
            Assert.Contains($" {parameter} ", await slice.Locator(".says").TextContentAsync(), StringComparison.Ordinal);
        }

        ILocator contour = page.GetByLabel("Contour").First;
        string[] pairs = [.. await contour.Locator("option").AllTextContentsAsync()];
        Assert.Equal(10, pairs.Length); // of five parameters
        await contour.Locator("select").SelectOptionAsync(pairs[^1]);
        Assert.Equal(pairs[^1], await contour.Locator("select").InputValueAsync());

        // Pointing at a trial shows all of it.
        string text = await slice.Locator(".plot").EvaluateAsync<string>("plot => plot.data[0].text[0]");
        Assert.Matches(@"^trial 0<br>loss &lt;b&gt; .*<br>x .*<br>rate .*<br>layers .*<br>optimizer ", text);
        Assert.Empty(browser.Complaints);

        Task<string> AxisAsync(string property) =>
            slice.Locator(".plot").EvaluateAsync<string>($"plot => plot._fullLayout.xaxis.{property}");
    }

    [BrowserFact]
    public async Task Study_TenThousandTrials_AreDrawn()
    {
        StudyView study = new("large", [StudyDirection.Minimize],
        [
            .. Enumerable.Range(0, 10000).Select(i => Ended.Of(
                i, i % 4 == 3 ? TrialState.Pruned : TrialState.Complete, [(i * 0.6180339887 % 1) + (1000.0 / (i + 10))],
                [
                    (Ended.X, i * 0.6180339887 % 1),
                    (Ended.Rate, Math.Pow(10, -4 * (i * 0.7548776662 % 1))),
                    (Ended.Kind, i % 3),
                    (Ended.Depth, 1 + (i % 4))
                ],
                reports: [3, 2, 1], start: 0.05 * i, seconds: 0.04)),
        ]);
        PanelsBlock block = StudyPanels.Of(study, []);
        Report report = new();
        report.Add(block);
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(await WriteAsync(report));
        await OfflineBrowser.DrawnAsync(page, Drawn);
        Assert.Equal(10, await page.Locator(".panel:not(.left-out) .plot .main-svg:first-child").CountAsync());
        Assert.InRange(Panel.ToJson(block).Length, 0, 6_000_000); // with plotly.js the page is then about as large as a photograph
        Assert.Empty(browser.Complaints);
    }
}
