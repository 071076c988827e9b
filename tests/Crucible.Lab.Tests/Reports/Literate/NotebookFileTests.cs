using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports.Literate;

public sealed class NotebookFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }

    [Fact]
    public void Jupyter_IsAScript()
    {
        string notebook = Write("a.ipynb", """
            { "cells": [
                { "cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "ends *)"] },
                { "cell_type": "code", "metadata": {}, "source": "#!time\nlet x = 1\nx", "outputs": [] },
                { "cell_type": "code", "metadata": { "polyglot_notebook": { "kernelName": "csharp" } }, "source": ["int y = 2;"] }
              ], "metadata": { "kernelspec": { "language": "F#", "name": ".net-fsharp" } }, "nbformat": 4 }
            """);

        string expected = "(**\n# Title\nends * )\n*)\n\n// #!time\nlet x = 1\nx\n\n// a cell of csharp:\n// int y = 2;\n";
        Assert.Equal(expected, NotebookFile.ToScript(notebook));
    }

    [Fact]
    public void Interactive_IsAScript()
    {
        string notebook = Write("a.dib", """
            #!meta
            {"kernelInfo":{"defaultKernelName":"fsharp"}}

            #!markdown

            # Title

            #!fsharp

            let x = 1
            #r "nuget: Deedle"

            #!pwsh

            ls
            """);

        string expected = "(**\n# Title\n*)\n\nlet x = 1\n#r \"nuget: Deedle\"\n\n// a cell of pwsh:\n// ls\n";
        Assert.Equal(expected, NotebookFile.ToScript(notebook));
    }

    [Theory]
    [InlineData("a.ipynb", "{", "cannot be read as a notebook: ")]
    [InlineData("a.ipynb", "{}", "cannot be read as a notebook: it has no cells")]
    [InlineData("a.ipynb", "[]", "cannot be read as a notebook: ")]
    [InlineData("a.dib", "", "cannot be read as a notebook: it is empty, or no file of the usual kind")]
    [InlineData("a.md", "# a", "cannot be read as a notebook: its name ends neither in .ipynb nor in .dib")]
    public void Wrong_IsALine(string name, string text, string expected)
    {
        DataException error = Assert.Throws<DataException>(() => NotebookFile.ToScript(Write(name, text)));

        Assert.StartsWith($"{folder.File(name)} {expected}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Script_ToANotebookAndBack_IsTheSame()
    {
        const string Source = "(**\n# Title\n*)\n\nlet x = 1\nx\n\n(**\nMore.\n*)\n\nx + 1\n";
        JsonArray outputs =
        [
            new JsonObject { ["text"] = "1\n2" },
            new JsonObject { ["html"] = "<p>b</p>" },
            new JsonObject { ["html"] = "…", ["figures"] = new JsonArray(new JsonObject { ["data"] = new JsonArray() }) },
        ];

        string notebook = NotebookFile.OfScript(LiterateScript.CellsOf(Source), new Dictionary<int, JsonArray> { [0] = outputs });

        JsonNode[] given = [.. JsonNode.Parse(notebook)!["cells"]![1]!["outputs"]!.AsArray()!];
        Assert.Equal(["1\n", "2\n"], given[0]["text"]!.AsArray().Select(line => (string)line!));
        Assert.Equal("<p>b</p>", (string)given[1]["data"]!["text/html"]![0]!);
        Assert.NotNull(given[2]["data"]!["application/vnd.plotly.v1+json"]);
        Assert.Equal(Source, NotebookFile.ToScript(Write("a.ipynb", notebook)));
    }
}
