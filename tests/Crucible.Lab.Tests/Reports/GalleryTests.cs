using System.Diagnostics;
using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
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
    public void Refresh_RunThatIsNotAsItShouldBe_SaysWhy()
    {
        using TemporaryFolder root = new();
        RunRecord failed = Samples.Record(RunStatus.Failed), unmet = Samples.Record();
        failed.Error = "csv: line 3 has <2> cells";
        unmet.Checks.Add(new Check("test error", "at most 10", 12.3456, false));
        unmet.Checks.Add(new Check("rows", 506, 505, false));
        AddRun(root, "housing", "1", failed.ToJson());
        AddRun(root, "housing", "2", unmet.ToJson());
        AddRun(root, "housing", "3", Samples.Record(RunStatus.Interrupted).ToJson());
        AddRun(root, "housing", "4", Samples.Record(RunStatus.Running).ToJson());
        AddRun(root, "housing", "5", "{}");

        string page = Refresh(root);

        Assert.Contains("<p class=\"reason\">csv: line 3 has &lt;2&gt; cells</p>", page, StringComparison.Ordinal);
        Assert.Contains(
            "<p class=\"reason\">Not met: test error: 12.35, expected at most 10; and 1 more</p>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"reason\">It was stopped, and shows what was done until then.</p>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"reason\">It is running, or was killed.</p>", page, StringComparison.Ordinal);
        Assert.Equal(5, page.Split("<p class=\"reason\">").Length - 1);
    }

    [Fact]
    public void Refresh_ManyRuns_CostThePageNoRecord()
    {
        using TemporaryFolder root = new();
        RunRecord record = Samples.Record();
        record.Machine["cpu"] = new string('x', 100_000);
        for (int number = 0; number < 10; number++) AddRun(root, "housing", $"{number}", record.ToJson());

        Assert.InRange(Refresh(root).Length, 1, 100_000);
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
    [InlineData(Whole + ", \"config\": 3}")]
    [InlineData(Whole + ", \"titles\": {\"a\": 3}}")]
    [InlineData(Whole + ", \"headlines\": [3]}")]
    [InlineData(Whole + ", \"answer\": []}")]
    [InlineData(Whole + ", \"started\": \"yesterday\"}")]
    [InlineData(Whole + ", \"note\": \"a lone \\ud800 surrogate\"}")]
    [InlineData(Whole + ", \"a lone \\udfff name\": 1}")]
    public void Refresh_DamagedRun_IsListedAsSuch(string json)
    {
        using TemporaryFolder root = new();
        AddRun(root, "housing", "20260101-000000-seed0", json);
        AddRun(root, "housing", "20260102-000000-seed0", Samples.Record().ToJson());

        string page = Refresh(root);

        Assert.Contains("run.json cannot be read", page, StringComparison.Ordinal);
        Assert.Contains("completed", page, StringComparison.Ordinal);
    }

    private const string Whole =
        "{\"status\": \"completed\", \"seed\": 1, \"seconds\": 1, \"metrics\": {\"a\": 1}, \"checks\": []";

    [Fact]
    public void Refresh_NothingThatMayBeReadWhole_IsListedAndNamed()
    {
        using TemporaryFolder root = new();
        AddRun(root, "housing", "good", Samples.Record().ToJson());
        AddRun(root, "housing", "deep", Whole + ", \"note\": " + new string('[', 5000) + new string(']', 5000) + "}");
        AddRun(root, "housing", "huge", "");
        using (FileStream file = File.OpenWrite(Path.Combine(root.Location, "housing", "huge", RunRecord.FileName)))
            file.SetLength(RunFile.MostBytes + 1);
        Directory.CreateDirectory(Path.Combine(root.Location, "housing", "folder", RunRecord.FileName));
        int damaged = 3;
        if (!OperatingSystem.IsWindows())
        {
            damaged = 4;
            string folder = Directory.CreateDirectory(Path.Combine(root.Location, "housing", "pipe")).FullName;
            Process.Start("mkfifo", [Path.Combine(folder, RunRecord.FileName)]).WaitForExit();
        }

        string complaint = new Gallery(root.Location).Refresh()!;

        string page = File.ReadAllText(root.File(Gallery.FileName));
        Assert.Equal(damaged, page.Split(">run.json cannot be read<").Length - 1);
        Assert.Contains("completed", page, StringComparison.Ordinal);
        Assert.StartsWith("index.html lists without results, ", complaint, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', complaint);
    }

    [Fact]
    public void WritePage_BesideADamagedRun_IsWrittenAndNamesIt()
    {
        using TemporaryFolder root = new();
        AddRun(root, "other", "run1", Whole + ", \"note\": \"\\ud800\"}");
        RunRecord record = Samples.Record();
        using RunFolder folder = RunFolder.New(root.Location, record);
        RunWriter writer = new(folder, record, new Report(), opens: false);

        writer.WritePage();

        Assert.True(File.Exists(writer.ReportFile));
        Assert.Contains("other/run1 (", writer.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_FiguresOfARun_AreDataThatTheGalleryCopies()
    {
        using TemporaryFolder root = new();
        AddRun(root, "housing", "good", Samples.Record().ToJson());
        FiguresFile.Write(Path.Combine(root.Location, "housing", "good"), Samples.Everything().Blocks);
        AddRun(root, "housing", "script", Samples.Record().ToJson());
        File.WriteAllText(Path.Combine(root.Location, "housing", "script", "figures.js"), "alert(1)");
        foreach (string wrong in new[] { "alert(1)", "{}", "[{\"data\": 3, \"layout\": {}}]", "[{}]" })
        {
            string run = $"wrong{wrong.Length}";
            AddRun(root, "housing", run, Samples.Record().ToJson());
            File.WriteAllText(Path.Combine(root.Location, "housing", run, FiguresFile.Name), wrong);
        }

        string page = Refresh(root);

        string[] copies = Directory.GetFiles(root.File("gallery"));
        Assert.Equal(6, copies.Length); // one a run, those without figures that can be read too
        Assert.All(copies, one => Assert.DoesNotContain("alert", File.ReadAllText(one), StringComparison.Ordinal));
        string copy = Assert.Single(copies, one => File.ReadAllText(one).Contains("scatter", StringComparison.Ordinal));
        Assert.StartsWith("crucibleRun(\"{", File.ReadAllText(copy), StringComparison.Ordinal);
        Assert.Contains($"gallery/{Path.GetFileName(copy)}", page, StringComparison.Ordinal);
        Assert.DoesNotContain("housing/script/figures", page, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(root.Location, "housing", "good"), recursive: true);
        Refresh(root);
        Assert.DoesNotContain(copy, Directory.GetFiles(root.File("gallery")));
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
