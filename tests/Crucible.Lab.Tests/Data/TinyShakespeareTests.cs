using Crucible.Lab.Data;
using Crucible.Lab.Tests.House;
using Crucible.Text;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class TinyShakespeareTests
{
    [Fact]
    public void Text_OfTheWorkspace_IsTheDocumentedOne()
    {
        string file = TinyShakespeare.Checked(Path.Combine(Rooms.Root, "data", "tinyshakespeare.txt"));

        Assert.Equal(1_115_394, File.ReadAllText(file).Length);
        Assert.Equal(65, CharacterTokenizer.TrainFile(file).VocabularySize);
    }

    [Fact]
    public void Find_AnyMachine_IsThatText() => Assert.Equal("tinyshakespeare.txt", Path.GetFileName(TinyShakespeare.Find()));

    [Fact]
    public void Checked_AnotherText_NamesBothHashes()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("tinyshakespeare.txt");
        File.WriteAllText(file, "something else");

        Assert.Equal(
            $"tinyshakespeare: {file} must have SHA-256 86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed, but has "
            + "f41f3fa625ff120ddca7ef456bf66371ecea23c129f4e4c32367101edb516cf8; restore it with git checkout, or name your text with --text",
            Assert.Throws<DataException>(() => TinyShakespeare.Checked(file)).Message);
    }

    [Fact]
    public void Checked_NoFile_SaysSo()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("none.txt");

        Assert.StartsWith(
            $"tinyshakespeare: {file} must be readable, but is not: ",
            Assert.Throws<DataException>(() => TinyShakespeare.Checked(file)).Message, StringComparison.Ordinal);
    }
}
