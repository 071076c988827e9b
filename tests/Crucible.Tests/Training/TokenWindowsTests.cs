using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public sealed class TokenWindowsTests
{
    /// <summary>The tokens 0, 1, 2, … so that a token says where it stands.</summary>
    internal static TokenSequence Counting(int count)
    {
        TokenSequence tokens = new(100_000);
        Assert.True(tokens.TryAdd(Enumerable.Range(0, count).ToArray()));
        return tokens;
    }

    [Fact]
    public void Consecutive_EveryTokenButTheFirst_IsATargetOnce()
    {
        TokenWindows windows = new(Counting(24), 5);

        (Tensor Inputs, Tensor Targets)[] batches = [.. windows.Consecutive(3)];

        Assert.Equal([new[] { 3, 5 }, [1, 5], [1, 3]], batches.Select(batch => batch.Inputs.Shape.ToArray()));
        Assert.Equal(Enumerable.Range(1, 23), batches.SelectMany(batch => batch.Targets.ToArray<int>()));
        Assert.Equal(Enumerable.Range(0, 23), batches.SelectMany(batch => batch.Inputs.ToArray<int>()));
        Assert.Equal(23, windows.TargetCount);
    }

    [Fact]
    public void Random_TargetsFollowTheirInputsAndReachBothEnds()
    {
        TokenWindows windows = new(Counting(8), 5);
        HashSet<int> first = [];

        for (int draw = 0; draw < 100; draw++)
        {
            (Tensor inputs, Tensor targets) = windows.Random(new Generator((ulong)draw), 2);
            Assert.Equal(inputs.ToArray<int>().Select(token => token + 1), targets.ToArray<int>());
            first.Add(inputs.ToArray<int>()[0]);
        }

        Assert.Equal([0, 1, 2], first.Order());
    }

    [Fact]
    public void Split_StretchesDoNotOverlap()
    {
        (TokenWindows training, TokenWindows validation) = TokenWindows.Split(Counting(100), 4, 0.9);

        Assert.Equal((90, 10), (training.TokenCount, validation.TokenCount));
        Assert.Equal(90, validation.Consecutive(1).First().Inputs.ToArray<int>()[0]);
        Assert.Equal(89, training.Consecutive(1).Last().Targets.ToArray<int>()[^1]);
    }

    [Fact]
    public void New_WrongInput_SaysWhat()
    {
        static string Message<T>(Func<object> make)
            where T : Exception => Assert.Throws<T>(make).Message;

        Assert.Equal("windows: length must be 1 or more, but is 0", Message<OptionException>(() => new TokenWindows(Counting(5), 0)));
        Assert.Equal(
            "windows: a text must have more tokens than a window, but it has 5 and a window has 5; choose a shorter context or a longer text",
            Message<DataException>(() => new TokenWindows(Counting(5), 5)));
        Assert.Equal(
            "windows: a validation text must have more tokens than a window, but it has 10 and a window has 64; choose a shorter context or a longer text",
            Message<DataException>(() => TokenWindows.Split(Counting(100), 64)));
        Assert.Equal(
            "windows: trainingPart must be above 0 and below 1, but is 1",
            Message<OptionException>(() => TokenWindows.Split(Counting(100), 4, 1)));
        Assert.Equal(
            "windows: count must be 1 or more, but is 0", Message<OptionException>(() => new TokenWindows(Counting(9), 2).Consecutive(0)));
    }
}
