using System.Runtime.CompilerServices;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>A test that opens pages in Chromium; where there is none, the run's output names the test and says why it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (Find(Browsers) is null) Skip = "Chromium is not on the PATH (Debian: apt-get install chromium).";
        else if (Find("npm", "npm.cmd") is null) Skip = "npm, which brings plotly.js, is not on the PATH.";
    }

    private static string[] Browsers => ["chromium", "chromium-browser", "google-chrome"];

    internal static string Browser => Find(Browsers)!;

    private static string? Find(params string[] names) =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in names
         select Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
