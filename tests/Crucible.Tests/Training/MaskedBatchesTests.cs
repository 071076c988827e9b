using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public class MaskedBatchesTests
{
    private const int Vocabulary = 101;
    private const int Mask = 100;
    private static readonly int[] Text = [.. Enumerable.Range(0, 5000).Select(i => i * 7 % 100)];

    [Fact]
    public void At_HidesFifteenPercent_EightyTenTen()
    {
        MaskedBatches batches = new(Text, Options());
        int hidden = 0, masked = 0, kept = 0;
        for (int update = 0; update < 50; update++)
        {
            Batch batch = batches.At(1, update);
            (int[] inputs, int[] places, int[] targets) =
                (batch.Inputs.ToArray<int>(), batch.Tensors[1].ToArray<int>(), batch.Targets.ToArray<int>());
            Assert.Equal(targets.Length, batch.Items);
            for (int i = 0; i < places.Length; i++)
            {
                hidden++;
                if (inputs[places[i]] == Mask) masked++;
                else if (inputs[places[i]] == targets[i]) kept++;
                // What follows each token is known: the target goes on where the one before it ended.
                if (places[i] % 64 > 0 && !places.Contains(places[i] - 1)) Assert.Equal((inputs[places[i] - 1] + 7) % 100, targets[i]);
            }
        }

        const int tokens = 50 * 32 * 64;
        Within(hidden, tokens, 0.15);
        Within(masked, hidden, 0.8);
        Within(kept, hidden, 0.1 + (0.1 / 100)); // a random token may be the same

        static void Within(int count, int all, double chance) =>
            Assert.InRange(count - (all * chance), -5 * Math.Sqrt(all * chance * (1 - chance)), 5 * Math.Sqrt(all * chance * (1 - chance)));
    }

    [Fact]
    public void At_SameUpdate_IsTheSame_AnotherIsNot()
    {
        MaskedBatches batches = new(Text, Options());

        Assert.Equal(batches.At(1, 2).Inputs.ToArray(), new MaskedBatches(Text, Options()).At(1, 2).Inputs.ToArray());
        Assert.NotEqual(batches.At(1, 2).Inputs.ToArray(), batches.At(1, 3).Inputs.ToArray());
        Assert.NotEqual(batches.At(1, 2).Inputs.ToArray(), batches.At(2, 2).Inputs.ToArray());
    }

    [Fact]
    public void At_KeptTokens_AreNeverHidden()
    {
        int[] kept = [.. Enumerable.Range(0, 50)];
        MaskedBatches batches = new(Text, new() { Vocabulary = Vocabulary, MaskToken = Mask, Kept = kept, Part = 1 });

        Batch batch = batches.At(1, 0);

        Assert.All(batch.Targets.ToArray<int>(), token => Assert.InRange(token, 50, 99));
        Assert.All(
            batch.Tensors[1].ToArray<int>().Select(place => batch.Inputs.ToArray<int>()[place]), token => Assert.InRange(token, 50, 100));
    }

    [Fact]
    public void InOrder_CoversTheTextTheSameWayEachTime()
    {
        MaskedBatches batches = new(Text, Options());

        Assert.Equal(5000 / 64, batches.InOrder().Sum(batch => batch.Inputs.Shape[0]));
        Assert.Equal(batches.InOrder().First().Inputs.ToArray(), batches.InOrder().First().Inputs.ToArray());
    }

    [Fact]
    public void Constructor_WhatCannotBe_IsRefused()
    {
        Assert.Equal(
            "masked batches: tokens must be at least 64, got 3",
            Assert.Throws<DataException>(() => new MaskedBatches([1, 2, 3], Options())).Message);
        Assert.Equal(
            "masked batches: tokens that may be hidden must be at least 1, got 0",
            Assert.Throws<DataException>(() => new MaskedBatches(Enumerable.Repeat(Mask, 99), Options())).Message);
        Assert.Equal(
            "masked batches: Part must be above 0 and at most 1, but is 0",
            Assert.Throws<OptionException>(
                () => new MaskedBatches(Text, new() { Vocabulary = Vocabulary, MaskToken = Mask, Part = 0 })).Message);
        Assert.Throws<OptionException>(() => new MaskedBatches(Text, new() { Vocabulary = Vocabulary, MaskToken = Vocabulary }));
    }

    private static MaskedBatchesOptions Options() => new() { Vocabulary = Vocabulary, MaskToken = Mask };
}
