using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class ReportPageTests
{
    private static string Render(RunRecord record, Report? report = null, string? error = null) =>
        new ReportPage(record, (report ?? new Report()).Blocks, error).Render(new PlotlyScript("1.0", "/* plotly.js */"));

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
        report.Chart(Chart.Line([1], [1.0], Name: "</script><b>"));

        Assert.DoesNotContain("</script><b>", Render(Samples.Record(), report), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Twice_IsTheSame() => Assert.Equal(Render(Samples.Record(), Samples.Everything()), Render(Samples.Record(), Samples.Everything()));

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
    public void Render_ManyResults_ShowsHeadlinesAndFoldsTheRest()
    {
        RunRecord record = Samples.Record();
        for (int i = 0; i < 30; i++) record.SetMetric($"trial{i}", i);
        string page = Render(record);

        Assert.Contains("<summary>All 32 results</summary>", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("<dd>9.75</dd>", StringComparison.Ordinal) < page.IndexOf("<summary>All", StringComparison.Ordinal));
        Assert.True(page.IndexOf("trial0", StringComparison.Ordinal) > page.IndexOf("<summary>All", StringComparison.Ordinal));
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
