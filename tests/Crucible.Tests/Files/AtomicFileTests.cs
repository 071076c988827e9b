using Crucible.Files;
using Xunit;

namespace Crucible.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible-files-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Write_OverAnOlderFile_ReplacesItAndLeavesNothingElse()
    {
        string path = Path.Combine(folder, "a.bin");
        File.WriteAllText(path, "an older, longer content");
        AtomicFile.Write(path, stream => stream.WriteByte(7));
        Assert.Equal([7], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void Write_FailsHalfway_KeepsTheOlderFile()
    {
        string path = Path.Combine(folder, "a.bin");
        File.WriteAllText(path, "older");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(7);
            throw new InvalidOperationException();
        }));
        Assert.Equal("older", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void Write_AfterAKilledWrite_RemovesItsTemporaryFileAndNoOther()
    {
        string killed = Temporary(".a.bin.77.0123456789abcdef0123456789abcdef.tmp", hours: 2);
        string[] others =
        [
            Temporary(".a.bin.78.0123456789abcdef0123456789abcdef.tmp", hours: 0), // somebody is at it
            Temporary(".a.bin.x.77.0123456789abcdef0123456789abcdef.tmp", hours: 2), // of a.bin.x
            Temporary(".a.bin.notes.tmp", hours: 2), // the user's own
        ];

        AtomicFile.Write(Path.Combine(folder, "a.bin"), stream => stream.WriteByte(7));

        Assert.False(File.Exists(killed));
        Assert.All(others, file => Assert.True(File.Exists(file)));
    }

    private string Temporary(string name, int hours)
    {
        string file = Path.Combine(folder, name);
        File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-hours));
        return file;
    }

    [Fact]
    public void WriteText_NoSuchFolder_MakesIt()
    {
        string path = Path.Combine(folder, "new", "a.txt");
        AtomicFile.WriteText(path, "é");
        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_FolderIsAFile_Throws()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Assert.Throws<IOException>(() => AtomicFile.Write(Path.Combine(folder, "file", "a.bin"), stream => stream.WriteByte(7)));
    }
}
