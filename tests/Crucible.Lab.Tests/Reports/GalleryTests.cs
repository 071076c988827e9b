using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class GalleryTests
{
    private static void AddRun(TemporaryFolder root, string script, string run, string json)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root.Location, script, run)).FullName;
        File.WriteAllText(Path.Combine(folder, RunRecord.FileName), json);
        File.WriteAllText(Path.Combine(folder, ReportPage.FileName), "");
    }

    private static string Refresh(TemporaryFolder root)
    {
        new Gallery(root.Location).Refresh();
        return File.ReadAllText(root.File(Gallery.FileName));
    }

    [Fact]
    public void Refresh_ListsRunsNewestFirstWithMetricsAndLinks()
    {
        using TemporaryFolder root = new();
        AddRun(root, "housing", "20260101-000000-seed0", Samples.Record().ToJson());
        AddRun(root, "housing", "20260102-000000-seed0", Samples.Record(RunStatus.Interrupted).ToJson());

        string page = Refresh(root);

        Assert.True(page.IndexOf("20260102", StringComparison.Ordinal) < page.IndexOf("20260101", StringComparison.Ordinal));
        Assert.Contains("href=\"housing/20260101-000000-seed0/report.html\"", page, StringComparison.Ordinal);
        Assert.Contains("9.75", page, StringComparison.Ordinal);
        Assert.Contains("interrupted", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_ShowsQuestionHeadlinesAndChecks()
    {
        using TemporaryFolder root = new();
        AddRun(root, "housing", "20260101-000000-seed0", Samples.Record().ToJson());

        string page = Refresh(root);

        Assert.Contains("<p>A &lt;sample&gt; &amp; more</p>", page, StringComparison.Ordinal);
        Assert.Contains("2026-01-02 02:04:05</a>", page, StringComparison.Ordinal);
        Assert.Contains("Seed 7 &#183; 1.5 s &#183; 1 of 1 checks met", page, StringComparison.Ordinal);
        Assert.Contains("<dt>test MSE</dt><dd>9.75</dd>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<dt>diverged", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_RunOfAnEarlierVersion_ShowsItsFirstMetrics()
    {
        using TemporaryFolder root = new();
        AddRun(
            root,
            "housing",
            "run1",
            """{"status": "completed", "seed": 1, "seconds": 1, "metrics": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "checks": []}""");

        string page = Refresh(root);

        Assert.Contains("<dt>d</dt><dd>4</dd>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<dt>e</dt>", page, StringComparison.Ordinal);
        Assert.Contains(">run1</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_TextsThatCloseScripts_StayData()
    {
        using TemporaryFolder root = new();
        RunRecord record = Samples.Record();
        record.Config["title"] = "</script><b>";
        AddRun(root, "housing", "run1", record.ToJson());

        Assert.DoesNotContain("</script><b>", Refresh(root), StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_ManyRuns_OlderOnesWait()
    {
        using TemporaryFolder root = new();
        for (int number = 1; number <= 9; number++) AddRun(root, "sweep", $"run{number}", Samples.Record().ToJson());

        Assert.Contains("<summary>3 older</summary>", Refresh(root), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"script\": 3}")]
    [InlineData("{\"status\": 3, \"seed\": -1, \"seconds\": \"x\", \"metrics\": [], \"checks\": {}}")]
    [InlineData("{\"status\": \"completed\", \"seed\": 1.5, \"seconds\": 1, \"metrics\": {}, \"checks\": []}")]
    public void Refresh_DamagedRun_IsListedAsSuch(string json)
    {
        using TemporaryFolder root = new();
        AddRun(root, "housing", "20260101-000000-seed0", json);
        AddRun(root, "housing", "20260102-000000-seed0", Samples.Record().ToJson());

        string page = Refresh(root);

        Assert.Contains("run.json cannot be read", page, StringComparison.Ordinal);
        Assert.Contains("completed", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_NamesLikeMarkup_AreEncoded()
    {
        using TemporaryFolder root = new();
        AddRun(root, "a&b", "<i>", Samples.Record().ToJson());

        string page = Refresh(root);

        Assert.Contains("<h2 id=\"a&amp;b\">a&amp;b</h2>", page, StringComparison.Ordinal);
        Assert.Contains("a%26b/%3Ci%3E/report.html", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_FromManyThreads_EndsWithEveryRun()
    {
        using TemporaryFolder root = new();

        Parallel.For(0, 8, number =>
        {
            AddRun(root, "sweep", $"run{number}", Samples.Record().ToJson());
            new Gallery(root.Location).Refresh();
        });

        string page = File.ReadAllText(root.File(Gallery.FileName));
        Assert.All(Enumerable.Range(0, 8), number =>
            Assert.Contains($"href=\"sweep/run{number}/report.html\"", page, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(root.Location, "*.tmp"));
    }
}
