using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class ReportPageTests
{
    private static string Render(RunRecord record, Report? report = null, string? error = null) =>
        new ReportPage(record, (report ?? new Report()).Blocks, error).Render(new PlotlyScript("1.0", "/* plotly.js */"));

    private static Figure Figure() => new([Crucible.Lab.Reports.Figure.Line(new[] { 1, 2 }, new[] { 3, 4 }, "line")], []);

    [Fact]
    public void Render_TextsFromOutside_AreEncoded()
    {
        string page = Render(Samples.Record(), Samples.Everything(), error: "<script>alert(1)</script>");

        Assert.Contains("A &lt;sample&gt; &amp; more", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;markup&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("ridge &lt;/td&gt;", page, StringComparison.Ordinal);
        Assert.Contains("an &lt;os&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<speaks>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ChartTextThatClosesScripts_StaysData()
    {
        Report report = new();
        report.Add(new FiguresBlock([new([Crucible.Lab.Reports.Figure.Line(new[] { 1 }, new[] { 1.0 }, "</script><b>")], [])], null));

        Assert.DoesNotContain("</script><b>", Render(Samples.Record(), report), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Twice_IsTheSame() =>
        Assert.Equal(Render(Samples.Record(), Samples.Everything()), Render(Samples.Record(), Samples.Everything()));

    [Fact]
    public void Render_UnderCommaCulture_IsTheSame()
    {
        string usual = Render(Samples.Record(), Samples.Everything());
        using Culture _ = new();

        Assert.Equal(usual, Render(Samples.Record(), Samples.Everything()));
    }

    [Fact]
    public void Render_WithoutCharts_HasNoPlotly() => Assert.DoesNotContain("plotly", Render(Samples.Record()), StringComparison.Ordinal);

    [Fact]
    public void Render_WithLibrary_LoadsNothingFromElsewhere()
    {
        string page = Render(Samples.Record(), Samples.Everything());

        Assert.Contains("<script>/* plotly.js */</script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Answer_StandsBeforeAllElse()
    {
        Report report = new();
        report.Section("How");
        report.Lead(new AnswerBlock("No.", [], null, null));
        report.Lead(new AnswerBlock(
            "Yes <b>.", [new Estimate("test error", 11.2637, "$1000²", 0.412), new Estimate("rows", 12345)], Figure(), "Look."));

        string page = Render(Samples.Record(), report);

        Assert.Contains("<p class=\"sentence\">Yes &lt;b&gt;.</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("No.", page, StringComparison.Ordinal); // a second answer takes the place of the first
        Assert.Contains(
            "<dt>test error</dt><dd>11.26 <span class=\"unit\">&#177; 0.41 $1000&#178;</span></dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>rows</dt><dd>12,345 <span class=\"unit\"></span></dd>", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("id=\"chart-1\"", StringComparison.Ordinal) < page.IndexOf(">How</h2>", StringComparison.Ordinal));
        Assert.True(page.IndexOf(">How</h2>", StringComparison.Ordinal) < page.IndexOf("<h2>All results</h2>", StringComparison.Ordinal));
        Assert.True(
            page.IndexOf("<h2>All results</h2>", StringComparison.Ordinal) < page.IndexOf("<h2>Checks</h2>", StringComparison.Ordinal));
    }

    [Fact]
    public void Render_AnswerWithoutANumber_LeavesItOutWithTheReason()
    {
        RunRecord record = Samples.Record();
        record.Config["quick"] = true;
        Report report = new();
        report.Lead(new AnswerBlock("Yes.", [new Estimate("error", 1), new Estimate("spread", double.NaN)], null, null));
        string page = Render(record, report);

        Assert.DoesNotContain("<dt>spread</dt>", page, StringComparison.Ordinal);
        Assert.Contains("Left out, because --quick gave no number: spread.", page, StringComparison.Ordinal);
    }

    /// <summary>Checks are folded as long as all are met; one that fails is seen.</summary>
    [Fact]
    public void Render_Checks_AreFoldedUnlessOneFails()
    {
        RunRecord record = Samples.Record();
        Assert.Contains("<details><summary>1 of 1 met</summary>", Render(record), StringComparison.Ordinal);
        record.Checks.Add(new Check("rows", 20_000, 30_000, false));
        string page = Render(record);

        Assert.Contains("<details open><summary>1 of 2 met</summary>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\">30,000</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_FormulasAndAddresses_AreSetAndLinked()
    {
        Report report = new();
        report.Text("See https://example.org/a_b?c=1 (or <https://example.org/d>).");
        report.Formula("a / b", "where b is not 0");
        string page = Render(Samples.Record(), report);

        Assert.Contains("See <a href=\"https://example.org/a_b?c=1\">https://example.org/a_b?c=1</a> (or", page, StringComparison.Ordinal);
        Assert.Contains(">https://example.org/d</a>&gt;).", page, StringComparison.Ordinal);
        Assert.Contains("<mfrac><mi>a</mi><mi>b</mi></mfrac>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"where\">where b is not 0</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_WithoutAnAnswer_BeginsWithTheHeadlines()
    {
        string page = Render(Samples.Record());

        Assert.Contains("<dt>test MSE</dt><dd>9.75</dd>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<dt>diverged</dt>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Results_HavePlainNamesFourDigitsAndGroups()
    {
        RunRecord record = Samples.Record();
        foreach (int i in Enumerable.Range(1, 3)) record.SetMetric($"evaluations_m{i}", 1234.567 * i);
        record.SetMetric("us_per_step", 0.123456);
        record.Titles["test_mse"] = "test error (MSE)";

        string page = Render(record);

        Assert.Contains(
            "<td><span title=\"test_mse\">test error (MSE)</span></td><td class=\"number\">9.75</td>", page, StringComparison.Ordinal);
        Assert.Contains(
            "<td><span title=\"us_per_step\">&#181;s per step</span></td><td class=\"number\">0.1235</td>", page, StringComparison.Ordinal);
        Assert.Contains("<caption>evaluations</caption>", page, StringComparison.Ordinal);
        Assert.Contains("evaluations m3</span></td><td class=\"number\">3704</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NotesAndQuick_AreSaidAndFailNothing()
    {
        RunRecord record = Samples.Record();
        record.Config["quick"] = true;
        record.Notes.Add(new Note("tokens a second", "12 (elsewhere above 1,000)"));

        string page = Render(record);

        Assert.Contains(">quick</span>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">quick</span>", Render(Samples.Record()), StringComparison.Ordinal);
        Assert.Contains("<td>tokens a second</td><td>12 (elsewhere above 1,000)</td>", page, StringComparison.Ordinal);
        Assert.Contains(">completed<", page, StringComparison.Ordinal);
        Assert.False(record.HasFailedCheck);
    }

    [Fact]
    public void Render_Statuses_AreSaidInWords()
    {
        RunRecord failing = Samples.Record();
        failing.Checks.Add(new Check("impossible", 1, 2, false));

        Assert.Contains(">completed<", Render(Samples.Record()), StringComparison.Ordinal);
        Assert.Contains(">check failed<", Render(failing), StringComparison.Ordinal);
        Assert.Contains("✗ not met", Render(failing), StringComparison.Ordinal);
        Assert.Contains("This run was interrupted.", Render(Samples.Record(RunStatus.Interrupted)), StringComparison.Ordinal);
        Assert.Contains("ended with an error: boom", Render(Samples.Record(RunStatus.Failed), error: "boom"), StringComparison.Ordinal);
    }

    [Fact]
    public void Table_RowMiscounted_NamesTheRow()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new Report().Table(["a", "b"], [(1, 2, 3)]));

        Assert.Equal("table: row 0 must have one value for each of the 2 columns, but has 3", error.Message);
    }
}
