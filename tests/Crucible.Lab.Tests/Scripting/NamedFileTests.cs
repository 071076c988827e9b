using Crucible.Lab.Scripting;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class NamedFileTests
{
    public sealed record Options(
        [property: Option("a table", IsFile = true)] string? Csv,
        [property: Option("more", IsFile = true)] string[] More,
        [property: Option("no file")] string Note);

    public sealed record Sweep([property: Option("settings", Repeats = true, IsSetting = true)] string[] Fixed);

    // SHA-256 of "abc" (FIPS 180-2, appendix B.1)
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Describe_File_IsItsNameAndHash()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("mine.csv"), "abc");

        Assert.Equal($"mine.csv, SHA-256 {Abc}", NamedFile.Describe(folder.File("mine.csv")));
        Assert.Equal("none.csv", NamedFile.Describe(folder.File("none.csv")));
        Assert.Equal(Path.GetFileName(folder.Location), NamedFile.Describe(folder.Location + "/"));
        Assert.Equal("", NamedFile.Describe(""));
        Assert.Equal("zero", NamedFile.Describe("/dev/zero"));
    }

    [Theory]
    [InlineData("postgres://host/studies", "postgres://me:secret@host/studies?password=secret")]
    [InlineData("postgres://host:5433/studies", "postgres://me@host:5433/studies")]
    [InlineData("postgres", "postgres://me:secret@")]
    public void Describe_Address_TellsNoUserAndPassword(string expected, string address) =>
        Assert.Equal(expected, NamedFile.Describe(address));

    [Fact]
    public void Settings_OfAnotherScript_KeepNoPlaces()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("mine.csv"), "abc");
        string file = folder.File("mine.csv");
        Sweep options = new([$"csv={file}", $"csv=/no/other.csv|{file}", "quick", "hidden=4,4|8,8", "learning-rate=1e-4..1e-1:log"]);

        Assert.Equal(
            [$"csv=mine.csv, SHA-256 {Abc}", $"csv=other.csv|mine.csv, SHA-256 {Abc}", "quick", "hidden=4,4|8,8", "learning-rate=1e-4..1e-1:log"],
            Settings.Of(options).Single().Value!.AsArray().Select(setting => (string)setting!));
        Assert.Equal(
            "sweep --fixed csv=mine.csv --seed 3",
            new ScriptCall("sweep", ["--fixed", options.Fixed[0], "--seed", "3"], IsSession: true).Describe(NamedFile.In(options)));
    }

    [Fact]
    public void Settings_OfFiles_AreNames()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("mine.csv"), "abc");
        Options options = new(folder.File("mine.csv"), [folder.File("other.csv")], "/a/b");

        Assert.Equal(
            [("Csv", $"mine.csv, SHA-256 {Abc}"), ("More", "[\"other.csv\"]"), ("Note", "/a/b")],
            Settings.Of(options).Select(setting => (setting.Name, setting.Value is System.Text.Json.Nodes.JsonArray many
                ? many.ToJsonString()
                : (string?)setting.Value ?? "")));
        Assert.Equal(
            "csv: mine.csv has no rows, and other.csv neither",
            NamedFile.WithoutPlaces(
                $"csv: {folder.File("mine.csv")} has no rows, and {folder.File("other.csv")} neither", NamedFile.In(options)));
    }
}
