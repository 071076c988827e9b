using System.Text.Json.Nodes;
using Crucible.Lab.Tests.House;
using Crucible.Lab.Tests.Reports;
using Crucible.Lab.Tests.Scripting;
using Microsoft.Playwright;
using Xunit;

namespace Crucible.Lab.Tests.Commands;

public sealed class PageTests : CommandTests
{
    private static readonly string Core = Path.Combine(Rooms.Root, "scripts", "crucible.fsx");

    private string Write(string name, params string[] lines)
    {
        File.WriteAllText(Folder.File(name), string.Join('\n', lines) + "\n");
        return Folder.File(name);
    }

    private string WriteWalk()
    {
        // A picture of one pixel
        File.WriteAllBytes(Folder.File("dot.gif"), Convert.FromBase64String("R0lGODlhAQABAAAAACwAAAAAAQABAAA="));
        return Write(
            "walk.fsx",
            "(**",
            "# A walk",
            "",
            "Prose <script>alert(1)</script> with `code`. ![dot](dot.gif)",
            "*)",
            $"#load @\"{Core}\"",
            "open Plotly.NET",
            "open Crucible.Tensors",
            "printfn \"%s\" (Array.last (System.Environment.GetCommandLineArgs()))",
            "Tensor.Ones(2, 3)",
            "(** A chart: *)",
            "Chart.Line([ 1, 2; 2, 3 ]) |> Chart.withTitle \"Line\"",
            "(*** hide ***)",
            "let hidden = 3",
            "(** Long: *)",
            "for i in 1 .. 60 do printfn \"line %d\" i",
            "hidden");
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Page_HasProseCodeAndResultsInOrder()
    {
        int exitCode = Run("page", "--to", Folder.File("walk.html"), WriteWalk(), "an argument");

        Assert.True(exitCode == 0, Complaint);
        string page = File.ReadAllText(Folder.File("walk.html"));
        int place = 0;
        foreach (string part in new[]
        {
            "<title>A walk</title>", "<h1>A walk</h1>", "&lt;script&gt;alert(1)", "src=\"data:image/gif;base64,R0lGOD",
            "<span class=\"keyword\">open</span> <span class=\"type\">Plotly</span>", "an argument</pre>", "<caption>[2, 3] float32</caption>",
            "<p>A chart:</p>", "\"title\":{\"text\":\"Line\"}", "<p>Long:</p>", "<summary>output, 60 lines</summary>", "<pre>3</pre>",
        })
        {
            place = page.IndexOf(part, place, StringComparison.Ordinal);
            Assert.True(place >= 0, $"{part} is not in its place");
        }

        Assert.DoesNotContain("<span class=\"keyword\">let</span> hidden", page, StringComparison.Ordinal);
        Assert.EndsWith($"page: {Folder.File("walk.html")}", Said, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Page_ToANotebook_HasOutputs()
    {
        Assert.True(Run("page", "--to", Folder.File("walk.ipynb"), WriteWalk()) == 0, Complaint);

        JsonArray cells = JsonNode.Parse(File.ReadAllText(Folder.File("walk.ipynb")))!["cells"]!.AsArray();
        Assert.Equal(["markdown", "code", "markdown", "code", "code", "markdown", "code"], cells.Select(cell => (string)cell!["cell_type"]!));
        Assert.NotNull(cells[3]!["outputs"]![0]!["data"]!["application/vnd.plotly.v1+json"]!["data"]);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Page_OfAScriptThatFails_ShowsHowFarItCame()
    {
        string script = Write("fails.fsx", $"#load @\"{Core}\"", "printfn \"first\"", "(** Then: *)", "failwith \"too <far>\"");

        Assert.Equal(1, Run("page", "--to", Folder.File("fails.html"), script));

        string page = File.ReadAllText(Folder.File("fails.html"));
        Assert.Contains("first</pre>", page, StringComparison.Ordinal);
        Assert.Contains("The script ended here with an error: ", page, StringComparison.Ordinal);
        Assert.Contains("too &lt;far&gt;", page, StringComparison.Ordinal);

        string wrong = Write("wrong.fsx", $"#load @\"{Core}\"", "", "let x: int = \"a text\"");
        Assert.Equal(1, Run("page", "--to", Folder.File("wrong.html"), wrong));
        Assert.Contains("wrong.fsx(3,14): error", Complaint, StringComparison.Ordinal); // where the reader's own file has it
        Assert.False(File.Exists(Folder.File("wrong.html")));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Experiment_WithPage_WritesItInTheCurrentFolder()
    {
        ScriptProcess.Result run = await ScriptProcess.RunAsync(
            Folder.Location, Path.Combine(Rooms.Root, "scripts", "template.fsx"), "--quick", "--page", "--out", Folder.File("run"));

        Assert.True(run.ExitCode == 0, run.Errors);
        string page = File.ReadAllText(Folder.File("template.html"));
        Assert.Contains("<span class=\"type\">Experiment</span>.<span class=\"type\">Run</span>", page, StringComparison.Ordinal);
        Assert.Contains("✓ test error (MSE)", page, StringComparison.Ordinal);
        Assert.Contains("id=\"chart-1-data\"", page, StringComparison.Ordinal);
        Assert.Contains("\"script\": \"template\"", File.ReadAllText(Folder.File("run/run.json")), StringComparison.Ordinal);
        Assert.Contains("scripts/template.fsx", File.ReadAllText(Folder.File("run/run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_Notebook_IsAScriptBesideIt()
    {
        string notebook = Write("a.dib", "#!fsharp", "let x = 1");

        Assert.Equal(0, Run("import", notebook));
        Assert.Equal("let x = 1\n", File.ReadAllText(Folder.File("a.fsx")));
        Assert.Equal(2, Run("import", notebook));
        Assert.Equal($"import: {Folder.File("a.fsx")} is there already; name another script behind the notebook", Complaint);
    }

    [Theory]
    [InlineData("page: a script must be named, and its arguments behind it", "page")]
    [InlineData("page: a script must be named, and its arguments behind it", "page", "--to", "a.html")]
    [InlineData("there is no script none.fsx", "page", "none.fsx")]
    [InlineData("there is no file or folder none.ipynb", "import", "none.ipynb")]
    [InlineData("import: a notebook must be named, and perhaps the script, but there are 0 words", "import")]
    public void Wrong_IsALineAndExitCode2(string expected, params string[] arguments)
    {
        Assert.Equal(2, Run(arguments));
        Assert.Equal(expected, Complaint);
    }

    [BrowserFact]
    [Trait("Speed", "Slow")]
    public async Task Page_OnAnyScreen_IsLegible()
    {
        Assert.True(Run("page", "--to", Folder.File("walk.html"), WriteWalk()) == 0, Complaint);
        await using OfflineBrowser browser = await OfflineBrowser.StartAsync();
        foreach ((int width, ColorScheme scheme) in Screens.All)
        {
            IPage page = await browser.OpenAsync(Folder.File("walk.html"), width, scheme);
            await page.Locator(".plot").ScrollIntoViewIfNeededAsync();
            await OfflineBrowser.DrawnAsync(page, ".plot .main-svg");
            Assert.Empty(await OfflineBrowser.IllegibleAsync(page));
        }

        Assert.Empty(browser.Complaints);
    }
}
