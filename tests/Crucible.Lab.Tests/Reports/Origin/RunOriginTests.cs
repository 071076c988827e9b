using System.Diagnostics;
using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Crucible.Lab.Tests.House;
using Xunit;

namespace Crucible.Lab.Tests.Reports.Origin;

public sealed class RunOriginTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }

    [Fact]
    public void Collect_Script_HasItAndWhatItLoads()
    {
        Write("shared/data.fsx", "let rows = 3\n");
        string script = Write("scripts/mine.fsx", "#load \"../shared/data.fsx\"\nprintfn \"%d\" Data.rows\n");

        RunOrigin origin = RunOrigin.Collect(script)!.Of(["--seed", "1", "--out", "there", "--open"]);

        Assert.Equal(["scripts/mine.fsx", "shared/data.fsx"], origin.Sources.Select(source => source.File));
        Assert.Equal("let rows = 3\n", origin.Sources[1].Text);
        Assert.Equal(["--seed", "1"], origin.Arguments);
        Assert.Contains("FSharp.Core", origin.Packages.Select(package => package.Key));
    }

    [Fact]
    public void Collect_ScriptOfTheWorkspace_NamesFilesFromItsRoot()
    {
        string script = Path.Combine(Rooms.Root, "scripts", "template.fsx");

        Assert.Equal(
            ["scripts/template.fsx", "scripts/crucible.fsx", "scripts/library.fsx"],
            RunOrigin.Collect(script)!.Sources.Select(source => source.File));
    }

    [Fact]
    public void Git_ChangedFile_IsInTheDiff()
    {
        string file = Write("a.txt", "first\n");
        foreach (string command in new[] { "init -q", "add .", "-c user.name=me -c user.email=me@example.org commit -q -m first" })
        {
            using Process git = Process.Start(new ProcessStartInfo("git", command) { WorkingDirectory = folder.Location })!;
            git.WaitForExit();
        }

        GitState clean = GitState.Of(folder.Location)!;
        File.WriteAllText(file, "second\n");
        GitState changed = GitState.Of(folder.Location)!;

        Assert.Matches("^[0-9a-f]{40}$", clean.Commit);
        Assert.Equal((clean.Commit, ""), (changed.Commit, clean.Diff));
        Assert.Contains("-first\n+second\n", changed.Diff, StringComparison.Ordinal);
    }

    [Fact]
    public void Git_NoRepository_IsNothing() => Assert.Null(GitState.Of(folder.Location));

    [Fact]
    public void Usage_OfAnHour_KeepsFewPoints()
    {
        DateTime time = DateTime.UnixEpoch;
        int looks = 0;
        using (UsageCurve curve = new(Look))
        {
            SpinWait.SpinUntil(() => looks >= 3, TimeSpan.FromSeconds(30));
            JsonObject json = curve.ToJson();
            double[] Of(string name) => [.. json[name]!.AsArray().Select(value => (double)value!)];

            // Each look is a second later, has used two processors for half of it, and 100 MB more.
            Assert.Equal([1, 2], Of("seconds").Take(2));
            Assert.All(Of("processors"), value => Assert.Equal(1, value));
            Assert.Equal([200, 300], Of("memory_mb").Take(2));
        }

        Usage Look() => new(time.AddSeconds(looks), TimeSpan.FromSeconds(looks), ++looks * 100L << 20);
    }
}
