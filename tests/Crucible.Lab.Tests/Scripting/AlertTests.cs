using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class AlertTests
{
    [Fact]
    public void Alert_IsOnTheConsoleThePageAndInTheGallery()
    {
        using TemporaryFolder folder = new();
        using StringWriter output = new();
        ScriptConsole console = new(output, output);
        ScriptCall call = new("sample", ["--out", folder.File("all/sample/1")], IsSession: true);

        new Contract<ExperimentRun>(call, console, "Does it learn?", null, common => new(call, common, "Does it learn?", console))
            .Execute(run =>
            {
                run.Alert("loss rose", "to 3 <after> 10 steps");
                run.Alert("stopped");
            });
        new Gallery(folder.File("all")).Refresh();

        Assert.Contains("! loss rose: to 3 <after> 10 steps", output.ToString(), StringComparison.Ordinal);
        string page = File.ReadAllText(folder.File("all/sample/1/report.html")), gallery = File.ReadAllText(folder.File("all/index.html"));
        Assert.Matches(@"<p class=""banner warn"">After [0-9.]+ s: loss rose: to 3 &lt;after&gt; 10 steps</p>", page);
        Assert.Contains("<p class=\"alert\">! loss rose: to 3 &lt;after&gt; 10 steps</p>", gallery, StringComparison.Ordinal);
        Assert.Contains("<p class=\"alert\">! stopped</p>", gallery, StringComparison.Ordinal);
    }
}
