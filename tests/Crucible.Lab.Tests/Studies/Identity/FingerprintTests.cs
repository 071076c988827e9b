using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class FingerprintTests : IDisposable
{
    private const string Script = "#load \"space.fsx\"\n// the objective\nlet y x = sin (3.0 * x)\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ChangeTo_SameFilesElsewhere_IsNone()
    {
        Fingerprint here = Of("here", Script, "let width = 1.0");
        Assert.Null(here.ChangeTo(Of("elsewhere", Script + "// so\n", "\nlet width = 1.0")));
        Assert.Null(Fingerprint.Parse(here.ToJson()).ChangeTo(here));
        Assert.DoesNotContain(folder.Location, here.ToJson(), StringComparison.Ordinal);
        Assert.Equal(here.ToJson(), Of("elsewhere", Script, "let width = 1.0").ToJson());
    }

    [Theory]
    [InlineData("sin (9.0 * x)", "let width = 1.0", "mine.fsx was edited (line 3: let y x = sin (9.0 * x))")]
    [InlineData("sin (3.0 * x)", "let width = 2.0", "space.fsx was edited (line 1: let width = 2.0)")]
    [InlineData(
        "sin (9.0 * x)", "", "mine.fsx was edited (line 3: let y x = sin (9.0 * x)), space.fsx ends earlier")]
    public void ChangeTo_FileEdited_SaysWhere(string formula, string space, string change)
    {
        Fingerprint stored = Fingerprint.Parse(Of("a", Script, "let width = 1.0").ToJson());
        Assert.Equal(change, stored.ChangeTo(Of("a", Script.Replace("sin (3.0 * x)", formula, StringComparison.Ordinal), space)));
    }

    [Fact]
    public void ChangeTo_ScriptRenamed_IsNone()
    {
        Fingerprint stored = Of("a", Script, "");
        File.Move(folder.File("a/mine.fsx"), folder.File("a/yours.fsx"));
        Assert.Null(stored.ChangeTo(Fingerprint.Of(folder.File("a/yours.fsx"), [])));
    }

    [Fact]
    public void ChangeTo_DataFile_SaysWhich()
    {
        File.WriteAllText(folder.File("rows.csv"), "x\n1");
        Fingerprint stored = Fingerprint.Of(null, [folder.File("rows.csv")]);
        Assert.Null(stored.ChangeTo(Fingerprint.Of(null, [folder.File("rows.csv")])));
        Assert.Null(stored.ChangeTo(Fingerprint.Of(null, []))); // who only looks needs no data
        File.WriteAllText(folder.File("rows.csv"), "x\n2");
        Assert.Equal("rows.csv has other data", stored.ChangeTo(Fingerprint.Of(null, [folder.File("rows.csv")])));
    }

    [Fact]
    public void Of_NoSuchFile_SaysSo() => Assert.StartsWith(
        "study: what defines it cannot be read: Could not find file ",
        Assert.Throws<OptionException>(() => Fingerprint.Of(folder.File("none.fsx"), [])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ChangeTo_ScriptAndSession_AreApart()
    {
        Fingerprint script = Of("a", Script, ""), session = new Fingerprint().With(Toy.Bowl);
        Assert.Equal("the objective was that of mine.fsx and is now of no script", script.ChangeTo(session));
        Assert.Equal("the objective was of no script and is now that of mine.fsx", session.ChangeTo(script));
        Assert.Null(script.ChangeTo(new Fingerprint()));
        Assert.Null(new Fingerprint().ChangeTo(script)); // of an older store
        Assert.Null(script.With(Toy.Bowl).Code);
    }

    private Fingerprint Of(string place, string script, string loaded)
    {
        Directory.CreateDirectory(folder.File(place));
        File.WriteAllText(folder.File($"{place}/space.fsx"), loaded);
        File.WriteAllText(folder.File($"{place}/mine.fsx"), script);
        return Fingerprint.Of(folder.File($"{place}/mine.fsx"), []);
    }
}
