using System.Text;
using Crucible.Lab.Reports;
using Microsoft.Playwright;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>Prints a report as Chromium does, from a dark screen, and reads the PDF.</summary>
[Trait("Speed", "Slow")]
public sealed class PaperTests : IDisposable
{
    // Titles, axes and legends of the figures.
    private const string FindTexts =
        "() => [...document.querySelectorAll(['gtitle', 'xtitle', 'ytitle', 'legendtext'].map(part => `.plot .${part}`).join())]"
        + ".map(text => text.textContent)";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [BrowserFact]
    public async Task Report_PrintedByChromium_IsWholeAndOpen()
    {
        Report report = Samples.Everything();
        double[] x = [1, 2, 3];
        report.Chart(Samples.Chart("As wide as three screens", Samples.Trace("scatter", ("x", x), ("y", x), ("name", "a line"))));
        report.Blocks.OfType<FiguresBlock>().Last().Figures[0].Layout["width"] = 2400;
        RunRecord record = Samples.Record();
        string page = new ReportPage(record, report.Blocks, null).Render(await PlotlyScript.OfUserAsync());
        File.WriteAllText(folder.File(ReportPage.FileName), page);

        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        Assert.Empty(await PrintedFaultsAsync(browser, folder.File(ReportPage.FileName), [record.Checks[0].Name, "dotnet"]));
        Assert.Empty(browser.Complaints);
    }

    /// <summary>What is wrong with a report on paper.</summary>
    /// <param name="browser">What prints it.</param>
    /// <param name="file">The report.</param>
    /// <param name="folded">Texts that are folded on the screen.</param>
    internal static async Task<string[]> PrintedFaultsAsync(OfflineBrowser browser, string file, string[] folded)
    {
        IPage page = await browser.OpenAsync(file, scheme: ColorScheme.Dark);
        if (await page.Locator(".plot").CountAsync() > 0) await OfflineBrowser.DrawnAsync(page, "html[data-charts]");
        string[] texts = await page.EvaluateAsync<string[]>(FindTexts);
        using PdfDocument pdf = PdfDocument.Open(await page.PdfAsync(new() { Format = "A4", PrintBackground = true }));
        List<string> faults = [];
        string all = string.Concat(pdf.GetPages().Select(paper => string.Concat(paper.Letters.Select(letter => letter.Value))));
        foreach (string text in texts.Concat(folded))
            if (!Bare(all).Contains(Bare(text), StringComparison.Ordinal)) faults.Add($"\"{text}\" is not on paper");
        foreach (Page paper in pdf.GetPages())
        {
            foreach (Letter letter in paper.Letters.Where(letter => letter.Value.Trim().Length > 0))
            {
                if (letter.BoundingBox.Left < 0 || letter.BoundingBox.Right > paper.Width)
                    faults.Add($"page {paper.Number}: {letter.Value} is beyond the edge");
            }
        }

        await page.EmulateMediaAsync(new() { Media = Media.Print });
        if (await page.Locator(".modebar:visible, nav:visible").CountAsync() > 0) faults.Add("there are toolbars on paper");
        await page.CloseAsync();
        return [.. faults];

        // Lines may be broken anywhere, and fi may be one letter.
        static string Bare(string text) => string.Concat(text.Normalize(NormalizationForm.FormKC).Where(char.IsLetterOrDigit));
    }
}
