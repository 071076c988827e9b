using Crucible.Launch;
using Xunit;

namespace Crucible.Lab.Tests.Launch;

public sealed class BuildProgressTests
{
    // As dotnet build prints them with -v minimal.
    private static readonly string[] Output =
    [
        "  Determining projects to restore...",
        "  Restored /here/core/Crucible/Crucible.csproj (in 180 ms).",
        "  1 of 3 projects are up-to-date for restore.",
        "  Crucible.Launch -> /here/core/Crucible.Launch/bin/Release/net10.0/Crucible.Launch.dll",
        "  Crucible -> /here/core/Crucible/bin/Release/net10.0/Crucible.dll",
        "  Crucible.Lab -> /here/core/Crucible.Lab/bin/Release/net10.0/Crucible.Lab.dll",
    ];

    [Fact]
    public void Read_NoTerminal_ALineAStep()
    {
        StringWriter said = new();
        using (BuildProgress progress = new(said, isTerminal: false))
        {
            Assert.Equal("Building the core ...\n", said.ToString()); // at once
            foreach (string line in Output) progress.Read(line);
        }

        string[] lines = said.ToString().TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("Building the core: fetching packages took ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Building the core: compiling the library took ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("Building the core: compiling what scripts use around it took ", lines[3], StringComparison.Ordinal);
        Assert.Matches(@"^Built in \d+\.\d s\.$", lines[4]);
    }

    [Fact]
    public async Task Read_Terminal_OneLineThatIsWrittenOver()
    {
        StringWriter said = new();
        using (BuildProgress progress = new(TextWriter.Synchronized(said), isTerminal: true))
        {
            while (said.ToString().Length == 0) await Task.Delay(10, TestContext.Current.CancellationToken);
            Assert.Contains("\r\u001b[KBuilding the core: fetching packages, 0 s ...", said.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\n', said.ToString()[..said.ToString().LastIndexOf('\r')]);
    }
}
