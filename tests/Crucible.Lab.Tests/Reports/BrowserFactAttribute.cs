using System.Runtime.CompilerServices;
using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>A test that opens pages in Chromium; where there is none, the run's output names the test and says why it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (ChartImage.FindBrowser() is null) Skip = "Chromium is not on the PATH (Debian: apt-get install chromium).";
    }

    internal static string Browser => ChartImage.FindBrowser()!;
}
