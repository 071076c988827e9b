using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Layers;

public class MultiHeadAttentionTests
{
    // The fused and the composed form are the same sums in another order, in float32.
    private const double Rounding = 1e-5;

    private static Tensor Input => Tensor.Randn(new(5), 2, 7, 12);

    [Theory]
    [InlineData(null, false)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void SelfAttention_MapsAskedFor_ChangeNothing(int? keyHeads, bool isRotary)
    {
        SelfAttention layer = new(12, 3, new(1), new() { IsCausal = true, KeyValueHeads = keyHeads, Rotary = isRotary ? new(9, 4) : null });
        double[] fused = layer.Forward(Input).ToArray();
        double[] composed = layer.Forward(Input, Pass.Evaluation.With(new AttentionMaps())).ToArray();
        for (int i = 0; i < fused.Length; i++) Assert.Equal(fused[i], composed[i], Rounding);
    }

    [Fact]
    public void SelfAttention_Maps_AreRowsOfProbabilities()
    {
        AttentionMaps maps = new();
        new SelfAttention(12, 3, new(1), new() { IsCausal = true }).Forward(Input, Pass.Evaluation.With(maps));
        Tensor map = Assert.Single(maps.Weights);
        Assert.Equal(Shape.From(2, 3, 7, 7), map.Shape);
        Assert.All(map.Sum(-1).ToArray(), sum => Assert.Equal(1.0, sum, Rounding));
        Assert.Equal(map.Tril().ToArray(), map.ToArray());
    }

    [Fact]
    public void SelfAttention_OneHeadAndIdentityMaps_IsAttentionOfTheInput()
    {
        Tensor three = Tensor.Concat([Tensor.Eye(12), Tensor.Eye(12), Tensor.Eye(12)], 1);
        Initializer identity = new("identity", (shape, _, _) => shape[1] == 12 ? Tensor.Eye(12) : three);
        SelfAttention layer = new(12, 1, new(1), new() { Weight = identity, OutputWeight = identity });
        Tensor x = Input;
        double[] expected = x.ScaledDotProductAttention(x, x).ToArray();
        double[] actual = layer.Forward(x).ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Rounding);
    }

    [Fact]
    public void SelfAttention_PaddedExample_IsThatOfTheShorterOne()
    {
        SelfAttention layer = new(12, 3, new(1));
        Tensor padding = Tensor.Init([2, 7], index => index[0] == 0 || index[1] < 4 ? 1.0 : 0.0, DType.Bool);
        double[] padded = layer.Forward(Input, padding.Reshape(2, 1, 1, 7), Pass.Evaluation).Slice(0, 1).Slice(1, 0, 4).ToArray();
        double[] alone = layer.Forward(Input.Slice(0, 1).Slice(1, 0, 4)).ToArray();
        for (int i = 0; i < alone.Length; i++) Assert.Equal(alone[i], padded[i], Rounding);
    }

    [Fact]
    public void CrossAttention_OtherLengthsAndWidths_FollowTheFormula()
    {
        CrossAttention layer = new(12, 3, new(1), new() { HasBias = false }, memoryWidth: 5);
        Tensor memory = Tensor.Randn(new(6), 2, 4, 5);
        (Tensor? query, Tensor? keyValue, Tensor? output) = (layer.Parameters[0], layer.Parameters[1], layer.Parameters[2]);
        Assert.Equal(["query.weight", "keyValue.weight", "output.weight"], layer.Parameters.Select(parameter => parameter.Name));
        static Tensor Heads(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], 3, 4).Permute(0, 2, 1, 3);
        Tensor mapped = memory.MatMul(keyValue);
        double[] expected = Heads(Input.MatMul(query)).ScaledDotProductAttention(Heads(mapped.Slice(2, 0, 12)), Heads(mapped.Slice(2, 12)))
            .Permute(0, 2, 1, 3).Reshape(2, 7, 12).MatMul(output).ToArray();
        double[] actual = layer.Forward(Input, memory, null, Pass.Evaluation).ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Rounding);
    }

    [Fact]
    public void SelfAttention_Dropout_IsForTrainingOnly()
    {
        SelfAttention layer = new(12, 3, new(1), new() { Dropout = 0.5 });
        Assert.Equal(layer.Forward(Input).ToArray(), layer.Forward(Input).ToArray());
        Assert.NotEqual(layer.Forward(Input).ToArray(), layer.Forward(Input, Pass.Training(new(1))).ToArray());
        Assert.Equal(layer.Forward(Input, Pass.Training(new(1))).ToArray(), layer.Forward(Input, Pass.Training(new(1))).ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SelfAttention_WithACache_GivesTheSameBits(bool isRotary)
    {
        SelfAttention layer = new(12, 3, new(1), new() { IsCausal = true, KeyValueHeads = 1, Rotary = isRotary ? new(20, 4) : null });
        KeyValueCache cache = new(9);
        float[] whole = layer.Forward(Input).ToArray<float>();
        foreach ((int first, int end) in ((int, int)[])[(0, 3), (3, 4), (4, 7)])
        {
            float[] part = layer.Forward(Input.Slice(1, first, end), Pass.Evaluation.With(cache)).ToArray<float>();
            Assert.Equal(Tensor.From(whole, 2, 7, 12).Slice(1, first, end).ToArray<float>(), part);
        }

        Assert.Equal(7, cache.Length);
        Assert.Equal(
            "attention: positions must fit into the cache of 9, but there would be 14; start a new cache with the last ones",
            Assert.Throws<ShapeException>(() => layer.Forward(Input, Pass.Evaluation.With(cache))).Message);
        Assert.Equal(
            "attention: the input must have 2 examples, as the cache has, but has 1; start a new cache",
            Assert.Throws<ShapeException>(() => layer.Forward(Input.Slice(0, 0, 1), Pass.Evaluation.With(cache))).Message);
        cache.Clear();
        Assert.Equal(whole, layer.Forward(Input, Pass.Evaluation.With(cache)).ToArray<float>());
    }

    [Fact]
    public void DecoderBlock_WithACache_GivesTheSameBits()
    {
        DecoderBlock block = new(new() { Width = 12, Heads = 3, IsCausal = true }, new(1));
        Tensor memory = Tensor.Randn(new(6), 2, 4, 12);
        KeyValueCache cache = new(7);
        Tensor whole = block.Forward(Input, memory, null, null, Pass.Evaluation);
        for (int t = 0; t < 7; t++)
            Assert.Equal(
                whole.Slice(1, t, t + 1).ToArray<float>(),
                block.Forward(Input.Slice(1, t, t + 1), memory, null, null, Pass.Evaluation.With(cache)).ToArray<float>());
    }

    [Fact]
    public void Constructors_WrongNumbers_AreRefused()
    {
        Assert.Equal(
            "attention: heads must be a divisor of the width 12, but is 5",
            Assert.Throws<OptionException>(() => new SelfAttention(12, 5, new(1))).Message);
        Assert.Equal(
            "attention: keyValueHeads must be a divisor of the 4 heads, but is 3",
            Assert.Throws<OptionException>(() => new SelfAttention(12, 4, new(1), new() { KeyValueHeads = 3 })).Message);
        Assert.Equal(
            "attention: dropout must be at least 0 and below 1, but is 1",
            Assert.Throws<OptionException>(() => new SelfAttention(12, 4, new(1), new() { Dropout = 1.0 })).Message);
        Assert.Equal(
            "attention: rotary must be made for heads of size 3, but is RotaryPositions(9, 4)",
            Assert.Throws<OptionException>(() => new SelfAttention(12, 4, new(1), new() { Rotary = new(9, 4) })).Message);
        Assert.Equal(
            "attention: isCausal must be false for attention to a memory, but is True",
            Assert.Throws<OptionException>(() => new CrossAttention(12, 4, new(1), new() { IsCausal = true })).Message);
        Assert.Equal(
            "feedForward: hidden must be 1 or more, but is 0",
            Assert.Throws<OptionException>(() => new FeedForward(12, 0, new(1))).Message);
        Assert.Equal(
            "transformer: dropout must be at least 0 and below 1, but is -1",
            Assert.Throws<OptionException>(() => new TransformerBlock(new() { Width = 12, Heads = 3, Dropout = -1 }, new(1))).Message);
    }

    [Fact]
    public void Forward_WrongInputs_AreRefusedByPath()
    {
        TransformerDecoder stack = new(2, new() { Width = 12, Heads = 3 }, new(1));
        ShapeException error = Assert.Throws<ShapeException>(() => stack.Forward(Input, Tensor.Ones(2, 4, 5), null, null, Pass.Evaluation));
        Assert.Equal(
            "transformerDecoder.block[0].memoryAttention: attention: the memory must be [2, positions, 12], for an input of 2 examples, but is [2, 4, 5]",
            error.Message);
        Assert.Equal(
            "attention: the input must be [examples, positions, 12], but is [7, 12]",
            Assert.Throws<ShapeException>(() => new SelfAttention(12, 3, new(1)).Forward(Tensor.Ones(7, 12))).Message);
        Assert.Equal(
            "SelfAttention(12, 4 heads, 2 of keys, causal)",
            new SelfAttention(12, 4, new(1), new() { IsCausal = true, KeyValueHeads = 2 }).ToString().Split('\n')[0]);
    }
}
