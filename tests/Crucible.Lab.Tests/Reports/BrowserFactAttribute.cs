using System.Runtime.CompilerServices;
using Crucible.Lab.Reports;
using Xunit;
using Xunit.v3;

namespace Crucible.Lab.Tests.Reports;

/// <summary>
/// A slow test that opens pages in Chromium; where there is none, the run's output names the test and says why it is
/// skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute, ITraitAttribute
{
    public BrowserFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (ChartImage.FindBrowser() is null) Skip = "Chromium is not on the PATH (Debian: apt-get install chromium).";
    }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [KeyValuePair.Create("Speed", "Slow")];

    internal static string Browser => ChartImage.FindBrowser()!;
}
