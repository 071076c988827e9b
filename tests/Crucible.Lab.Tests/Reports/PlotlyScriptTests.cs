using System.Diagnostics;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class PlotlyScriptTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static string Client(TemporaryFolder folder, string script)
    {
        string file = folder.File("npm");
        File.WriteAllText(file, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    [Fact]
    public async Task NewestAsync_WithoutNpm_IsNothing()
    {
        using TemporaryFolder folder = new();

        Assert.Null(await PlotlyScript.NewestAsync(folder.Location, npm: null, Long));
    }

    [Fact]
    public async Task NewestAsync_ClientThatFails_IsNothingAndLeavesNothing()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();

        Assert.Null(await PlotlyScript.NewestAsync(folder.Location, Client(tools, "echo no network >&2; exit 1"), Long));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Location));
    }

    [Fact]
    public async Task NewestAsync_ClientThatHangs_IsGivenUpAndKilled()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();
        string proof = tools.File("pid");

        Assert.Null(await PlotlyScript.NewestAsync(folder.Location, Client(tools, $"echo $$ > '{proof}'; sleep 600"), Short));

        // On a busy machine the client may be killed before it wrote its number: then it is gone all the same.
        if (File.Exists(proof) && int.TryParse(File.ReadAllText(proof), out int number))
            Assert.DoesNotContain(Process.GetProcesses(), process => process.Id == number && !process.HasExited);
    }

    [Fact]
    public async Task NewestAsync_TruncatedArchive_IsNothingAndLeavesNothing()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();
        const string pack =
            "mkdir -p package; head -c 100000 /dev/urandom > package/plotly.min.js;"
            + " tar czf whole package; head -c 50000 whole > \"$4/cut.tgz\"";

        Assert.Null(await PlotlyScript.NewestAsync(folder.Location, Client(tools, pack), Long));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Location));
    }

    [Fact]
    public async Task NewestAsync_ArchiveWithAnotherScript_IsRejected()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();
        const string pack = "mkdir -p package; echo 'alert(1)' > package/plotly.min.js; tar czf \"$4/forged.tgz\" package";

        Assert.Null(await PlotlyScript.NewestAsync(folder.Location, Client(tools, pack), Long));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Location));
    }

    [Fact]
    public async Task NewestAsync_DamagedCopy_IsRemoved()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File($"plotly-{PlotlyScript.Newest}.min.js"), "half a lib");

        Assert.Null(await PlotlyScript.NewestAsync(folder.Location, npm: null, Long));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Location));
    }

    [Fact]
    public void OfPackage_IsAPlotlyThatAReportCanHoldWithoutNpm()
    {
        PlotlyScript script = PlotlyScript.OfPackage();

        Assert.Matches("^2[.][0-9]+[.][0-9]+$", script.Version);
        Assert.Contains($"plotly.js v{script.Version}", script.Text[..400], StringComparison.Ordinal);
    }
}
