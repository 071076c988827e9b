using Crucible.Lab.Scripting;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class SweptOptionTests
{
    [Theory]
    [InlineData("rate=1e-4..1e-1:log", "rate: float 0.0001 to 0.1 (log)")]
    [InlineData("--rate=-1..2", "rate: float -1 to 2")]
    [InlineData("rate=0..1:step=0.25", "rate: float 0 to 1 (step 0.25)")]
    [InlineData("epochs=10..1000:log:int", "epochs: int 10 to 1000 (log)")]
    [InlineData("epochs=10..50:int:step=20", "epochs: int 10 to 50 (step 20)")]
    [InlineData("optimizer=adam, sgd", "optimizer: one of adam, sgd")]
    [InlineData("hidden=40,40|64", "hidden: one of 40,40, 64")]
    public void Parse_ReadsRangesAndChoices(string text, string expected)
    {
        using Culture culture = new();
        Assert.Equal(expected, SweptOption.Parse(text).ToString());
    }

    [Theory]
    [InlineData("rate", "sweep: --param must be name=low..high[:log][:int][:step=s] or name=a,b,c, but is 'rate'")]
    [InlineData("=1..2", "sweep: --param must be name=low..high[:log][:int][:step=s] or name=a,b,c, but is '=1..2'")]
    [InlineData("rate=", "sweep: --param must be name=low..high[:log][:int][:step=s] or name=a,b,c, but is 'rate='")]
    [InlineData("rate=0,1..1", "sweep: --param rate: low must be a number with a decimal point, but is '0,1'")]
    [InlineData("rate=1..x", "sweep: --param rate: high must be a number with a decimal point, but is 'x'")]
    [InlineData("rate=1..2:lgo", "sweep: --param rate: a range may be followed by :log, :int and :step=s, but is followed by ':lgo'")]
    [InlineData("rate=1..2:step=x", "sweep: --param rate: step must be a number with a decimal point, but is 'x'")]
    [InlineData("epochs=1.5..2:int", "sweep: --param epochs: low must be a whole number after :int, but is '1.5'")]
    [InlineData("epochs=1..9e10:int", "sweep: --param epochs: high must be a whole number after :int, but is '90000000000'")]
    [InlineData("rate=2..1", "sweep: --param rate=2..1: low must be at most high, but 'rate' has low = 2 and high = 1")]
    [InlineData("rate=0..1:log", "sweep: --param rate=0..1:log: a logarithmic range must be above 0, but 'rate' has low = 0")]
    [InlineData(
        "rate=1..2:log:step=0.5", "sweep: --param rate=1..2:log:step=0.5: a logarithmic range has no step, but 'rate' has step = 0.5")]
    [InlineData("kind=a,b,a", "sweep: --param kind=a,b,a: choices must differ, but 'kind' has 'a' more than once")]
    [InlineData("out=a,b", "sweep: --param cannot vary --out, which the sweep sets itself")]
    public void Parse_WrongText_SaysWhatIsWrong(string text, string message)
    {
        using Culture culture = new();
        Assert.Equal(message, Assert.Throws<OptionException>(() => SweptOption.Parse(text)).Message);
    }

    /// <summary>Tables, legends and the study's store show what a file is called and holds, not where it lies.</summary>
    [Fact]
    public void Parse_Files_AreNamedAndNotLocated()
    {
        using TemporaryFolder folder = new();
        (string first, string second) = (folder.File("first.csv"), folder.File("second.csv"));
        File.WriteAllText(first, "abc"); // its SHA-256: FIPS 180-2, appendix B.1
        File.WriteAllText(second, "");
        SweptOption option = SweptOption.Parse($"csv={first},{second}");

        Assert.Equal("csv: one of first.csv ba7816bf, second.csv", option.ToString());
        Assert.Equal([first, second], option.Files);
        HashSet<string> seen = [];
        using Study study = Toy.InMemory(workers: 1);
        study.Optimize(2, trial =>
        {
            seen.Add(string.Join(' ', option.Suggest(trial)));
            return 0;
        });
        Assert.Equal([$"--csv {first}", $"--csv {second}"], seen.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(folder.Location, Toy.Table(study), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_PathsThroughTheFolderAbove_AreNoRange() =>
        Assert.Equal("csv: one of ../a.csv, ../b.csv", SweptOption.Parse("csv=../a.csv,../b.csv").ToString());

    [Fact]
    public void Suggest_WritesTheValueAsOptionsAreWritten()
    {
        using Culture culture = new();
        SweptOption[] options =
            [.. new[] { "rate=0.5..0.5", "epochs=7..7:int", "kind=a", "as-documented=on,off" }.Select(SweptOption.Parse)];
        HashSet<string> seen = [];
        using Study study = Toy.InMemory(workers: 1);
        study.Optimize(2, trial =>
        {
            seen.Add(string.Join(' ', options.SelectMany(option => option.Suggest(trial))));
            return 0;
        });
        Assert.Equal(
            ["--rate 0.5 --epochs 7 --kind a", "--rate 0.5 --epochs 7 --kind a --as-documented"], seen.Order(StringComparer.Ordinal));
    }
}
