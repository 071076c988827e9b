using Crucible.Lab.Scripting;
using Crucible.Lab.Tables;
using Crucible.Lab.Tests.Reports;
using Crucible.Tensors;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.Playwright;
using Plotly.NET;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>What a notebook shows, by the formatter that .NET Interactive itself has.</summary>
public sealed class NotebookTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public NotebookTests()
    {
        _ = Formatter.DefaultMimeType; // loads the assembly, as a notebook's kernel does
        Assert.True(Notebook.Register());
    }

    public void Dispose()
    {
        Formatter.ResetToDefault();
        folder.Dispose();
    }

    private static string Html(object value) => Formatter.ToDisplayString(value, "text/html");

    private static GenericChart Line() =>
        Samples.Chart("Squares", Samples.Trace("scatter", ("x", new[] { 1.0, 2, 3 }), ("y", new[] { 1.0, 4, 9 })));

    [Fact]
    public void Matrix_Small_IsATableOfNumbers()
    {
        string html = Html(Tensor.Arange(4, DType.Float64).Reshape(2, 2) + 0.5);

        Assert.Contains("<td class=\"number\">0.5</td><td class=\"number\">1.5</td>", html, StringComparison.Ordinal);
        Assert.Contains("<caption>[2, 2] float64</caption>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_LargeOrOfAnotherRank_IsItsText()
    {
        Assert.Equal("<pre>tensor([1.0000, 1.0000], [2] float32)</pre>\n", Html(Tensor.Ones(2)));
        Assert.StartsWith("<pre>tensor(", Html(Tensor.Zeros(2000, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_AreImagesOfThePage() => Assert.Contains(
        "src=\"data:image/png;base64,", Html(new Crucible.Lab.Reports.PictureGrid(Tensor.Ones(2, 4, 4))), StringComparison.Ordinal);

    [Fact]
    public void Frame_ShowsItsFirstRowsAndSize()
    {
        string html = Html(Houses.Load().Frame);

        Assert.Contains("<caption>506 rows, 14 columns</caption>", html, StringComparison.Ordinal);
        Assert.Contains("medv</th>", html, StringComparison.Ordinal);
        Assert.Equal(21, html.Split("<tr>").Length - 1); // the headings and 20 rows
    }

    [BrowserFact]
    public async Task Charts_FirstAndLater_AreDrawnOffline()
    {
        string page = folder.File("notebook.html");
        string first = Html(Line()), later = Html(Line());
        Assert.True(later.Length < first.Length / 10, "plotly.js is there once");

        // As in Jupyter, where a module loader takes every script that knows it.
        string loader = "<script>window.define = function () {}; window.define.amd = true;</script>";
        await File.WriteAllTextAsync(page, $"<!DOCTYPE html><body>{loader}{later}{first}</body>", TestContext.Current.CancellationToken);
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        IPage opened = await browser.OpenAsync(page);
        await Assertions.Expect(opened.Locator(".js-plotly-plot .main-svg:first-child")).ToHaveCountAsync(2);
        Assert.Empty(browser.Complaints);
    }
}
