using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Crucible.Lab.Tests.House;

/// <summary>The documentation as pages: <c>build.fsx docs</c>.</summary>
public sealed partial class SiteTests
{
    [Fact]
    public void TheContents_NameEveryDocument()
    {
        string contents = File.ReadAllText(Path.Combine(Rooms.Root, "docs", "site", "toc.yml"));
        string[] named = [.. Reference().Matches(contents).Select(match => match.Groups[1].Value)];
        string[] written = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "scripts/README.md", "scripts/cluster/README.md",
            "data/README.md",
            .. Directory.GetFiles(Path.Combine(Rooms.Root, "docs"), "*.md", SearchOption.AllDirectories).Select(Relative)];
        Assert.Equal(written.Order(), named.Where(name => name != "api/").Order());
        Assert.All(named.Where(name => name != "api/"), name => Assert.True(File.Exists(Path.Combine(Rooms.Root, name)), name));
    }

    /// <summary>Its generator takes a broken link, or a comment that it cannot read, for an error.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task TheSite_IsMadeWithoutAWarning()
    {
        ProcessStartInfo start = new("dotnet", ["fsi", "build.fsx", "docs"])
        {
            WorkingDirectory = Rooms.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("MSBUILD_EXE_PATH"); // the test host's, which is not the child's
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await errors);
        string site = Path.GetDirectoryName(Path.Combine(Rooms.Root, output.TrimEnd().Split('\n')[^1]))!;
        foreach (string page in (string[])["index.html", "docs/onnx.html", "docs/tutorials/1-start.html", "api/Crucible.Layers.Linear.html",
            "api/Crucible.Lab.Scripting.Experiment.html", "api/Crucible.Onnx.OnnxFile.html"])
            Assert.True(File.Exists(Path.Combine(site, page)), page);
    }

    private static string Relative(string file) => Path.GetRelativePath(Rooms.Root, file).Replace('\\', '/');

    [GeneratedRegex(@"href: (\S+)")]
    private static partial Regex Reference();
}
