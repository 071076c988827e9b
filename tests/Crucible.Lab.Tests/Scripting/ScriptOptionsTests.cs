using Crucible.Lab.Scripting;
using Crucible.Layers;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class ScriptOptionsTests
{
    private static readonly Sample Defaults = new(
        100,
        1e-3,
        "boston.csv",
        null,
        ListModule.OfSeq([40, 40]),
        [],
        DayOfWeek.Monday,
        false,
        FSharpList<string>.Empty,
        FSharpOption<string>.Some("relu"),
        1);

    public sealed record Sample(
        [property: Option("passes over the rows", Min = 1)] int Epochs,
        [property: Option("step size", Above = 0, Max = 10.5)] double LearningRate,
        [property: Option("a table")] string Csv,
        [property: Option("rows that train", Min = 2)] FSharpOption<int>? TrainRows,
        [property: Option("sizes of the hidden layers", Min = 1)] FSharpList<int> Hidden,
        [property: Option("days off")] DayOfWeek[] Off,
        [property: Option("a day")] DayOfWeek Day,
        [property: Option("as documented")] bool AsDocumented,
        [property: Option("what varies", Repeats = true)] FSharpList<string> Param,
        [property: Option("activation", NamesOf = typeof(Activation))] FSharpOption<string>? Activation,
        [property: Option("in single precision")] float Noise);

    private static Sample Read(params string[] arguments) => (Sample)CommonOptions.Parse(arguments).Read(new ScriptOptions(Defaults));

    [Fact]
    public void Read_NothingGiven_IsTheDefaults() => Assert.Equal(Defaults, Read());

    [Fact]
    public void Read_EveryKind_IsRead()
    {
        using Culture _ = new();

        Sample read = Read(
            "--epochs", "5", "--learning-rate=1e-2", "--csv", "a b.csv", "--train-rows", "300", "--hidden", "8, 4", "--off",
            "Sunday,saturday", "--day=friday",
            "--as-documented", "--quick", "--param", "x=1,2", "--param=y=3");

        Assert.Equal(
            (5, 0.01, "a b.csv", 300, DayOfWeek.Friday, true),
            (read.Epochs, read.LearningRate, read.Csv, read.TrainRows!.Value, read.Day, read.AsDocumented));
        Assert.Equal([8, 4], read.Hidden);
        Assert.Equal([DayOfWeek.Sunday, DayOfWeek.Saturday], read.Off);
        Assert.Equal(["x=1,2", "y=3"], read.Param);
        Assert.Equal("leakyRelu", Read("--activation", "leaky-relu").Activation!.Value);
    }

    [Theory]
    [InlineData("there is no option --epoch; --epochs is nearest. The argument 'help' lists the options.", "--epoch", "5")]
    [InlineData("there is no option --qick; --quick is nearest. The argument 'help' lists the options.", "--qick")]
    [InlineData("there is no option 'more'. The argument 'help' lists the options.", "more")]
    [InlineData("--as-documented takes no value, got 'yes'.", "--as-documented=yes")]
    [InlineData("--epochs is given twice.", "--epochs", "5", "--epochs", "5")]
    [InlineData("--epochs must be a whole number, but nothing follows it.", "--epochs", "--csv", "x")]
    [InlineData("--epochs must be a whole number, got '1.5'.", "--epochs", "1.5")]
    [InlineData("--epochs must be at least 1, got -5.", "--epochs", "-5")]
    [InlineData("--train-rows must be at least 2, got 1.", "--train-rows", "1")]
    [InlineData("--learning-rate must be a number with a decimal point, got '0,5'.", "--learning-rate", "0,5")]
    [InlineData("--learning-rate must be a finite number, got 'NaN'.", "--learning-rate", "NaN")]
    [InlineData("--learning-rate must be a finite number, got 'NaN'.", "--learning-rate=NaN")]
    [InlineData("--learning-rate must be a finite number, got '1e400'.", "--learning-rate", "1e400")]
    [InlineData("--learning-rate must be a finite number, got '-Infinity'.", "--learning-rate", "-Infinity")]
    [InlineData("--learning-rate must be above 0 and at most 10.5, got 0.", "--learning-rate=0")]
    [InlineData("--learning-rate must be a number with a decimal point, got '1,5'.", "--learning-rate=1,5")]
    [InlineData("--learning-rate must be above 0 and at most 10.5, got -1.", "--learning-rate", "-1")]
    [InlineData("--learning-rate must be a number with a decimal point, got ''.", "--learning-rate", "")]
    [InlineData("--noise must be a finite number, got '1e39'.", "--noise", "1e39")]
    [InlineData("--epochs must be a whole number of at most 2147483647, got '2147483648'.", "--epochs", "2147483648")]
    [InlineData("--epochs must be a whole number of at least -2147483647, got '-99999999999'.", "--epochs", "-99999999999")]
    [InlineData("--epochs must be at least 1, got -5.", "--epochs=-5")]
    [InlineData("--csv takes one value, got '12 1'; quotes keep the words of one text together.", "--csv", "12", "1")]
    [InlineData("--epochs takes one value, got '5 -6'.", "--epochs=5", "-6")]
    [InlineData("--hidden takes whole numbers, separated by commas, got '12 1'; write 12,1.", "--hidden", "12", "1")]
    [InlineData("--hidden takes whole numbers, separated by commas, got '12, 1'; write 12,1.", "--hidden", "12,", "1")]
    [InlineData("--param takes one value each time, got 'a=1 b=2'; --param may stand again before the next.", "--param", "a=1", "b=2")]
    [InlineData("--as-documented takes no value, got 'yes'.", "--as-documented", "yes")]
    [InlineData("--seed takes one value, got '3 4'.", "--epochs", "5", "--seed", "3", "4")]
    [InlineData("--learning-rate must be above 0 and at most 10.5, got 0.", "--learning-rate", "0")]
    [InlineData("--learning-rate must be above 0 and at most 10.5, got 11.5.", "--learning-rate", "11.5")]
    [InlineData("--hidden must be whole numbers, separated by commas, got '4,,'.", "--hidden", "4,,")]
    [InlineData("--hidden must be at least 1, got 0.", "--hidden", "4,0")]
    [InlineData(
        "--activation must be one of elu, gelu, leakyRelu, parametricRelu, relu, sigmoid, silu, softmax, softplus, tanh, got 'sulu'; silu is nearest.",
        "--activation",
        "sulu")]
    [InlineData("--csv must be a text, got ''.", "--csv=")]
    [InlineData(
        "--day must be one of sunday, monday, tuesday, wednesday, thursday, friday, saturday, got 'fridya'; friday is nearest.",
        "--day",
        "fridya")]
    [InlineData("--day must be one of sunday, monday, tuesday, wednesday, thursday, friday, saturday, got '1'.", "--day", "1")]
    public void Read_WrongOption_IsOneLine(string message, params string[] arguments)
    {
        using Culture _ = new();

        Assert.Equal(message, Assert.Throws<UsageException>(() => Read(arguments)).Message);
    }

    [Fact]
    public void Usage_ShowsFormHelpAndDefault()
    {
        string[] lines = new ScriptOptions(Defaults).Usage.Split('\n');

        Assert.Equal("    --epochs <n>                passes over the rows (default 100)", lines[0]);
        Assert.Equal("    --train-rows <n>            rows that train", lines[3]);
        Assert.Equal("    --hidden <n,…>              sizes of the hidden layers (default 40,40)", lines[4]);
        Assert.Equal("    --off <sunday|monday|tuesday|wednesday|thursday|friday|saturday,…>", lines[5]);
        Assert.Equal("                                a day (default monday)", lines[8]);
        Assert.Equal("    --as-documented             as documented", lines[9]);
    }

    [Fact]
    public void New_RecordThatCannotBeOptions_SaysWhy()
    {
        Assert.Equal("options: every field must say what it sets with [<Option \"…\">], but Epochs does not", Refusal(new Undescribed(1)));
        Assert.Equal(
            "options: --when must be a bool, number, text, enumeration, union without fields, or a list or option of them, but is a Uri",
            Refusal(new Unreadable(null)));
        Assert.Equal("options: --quiet must be false by default: giving it says true", Refusal(new AlwaysSet(true)));
        Assert.Equal("options: --seed is taken already; name the field otherwise", Refusal(new Taken(1)));

        static string Refusal(object defaults) =>
            Assert.Throws<OptionException>(() => new ScriptOptions(defaults, CommonOptions.Names)).Message;
    }

    [Fact]
    public void Read_GroupOfOptions_IsReadAsIfItWereTheScriptsOwn()
    {
        ScriptOptions options = new(new Grouped(new Search(3, null), "a", null), CommonOptions.Names);

        Grouped read = (Grouped)CommonOptions.Parse(["--name", "b", "--trials=7", "--resume"]).Read(options);

        Assert.Equal(new Grouped(new Search(7, null), "b", "latest"), read);
        Assert.Equal(["--trials", "--store", "--name", "--resume"], options.Names);
        Assert.Equal("    --resume [<text>]           goes on", options.Usage.Split('\n')[^1]);
        Assert.Equal(
            "options: --name is taken already; name the field otherwise",
            Assert.Throws<OptionException>(() => new ScriptOptions(new Twice(new Named("a"), "b"))).Message);
    }

    [Theory]
    [InlineData("latest", "--resume")]
    [InlineData("latest", "--resume", "--trials", "3")]
    [InlineData("a folder", "--resume", "a folder")]
    [InlineData("a folder", "--resume=a folder")]
    [InlineData(null)]
    public void Read_OptionThatMayStandAlone_TakesAValueOrItsOwn(string? expected, params string[] arguments)
    {
        ScriptOptions options = new(new Grouped(new Search(3, null), "a", null));

        Assert.Equal(expected, ((Grouped)CommonOptions.Parse(arguments).Read(options)).Resume);
    }

    [Theory]
    [InlineData("--as-documented is now: dotnet fsi scripts/documented.fsx", "--as-documented")]
    [InlineData("--beams is now: dotnet fsi scripts/write.fsx", "--beams=3")]
    [InlineData("there is no option --documented. The argument 'help' lists the options.", "--documented")]
    public void Read_OptionThatMoved_SaysWhere(string message, params string[] arguments)
    {
        ScriptOptions options = new(new Grouped(new Search(3, null), "a", null));

        Assert.Equal(message, Assert.Throws<UsageException>(() => CommonOptions.Parse(arguments).Read(options)).Message);
    }

    [Fact]
    public void Settings_OfAGroup_StandBesideTheOthers() => Assert.Equal(
        [("Trials", "3"), ("Store", "null"), ("Name", "\"a\""), ("Resume", "null")],
        Settings.Of(new Grouped(new Search(3, null), "a", null))
            .Select(setting => (setting.Name, setting.Value?.ToJsonString() ?? "null")));

    public sealed record Search([property: Option("how many", Min = 1)] int Trials, [property: Option("where")] string? Store);

    [Moved("scripts/documented.fsx", "as-documented")]
    [Moved("scripts/write.fsx", "samples", "beams")]
    public sealed record Grouped(
        Search Search,
        [property: Option("who")] string Name,
        [property: Option("goes on", Alone = "latest")] string? Resume);

    public sealed record Named([property: Option("who")] string Name);

    public sealed record Twice(Named Named, [property: Option("who")] string Name);

    public sealed record Undescribed(int Epochs);

    public sealed record Unreadable([property: Option("when")] Uri? When);

    public sealed record AlwaysSet([property: Option("quiet")] bool Quiet);

    public sealed record Taken([property: Option("seed")] int Seed);
}
