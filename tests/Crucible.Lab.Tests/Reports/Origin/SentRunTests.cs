using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports.Origin;

public sealed class SentRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }

    private static RunRecord Record(bool isPrivate = false)
    {
        RunRecord record = new()
        {
            Script = "sample",
            Description = "A question?",
            Seed = 7,
            Started = Samples.Started,
            IsPrivate = isPrivate,
        };
        record.SetMetric("test_mse", 0.1 + 0.2);
        SourceText[] sources = [new("scripts/sample.fsx", "printfn \"</script><b>\"\n")];
        if (!isPrivate) record.Origin = new RunOrigin(["--seed", "7"], sources, new GitState("abc", "+changed\n", 0), []);
        return record;
    }

    [Fact]
    public void Report_CarriesItsRunAndFigures()
    {
        RunRecord record = Record();
        string page = new ReportPage(record, Samples.Everything().Blocks, null).Render(null);

        SentRun run = SentRun.Read(Write("sent.html", page));

        Assert.Equal("sent.html", run.Name);
        Assert.Equal(record.ToJson(), run.Record.ToJsonString(new(System.Text.Json.JsonSerializerOptions.Default)
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }) + "\n");
        Assert.InRange(JsonNode.Parse(run.Figures)!.AsArray().Count, 5, 100);
    }

    [Fact]
    public void Page_SaysHowItIsRepeatedAndWhatItReveals()
    {
        string page = new ReportPage(Record(), [], null).Render(null);

        Assert.Contains("<summary>Repeat this run</summary>", page, StringComparison.Ordinal);
        Assert.Contains("git checkout abc\n", page, StringComparison.Ordinal);
        Assert.Contains("<summary>scripts/sample.fsx, 1 line</summary>", page, StringComparison.Ordinal);
        Assert.Contains("<summary>Uncommitted changes, 1 line</summary>", page, StringComparison.Ordinal);
        string reveals = "This page reveals the script&#39;s source, the command line, the commit, uncommitted changes, ";
        Assert.Contains(reveals, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfAPrivateRun_SaysSo()
    {
        string page = new ReportPage(Record(isPrivate: true), [], null).Render(null);

        Assert.Contains("written with <code>--private</code>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("sample.fsx", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_WithRunJson_IsTheRun()
    {
        Write(RunRecord.FileName, Record().ToJson());

        Assert.Equal(0.30000000000000004, (double)SentRun.Read(folder.Location).Record["metrics"]!["test_mse"]!);
    }

    [Theory]
    [InlineData("a page.html", "<html></html>", "is no report that holds its run; one of an older version has a run.json beside it")]
    [InlineData("run.json", "{ \"script\": ", "cannot be read as a run: ")]
    [InlineData("run.json", "[1]", "cannot be read as a run: it has no script and metrics")]
    [InlineData("run.json", """{ "script": "a", "metrics": 3 }""", "cannot be read as a run: it has no script and metrics")]
    [InlineData("run.json", "", "cannot be read as a run: it is empty, or no file of the usual kind")]
    public void Wrong_IsALine(string name, string text, string expected)
    {
        DataException error = Assert.Throws<DataException>(() => SentRun.Read(Write(name, text)));

        Assert.StartsWith($"{folder.File(name)} {expected}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Missing_IsALine()
    {
        Assert.Equal("there is no file or folder none.html", Assert.Throws<DataException>(() => SentRun.Read("none.html")).Message);
        Assert.Equal(
            $"{folder.Location} holds no run: there is no run.json and no report.html in it",
            Assert.Throws<DataException>(() => SentRun.Read(folder.Location)).Message);
    }
}
