using Crucible.Tensors;
using Crucible.Text;
using Microsoft.FSharp.Core;
using Xunit;

namespace Crucible.Tests.Text;

public class TokenSequenceTests
{
    [Theory]
    [InlineData(65_536)] // two bytes a token
    [InlineData(65_537)] // four
    public void Sequence_OfSeveralBlocks_GivesBackWhatWasAdded(int vocabularySize)
    {
        int[] tokens = [.. Enumerable.Range(0, 2_500_000).Select(i => (int)(i * 7919L % vocabularySize))];
        TokenSequence sequence = new(vocabularySize);
        for (int i = 0; i < tokens.Length; i += 300_001)
            Assert.True(sequence.TryAdd(tokens.AsSpan(i, Math.Min(300_001, tokens.Length - i))));
        Assert.Equal(tokens.Length, sequence.Count);
        Assert.Equal(tokens, sequence.GetSlice(null, null));
        Assert.Equal(tokens[1_048_570..1_048_581], sequence.GetSlice(FSharpOption<int>.Some(1_048_570), FSharpOption<int>.Some(1_048_580)));
        Assert.Equal((tokens[0], tokens[1_048_576], tokens[^1]), (sequence[0], sequence[1_048_576], sequence[^1]));
        Assert.Equal(tokens[^4..].Select(id => (double)id), sequence.ToTensor(tokens.Length - 4, 4).ToArray());
        Assert.Equal(DType.Int32, sequence.ToTensor(0, 0).DType);
    }

    [Fact]
    public void Sequence_PositionOutside_IsRejected()
    {
        TokenSequence sequence = new(10);
        sequence.TryAdd([1, 2, 3]);
        Assert.Equal([1, 2, 3], sequence);
        Assert.Equal("tokens: index must be at least 0 and below the count 3, but is 3", Message(() => _ = sequence[3]));
        Assert.Equal("tokens: start must be at least 0 and at most 1, for 2 of 3 tokens, but is 2", Message(() => sequence.ToTensor(2, 2)));
        Assert.Equal("tokens: length must be at least 0, but is -1", Message(() => sequence.ToTensor(0, -1)));

        static string Message(Action action) => Assert.Throws<OptionException>(action).Message;
    }

    [Fact]
    public void Of_Ids_HoldsThem_AndRefusesOthers()
    {
        Assert.Equal([3, 1, 2], TokenSequence.Of([3, 1, 2], 4));
        Assert.Equal(
            "tokens: each id must be at least 0 and below 4, but is 4",
            Assert.Throws<OptionException>(() => TokenSequence.Of([0, 4], 4)).Message);
        Assert.Throws<OptionException>(() => TokenSequence.Of([], 0));
    }
}
