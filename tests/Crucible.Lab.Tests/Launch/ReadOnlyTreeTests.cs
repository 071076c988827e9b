using System.Diagnostics;
using Crucible.Lab.Tests.House;
using Xunit;

namespace Crucible.Lab.Tests.Launch;

/// <summary>
/// A workspace that was built and can only be read, as one that an administrator installs: the tree is mounted again, read-only, for
/// one process alone, since permissions do not bind the user root, whom tests may run as.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ReadOnlyTreeTests : IDisposable
{
    private const string Mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Script_ThatIsNotCompiledYet_RunsAllTheSame()
    {
        string script = folder.File("fresh.fsx");
        File.WriteAllText(script, $"#load @\"{Path.Combine(Rooms.Root, "scripts", "crucible.fsx")}\"\n"
            + "open Crucible.Tensors\nprintfn \"%d\" (Tensor.Ones(3).ElementCount)\n");
        (int exitCode, string output, string errors) = InReadOnlyTree("dotnet", "fsi", script);
        Assert.True(exitCode == 0, errors);
        Assert.Equal("3", output.Trim());
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Experiment_WhoseReportHasNoPlace_SaysSoInALine()
    {
        string script = Path.Combine(Rooms.Root, "tests", "Crucible.Lab.Tests", "Scripts", "contract.fsx");
        (int exitCode, _, string errors) = InReadOnlyTree("dotnet", "fsi", script, "--quick");
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"reports cannot be written to {Path.Combine(Rooms.Root, "reports")}: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.Equal(0, InReadOnlyTree("dotnet", "fsi", script, "--quick", "--out", folder.File("report")).ExitCode);
    }

    /// <summary>Runs a command where the workspace, which is built first, can only be read.</summary>
    private (int ExitCode, string Output, string Errors) InReadOnlyTree(params string[] command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a tree is mounted read-only for one process on Linux alone");
        string[] own = Environment.IsPrivilegedProcess ? ["--mount"] : ["--mount", "--map-root-user"];
        (int canMount, _, string why) = Run("unshare", [.. own, "sh", "-c", Mount, Rooms.Root, "true"]);
        Assert.SkipUnless(canMount == 0, $"this machine lets nobody mount a tree read-only (unshare --mount): {why.Trim()}");
        Assert.Equal(0, Run("dotnet", ["fsi", Path.Combine(Rooms.Root, "build.fsx"), "build"]).ExitCode);
        return Run("unshare", [.. own, "sh", "-c", Mount, Rooms.Root, .. command]);
    }

    private (int ExitCode, string Output, string Errors) Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder.Location,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("MSBUILD_EXE_PATH"); // the test host's
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, "", error.Message); // there is no such program
        }
    }
}
