using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class AtomicFileTests
{
    [Fact]
    public void Write_ThatFails_LeavesTheOldFileAndNoDraft()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("run.json");
        AtomicFile.Write(file, "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(file, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(folder.Location));
    }

    [Fact]
    public void Write_Text_HasNoByteOrderMark()
    {
        using TemporaryFolder folder = new();
        AtomicFile.Write(folder.File("a"), "é");

        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(folder.File("a")));
    }
}
