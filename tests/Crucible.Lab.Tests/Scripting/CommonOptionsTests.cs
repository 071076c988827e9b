using Crucible.Lab.Scripting;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class CommonOptionsTests
{
    [Fact]
    public void Parse_CommonOptions_AreTakenAndTheRestIsLeftInOrder()
    {
        CommonOptions options = CommonOptions.Parse([
            "--epochs", "5", "--seed", "3", "--quick", "--out=a b", "--threads=1", "--rate", "0.1", "--open",
            "--trace"
        ]);

        Assert.Equal(
            (3UL, true, "a b", 1, true, true), (options.Seed, options.Quick, options.Out, options.Threads, options.Open, options.Trace));
        Assert.Equal(["--epochs", "5", "--rate", "0.1"], options.Rest);
        Assert.False(options.AsksForHelp);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Parse_Help_IsAsked(string argument) => Assert.True(CommonOptions.Parse([argument]).AsksForHelp);

    [Fact]
    public void Parse_HelpAsAValue_IsNotHelp() => Assert.False(CommonOptions.Parse(["--title", "help"]).AsksForHelp);

    [Theory]
    [InlineData("--seed must be a whole number from 0, but nothing follows it.", "--seed")]
    [InlineData("--seed must be a whole number from 0, but nothing follows it.", "--seed", "--quick")]
    [InlineData("--seed must be a whole number from 0, got '-1'.", "--seed", "-1")]
    [InlineData("--seed must be a whole number from 0, got '1,5'.", "--seed", "1,5")]
    [InlineData("--seed must be a whole number of at most 18446744073709551615, got '18446744073709551616'.", "--seed", "18446744073709551616")]
    [InlineData("--threads must be 1 to 256, got 0.", "--threads", "0")]
    [InlineData("--out must be a text, but nothing follows it.", "--out")]
    [InlineData("--quick is given twice.", "--quick", "--quick")]
    public void Parse_WrongValue_SaysWhatIsWanted(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => CommonOptions.Parse(arguments)).Message);
}
