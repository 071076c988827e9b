using System.Runtime.CompilerServices;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>A test that asks an npm package; where there is no npm, the run's output names the test and says why it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (Npm is null) Skip = "npm, which brings GPT-2's and cl100k's vocabularies, is not on the PATH.";
        else if (Node is null) Skip = "node, which runs the package that is compared with, is not on the PATH.";
    }

    internal static string? Npm => Find(OperatingSystem.IsWindows() ? "npm.cmd" : "npm");

    internal static string? Node => Find(OperatingSystem.IsWindows() ? "node.exe" : "node");

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
