using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Tensors;

public class AttentionTests
{
    // Two products, an exponential and a division of float64.
    private const double Rounding = 1e-13;

    // The documents print four digits.
    private const double FourDigits = 5e-5;

    // The, cat, sat; each is its own query, key and value.
    private static Tensor Words => Tensor.Of(new[,] { { 1.0, 0, 1, 0 }, { 0, 1, 0, 1 }, { 1, 1, 1, 1 } }, DType.Float64);

    [Fact]
    public void RotatePairs_TablesThatNeedAGradient_AreRefused() =>
        Expect.Error<GradientException>(
            "rotatePairs: cosines and sines have no derivative; detach them with Detach()",
            () => Tensor.Ones(3, 4).RotatePairs(Tensor.Ones(3, 2).AsParameter(), Tensor.Zeros(3, 2)));

    [Fact]
    public void Attention_ThreeWords_EqualsHandValues()
    {
        (Tensor? output, Tensor? weights) = Words.ScaledDotProductAttentionWithWeights(Words, Words);
        // Scores 2 0 2 / 0 2 2 / 2 2 4, halved as √4 = 2: the first row is e, 1, e over 2e + 1.
        Expect.Close(weights, FourDigits, 0.4223, 0.1554, 0.4223, 0.1554, 0.4223, 0.4223, 0.2119, 0.2119, 0.5761);
        Expect.Close(output, FourDigits, 0.8446, 0.5777, 0.8446, 0.5777, 0.5777, 0.8446, 0.5777, 0.8446, 0.7881, 0.7881, 0.7881, 0.7881);
        Expect.Close(Words.ScaledDotProductAttention(Words, Words), Rounding, output.ToArray());
    }

    [Fact]
    public void Attention_CausalWithPadding_EqualsHandValues()
    {
        Tensor x =
            Tensor.Of(new[,] { { 0.1, 0.2, 0.3, 0.4 }, { 0.5, 0.6, 0.7, 0.8 }, { 0.9, 1.0, 1.1, 1.2 }, { 0.0, 0, 0, 0 } }, DType.Float64);
        Tensor padding = Tensor.Of(new[] { true, true, true, false });
        Tensor weights = x.ScaledDotProductAttentionWithWeights(x, x, new() { IsCausal = true, Mask = padding }).Item2;
        Expect.Close(weights.Slice(0, 0, 3), FourDigits, 1, 0, 0, 0, 0.3729, 0.6271, 0, 0, 0.1152, 0.2668, 0.6180, 0);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Attention_RowThatSeesNothing_IsZeroAndSoAreItsGradients(DType dtype)
    {
        foreach (Tensor mask in (Tensor[])[
            Tensor.Of(new[,] { { true, true }, { false, false } }),
            Tensor.Of(new[,] { { 0.0, 0 }, { double.NegativeInfinity, double.NegativeInfinity } }, dtype)
        ])
        {
            Tensor q = Tensor.Of(new[,] { { 1.0, 2 }, { 3, 4 } }, dtype).AsParameter();
            Tensor k = (q.Detach() + 1.0).AsParameter();
            foreach (Tensor output in (Tensor[])[
                q.ScaledDotProductAttention(k, k, new() { Mask = mask }),
                q.ScaledDotProductAttentionWithWeights(k, k, new() { Mask = mask }).Item1
            ])
            {
                Assert.Equal([0.0, 0], output.Slice(0, 1).ToArray());
                Tensor[] gradients = output.Sum().Gradients([q, k]);
                Assert.Equal([0.0, 0], gradients[0].Slice(0, 1).ToArray());
                Assert.All(gradients[1].ToArray(), value => Assert.True(double.IsFinite(value)));
            }
        }
    }

    [Fact]
    public void Attention_LargeScores_StaysFinite()
    {
        Tensor x = Tensor.Of(new[,] { { 1e4, 0.0 }, { 0.0, 1e4 } }).AsParameter();
        Tensor y = x.ScaledDotProductAttention(x, x);
        Assert.Equal([1e4, 0, 0, 1e4], y.ToArray());
        Assert.All(y.Sum().Gradients([x])[0].ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Attention_Dropout_DropsTheSameWeightsInBothForms()
    {
        (Tensor? q, Tensor? k) = (Tensor.Randn(new(1), 2, 3, 5, 4), Tensor.Randn(new(2), 2, 3, 50, 4));
        AttentionOptions Options() => new() { Dropout = 0.25, Generator = new(9) };
        (Tensor? output, Tensor? weights) = q.ScaledDotProductAttentionWithWeights(k, k, Options());
        Expect.Close(q.ScaledDotProductAttention(k, k, Options()), Expect.Rounding32, output.ToArray());
        double dropped = weights.ToArray().Count(weight => weight == 0.0) / (double)weights.ElementCount;
        Assert.InRange(dropped, 0.20, 0.30); // 1500 weights: four standard deviations are 0.045
        Generator one = new(9);
        Assert.NotEqual(
            q.ScaledDotProductAttention(k, k, new() { Dropout = 0.25, Generator = one }).ToArray(),
            q.ScaledDotProductAttention(k, k, new() { Dropout = 0.25, Generator = one }).ToArray());
    }

    [Property]
    public Property Weights_RowsSumToOne() => Prop.ForAll(Sequences(), x =>
        Expect.Close(x.ScaledDotProductAttentionWithWeights(x, x, new() { IsCausal = true }).Item2.Sum(-1), Rounding, [.. Enumerable.Repeat(
            1.0, x.Shape[0])]));

    [Property]
    public Property Causal_WhatComesLater_IsIgnored() => Prop.ForAll(Sequences(), Gen.Choose(0, 7).ToArbitrary(), (x, cut) =>
    {
        cut = Math.Min(cut, x.Shape[0]);
        Tensor changed = Tensor.Concat([x.Slice(0, 0, cut), (x.Slice(0, cut) * -3.0) + 1.0]);
        Tensor Attend(Tensor y) => y.ScaledDotProductAttention(y, y, new() { IsCausal = true }).Slice(0, 0, cut);
        Assert.Equal(Attend(x).ToArray(), Attend(changed).ToArray());
    });

    [Property]
    public Property Attention_KeysInAnotherOrder_GivesTheSame() => Prop.ForAll(Sequences(), Gen.Choose(0, 1000).ToArbitrary(), (x, seed) =>
    {
        Tensor order = Tensor.Of(new Generator((ulong)seed).Permutation(x.Shape[0]));
        Tensor moved = x.IndexSelect(0, order);
        Expect.Close(x.ScaledDotProductAttention(moved, moved), Rounding, x.ScaledDotProductAttention(x, x).ToArray());
    });

    [Fact]
    public void Training_OfLongSequences_AllocatesNoWeights()
    {
        const int Length = 512, Size = 16;
        Tensor x = Tensor.Randn(new(1), 1, 2, Length, Size).AsParameter();
        List<Storage> allocated = new();
        Storage.Track(allocated);
        Tensor loss = x.ScaledDotProductAttention(x, x, new() { IsCausal = true }).Sum();
        Storage.Track(null);
        loss.Backward();
        // the output and its logarithms; the weights would be 32 times x
        Assert.True(allocated.Sum(storage => storage.Length) < 4 * x.ElementCount);

        // Nor does the derivative: what it allocates, it allocates from the pool, where nothing of that size was ever
        // returned.
        long before = GC.GetAllocatedBytesForCurrentThread();
        x.ClearGradient();
        x.ScaledDotProductAttention(x, x, new() { IsCausal = true }).Sum().Backward();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * Length * Length * sizeof(float) / 2);
    }

    [Fact]
    public void Attention_WrongOperands_AreRefused()
    {
        (Tensor? q, Tensor? k) = (Tensor.Ones(2, 4, 3, 8), Tensor.Ones(2, 3, 5, 8));
        Expect.Error<ShapeException>(
            "attention: keys and values must have equally many heads, which divide those of the queries, but are [2, 4, 3, 8], [2, 3, 5, 8] and [2, 3, 5, 8]",
            () => q.ScaledDotProductAttention(k, k));
        Expect.Error<ShapeException>(
            "attention: queries and keys must have equal last sizes, 1 or more, but are [3, 8], [3, 7] and [3, 8]",
            () => Tensor.Ones(3, 8).ScaledDotProductAttention(Tensor.Ones(3, 7), Tensor.Ones(3, 8)));
        Expect.Error<ShapeException>("attention: there must be a value for every key, but are [3, 8], [3, 8] and [2, 8]", () =>
            Tensor.Ones(3, 8).ScaledDotProductAttention(Tensor.Ones(3, 8), Tensor.Ones(2, 8)));
        Expect.Error<ShapeException>(
            "attention: queries, keys and values must be [B, H, T, D], or all [H, T, D], or all [T, D], but are [8], [8] and [8]",
            () => Tensor.Ones(8).ScaledDotProductAttention(Tensor.Ones(8), Tensor.Ones(8)));
        Expect.Error<ShapeException>(
            "attention: queries, keys and values must be of equally many examples, but are [2, 4, 3, 8], [1, 4, 3, 8] and [2, 4, 3, 8]",
            () => q.ScaledDotProductAttention(Tensor.Ones(1, 4, 3, 8), q));
        Expect.Error<DTypeException>("attention: element types must be equal, but a is float32 and b is float64; convert one with To", () =>
            q.ScaledDotProductAttention(q.To(DType.Float64), q));
    }

    [Fact]
    public void Attention_WrongOptions_AreRefused()
    {
        Tensor x = Tensor.Ones(3, 8);
        Expect.Error<ShapeException>(
            "attention: a mask must broadcast to the weights [examples, heads, queries, keys] [1, 1, 3, 3], but is [2, 3]",
            () => x.ScaledDotProductAttention(x, x, new() { Mask = Tensor.Ones([2, 3], DType.Bool) }));
        Expect.Error<DTypeException>(
            "attention: a mask must be bool (true where attention is allowed) or float32 (added to the scores), but is int32",
            () => x.ScaledDotProductAttention(x, x, new() { Mask = Tensor.Ones([3, 3], DType.Int32) }));
        Expect.Error<OptionException>("attention: scale must be above 0 and finite, but is 0", () =>
            x.ScaledDotProductAttention(x, x, new() { Scale = 0.0 }));
        Expect.Error<OptionException>("attention: dropout must be at least 0 and below 1, but is 1", () =>
            x.ScaledDotProductAttention(x, x, new() { Dropout = 1.0, Generator = new(1) }));
        Expect.Error<OptionException>("attention: generator must be given when dropout is above 0, but is null", () =>
            x.ScaledDotProductAttention(x, x, new() { Dropout = 0.5 }));
    }

    /// <summary>Sequences [T, 3] of one to seven positions.</summary>
    private static Arbitrary<Tensor> Sequences() =>
        Gen.Choose(-200, 200).Select(value => value / 100.0).ListOf(21).Zip(Gen.Choose(1, 7))
            .Select(pair => Tensor.From([.. pair.Item1.Take(3 * pair.Item2)], pair.Item2, 3)).ToArbitrary();
}
