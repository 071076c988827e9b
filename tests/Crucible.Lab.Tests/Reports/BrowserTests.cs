using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Microsoft.Playwright;
using Xunit;
using static System.FormattableString;

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
        File.WriteAllText(
            folder.File(ReportPage.FileName), new ReportPage(Samples.Record(), Samples.Everything().Blocks, null).Render(plotly));
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
            Assert.Empty(await PageFaults.OfAsync(page));
            Assert.Equal(
                scheme == ColorScheme.Dark ? "rgb(18, 22, 28)" : "rgb(255, 255, 255)",
                await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        }

        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Report_Charts_HoldTheirHeight()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(Write(await PlotlyScript.OfUserAsync()), width: 390);
        await OfflineBrowser.DrawnAsync(page, Drawn);

        // A window that changes while charts are drawn would otherwise shrink them to what their elements hold by then:
        // nothing.
        Assert.Equal(
            "[]",
            await page.EvaluateAsync<string>(
                "JSON.stringify([...document.querySelectorAll('.plot')].map(p => [parseFloat(p.style.minHeight), p._fullLayout.height]).filter(([least, height]) => least < 300 || least !== height))"));
    }

    /// <summary>The answer, its figures and their chart are what a reader sees without scrolling, on a desk and on a telephone.</summary>
    [BrowserFact]
    public async Task Report_FirstScreen_IsTheAnswer()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        Report report = Samples.Everything();
        Figure figure = report.Blocks.OfType<FiguresBlock>().First().Figures[0];
        report.Lead(new AnswerBlock(
            "A network of two layers predicts prices that it has not seen with an error of 11.3.", [
                new("test error (MSE)", 11.26, "($1000s)²", 0.4),
                new("R²", 0.87)
            ], figure, null));
        File.WriteAllText(
            folder.File(ReportPage.FileName),
            new ReportPage(Samples.Record(), report.Blocks, null).Render(await PlotlyScript.OfUserAsync()));
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(folder.File(ReportPage.FileName), width, scheme);
            await OfflineBrowser.DrawnAsync(page, Drawn);

            LocatorBoundingBoxResult? chart = await page.Locator(".answer .xy").First.BoundingBoxAsync();
            Assert.NotNull(chart);
            Assert.InRange(chart.Y + chart.Height, 0, 900);
            Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
        }

        Assert.Empty(browser.Complaints);
    }

    /// <summary>A thing has one colour through the page, and two things of a figure are told apart, by a dash if need be.</summary>
    [BrowserFact]
    public async Task Report_Series_KeepTheirColours()
    {
        double[] x = [1, 2];
        Report report = new();
        report.Add(new FiguresBlock([Lines("bc"), Lines("abcdefghi"), Lines("ija")], null));
        File.WriteAllText(
            folder.File(ReportPage.FileName),
            new ReportPage(Samples.Record(), report.Blocks, null).Render(await PlotlyScript.OfUserAsync()));
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(folder.File(ReportPage.FileName), width, scheme);
            await OfflineBrowser.DrawnAsync(page, Drawn);

            Assert.Empty(await PageFaults.OfAsync(page));
            string[] looks = await page.EvaluateAsync<string[]>(
                "document.querySelectorAll('.plot')[1]._fullData.map(trace => trace.line.color + trace.line.dash)");
            Assert.Equal(9, looks.Distinct().Count());
        }

        Assert.Empty(browser.Complaints);

        Figure Lines(string names) =>
            Figure.Over("t", Figure.Axis("x"), Figure.Axis("y"), names.Select(name => Figure.Line(x, x, name.ToString())));
    }

    /// <summary>On paper nothing is wider than the page, and figures are drawn in the light colours.</summary>
    [BrowserFact]
    public async Task Report_OnPaper_IsNotCropped()
    {
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(Write(await PlotlyScript.OfUserAsync()), scheme: ColorScheme.Dark);
        await OfflineBrowser.DrawnAsync(page, Drawn);
        await page.SetViewportSizeAsync(680, 900); // A4 between its margins, in CSS pixels
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");

        Assert.Equal("[]", await page.EvaluateAsync<string>(
            "JSON.stringify([...document.querySelectorAll('div.plot svg.main-svg, table, pre')].map(e => e.getBoundingClientRect().right).filter(right => right > 681))"));
        Assert.Equal("#1d2530", await page.EvaluateAsync<string>("document.querySelector('div.plot')._fullLayout.font.color"));

        // And on the screen again they are as wide as their columns there.
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        await page.SetViewportSizeAsync(1280, 900);
        await page.EvaluateAsync("dispatchEvent(new Event('afterprint'))");
        await page.WaitForFunctionAsync(
            "[...document.querySelectorAll('div.plot')].every(plot => plot.scrollWidth <= plot.clientWidth + 1)");
        Assert.Empty(browser.Complaints);
    }

    /// <summary>Long titles of figures and axes stay whole beside long names of bars, and in small multiples.</summary>
    [BrowserFact]
    public async Task Report_LongTitles_AreWhole()
    {
        const string across = "root of the mean squared error ($1000s)", up = "share of the parameters of a network";
        int[] ends = [1, 2];
        JsonObject bars = new()
        {
            ["type"] = "bar",
            ["orientation"] = "h",
            ["x"] = new JsonArray(3, 5),
            ["y"] = new JsonArray("ridge regression, penalty 10", "an ensemble of networks"),
        };
        JsonObject[] lines = [.. Enumerable.Range(1, 4).Select(i => Figure.Line(ends, ends, Invariant($"line {i}")))];
        Figure single = Figure.Over("Test error of each of the models compared here", Figure.Axis(across), Figure.Axis(up), [bars], 260);
        Figure many = Figure.Over("Four small multiples, each with its axes", Figure.Axis(across), Figure.Axis(up), lines);
        for (int i = 0; i < lines.Length; i++)
        {
            string id = i == 0 ? "" : Invariant($"{i + 1}");
            (lines[i]["xaxis"], lines[i]["yaxis"]) = ("x" + id, "y" + id);
            JsonObject x = Figure.Axis(across), y = Figure.Axis("");
            (x["domain"], x["anchor"], y["anchor"]) = (new JsonArray(i / 4.0, (i / 4.0) + 0.2), "y" + id, "x" + id);
            (many.Layout["xaxis" + id], many.Layout["yaxis" + id]) = (x, y);
        }

        Report report = new();
        foreach (Figure figure in new[] { single, many }) report.Add(new FiguresBlock([figure], null));
        File.WriteAllText(
            folder.File(ReportPage.FileName),
            new ReportPage(Samples.Record(), report.Blocks, null).Render(await PlotlyScript.OfUserAsync()));
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(folder.File(ReportPage.FileName), width, scheme);
            await OfflineBrowser.DrawnAsync(page, Drawn);

            Assert.Empty(await PageFaults.OfAsync(page));
        }

        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task Report_LogarithmicTicks_DoNotCollide()
    {
        Report report = new();
        foreach (double decades in new[] { 0.8, 1.3, 2.1, 3, 7.5 })
        {
            double[] values = [.. Enumerable.Range(0, 20).Select(i => Math.Pow(10, decades * i / 19))];
            report.Add(new FiguresBlock(
                [.. new[] { 330, 420 }.Select(height => Figure.Over(
                    "t",
                    Figure.Axis("x", isLog: true),
                    Figure.Axis("y", isLog: true),
                    [Figure.Line(values, values, "l")],
                    height))], null));
        }

        File.WriteAllText(
            folder.File(ReportPage.FileName),
            new ReportPage(Samples.Record(), report.Blocks, null).Render(await PlotlyScript.OfUserAsync()));
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage page = await browser.OpenAsync(folder.File(ReportPage.FileName));
        await OfflineBrowser.DrawnAsync(page, Drawn);

        Assert.Empty(await PageFaults.OfAsync(page));
    }
}
