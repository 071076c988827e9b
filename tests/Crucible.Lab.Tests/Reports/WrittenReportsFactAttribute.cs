using System.Runtime.CompilerServices;
using Crucible.Lab.Reports;
using Crucible.Lab.Workspace;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

/// <summary>A test of the reports that scripts have written into this workspace; where there are none it is skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WrittenReportsFactAttribute : FactAttribute
{
    public WrittenReportsFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        Skip = new BrowserFactAttribute().Skip;
        if (Skip is null && NewestReports().Length == 0)
            Skip = "No script has written a report yet: run dotnet fsi build.fsx scripts first.";
    }

    /// <summary>The folders of scripts that have runs.</summary>
    internal static string[] Scripts() =>
        Directory.Exists(Folders.Reports)
            ? [.. Directory.GetDirectories(Folders.Reports)
                .Where(script => Directory.GetDirectories(script).Any(run => File.Exists(Path.Combine(run, RunRecord.FileName))))]
            : [];

    /// <summary>The newest report of each script.</summary>
    internal static string[] NewestReports() =>
    [
        .. Scripts().Select(script => Directory.GetDirectories(script).OrderDescending(StringComparer.Ordinal)
            .Select(run => Path.Combine(run, ReportPage.FileName)).FirstOrDefault(File.Exists)).OfType<string>(),
    ];
}
