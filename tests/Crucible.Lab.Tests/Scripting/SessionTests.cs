using Crucible.Lab.Tests.House;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

/// <summary>What a person meets who works line by line, or brings a table.</summary>
[Trait("Speed", "Slow")]
public sealed class SessionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Session_ChartWithoutABrowser_IsAPictureOfCharacters()
    {
        string core = Path.Combine(Rooms.Root, "scripts", "crucible.fsx");
        ScriptProcess.Result session = await ScriptProcess.SessionAsync(folder.Location, [
            $"#load @\"{core}\"", ";;", "open Plotly.NET",
            "System.Environment.SetEnvironmentVariable(\"DISPLAY\", null)",
            "System.Environment.SetEnvironmentVariable(\"WAYLAND_DISPLAY\", null)",
            "let squares = Chart.Line([ 0; 1; 2; 3 ], [ 0.0; 1.0; 4.0; 9.0 ]) |> Chart.withTitle \"Squares\"", ";;",
            "show squares", ";;", "squares", ";;",
        ]);
        string[] lines = session.Output.Split('\n');
        if (OperatingSystem.IsLinux()) Assert.Contains(lines, line => line.StartsWith("9 │", StringComparison.Ordinal)); // shown
        Assert.Contains(lines, line => line.StartsWith("  9 │", StringComparison.Ordinal)); // printed
    }

    [Fact]
    public async Task Housing_TableOfTextsAndGaps_IsPredicted()
    {
        string Row(int i) => $"{(i % 7 == 0 ? "NA" : i % 10)},{(i % 2 == 0 ? "brick" : "wood")},{10 + (i % 10) + (i % 2 * 5)}";
        File.WriteAllLines(folder.File("table.csv"), ["size,wall,price", .. Enumerable.Range(0, 60).Select(Row)]);
        ScriptProcess.Result run = await ScriptProcess.RunAsync(
            Rooms.Root, "scripts/housing.fsx", "--csv", folder.File("table.csv"), "--quick", "--out", folder.File("report"));
        Assert.True(run.ExitCode == 0, run.Errors);
        string page = File.ReadAllText(Path.Combine(folder.File("report"), "report.html"));
        Assert.Contains("wall = brick", page, StringComparison.Ordinal);
        Assert.Contains("size is missing", page, StringComparison.Ordinal);
    }
}
