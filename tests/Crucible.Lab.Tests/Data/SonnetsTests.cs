using Crucible.Lab.Data;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class SonnetsTests
{
    private static string Client(TemporaryFolder folder, string script)
    {
        string file = folder.File("npm");
        File.WriteAllText(file, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    [Fact]
    public void Text_OfThePackagesScript_IsPoemsWithAnEmptyLineBetween()
    {
        const string script = """
            "use strict";
            exports.SonnetData = [
                { "number": 1, "lines": ["From fairest creatures, ", "That thereby [beauty's] rose:"] },
                { "number": 2, "lines": ["When forty winters"] }
            ];
            //# sourceMappingURL=sonnet-data.js.map
            """;

        Assert.Equal("From fairest creatures,\nThat thereby [beauty's] rose:\n\nWhen forty winters\n", Sonnets.Text(script));
    }

    [Fact]
    public void Get_TextThatIsThere_IsTaken()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File(Sonnets.FileName), "Shall I compare thee");

        Assert.Equal(folder.File(Sonnets.FileName), Sonnets.Get(folder.Location, npm: null));
    }

    [Fact]
    public void Get_NoClientOrNoPackage_IsNothingAndLeavesNothing()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();

        Assert.Null(Sonnets.Get(folder.Location, npm: null));
        Assert.Null(Sonnets.Get(folder.Location, Client(tools, "echo no network >&2; exit 1")));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Location));
    }

    [Fact]
    public void Get_TruncatedArchive_IsNothingAndLeavesNothing()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();
        const string pack =
            "mkdir -p package/lib/data; head -c 100000 /dev/urandom > package/lib/data/sonnet-data.js;"
            + " tar czf whole package; head -c 50000 whole > \"$4/cut.tgz\"";

        Assert.Null(Sonnets.Get(folder.Location, Client(tools, pack)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Location));
    }

    /// <summary>A header of the archive that claims a size of 95 bits.</summary>
    [Fact]
    public void Get_ArchiveWithImpossibleNumbers_IsNothing()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();
        const string pack = "echo x > a; tar cf whole --format=ustar a;"
            + " printf '\\200\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377' | dd of=whole bs=1 seek=124 conv=notrunc 2>/dev/null; gzip -c whole > \"$4/odd.tgz\"";

        Assert.Null(Sonnets.Get(folder.Location, Client(tools, pack)));
    }

    [Fact]
    public void Get_PackageWithAnotherText_IsRejected()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();
        const string pack =
            "mkdir -p package/lib/data; echo 'exports.SonnetData = [];' > package/lib/data/sonnet-data.js; tar czf \"$4/forged.tgz\" package";

        Assert.Null(Sonnets.Get(folder.Location, Client(tools, pack)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Location));
    }
}
