using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;
using static Crucible.Onnx.Tests.Sample;

namespace Crucible.Onnx.Tests;

/// <summary>Each layer gives in OnnxRuntime what it gives here, for the example and for another batch and length.</summary>
public sealed class LayerExportTests : IDisposable
{
    private static readonly Generator Seed = new(1);

    private static readonly LinearOptions Doubles = new() { DType = DType.Float64 };
    private static readonly Conv2dOptions Windows = new() { Stride = 2, Padding = 1, Dilation = 2, Groups = 2 };
    private static readonly RecurrentOptions BothWays = new() { Layers = 2, IsBidirectional = true };
    private static readonly MultiHeadAttentionOptions Shared =
        new() { KeyValueHeads = 2, IsCausal = true, HasBias = false, Rotary = new(9, 4) };

    /// <summary>A layer, an example, and an input of other sizes.</summary>
    internal static readonly Dictionary<string, (Func<Layer> Make, Tensor Example, Tensor Other)> Cases = new()
    {
        ["mlp"] = (() => new Mlp([13, 40, 1], () => new Relu(), Seed, dropout: 0.2), Numbers(4, 13), Numbers(9, 13)),
        ["linear"] = (() => new Linear(3, 4, Seed), Numbers(3), Numbers(3)),
        ["linear without bias"] = (() => new Linear(3, 4, Seed, new() { HasBias = false }), Numbers(2, 5, 3), Numbers(3, 1, 3)),
        ["float64"] = (() => new Sequential(new Linear(3, 4, Seed, Doubles), new Tanh(), new Softmax()), OfDoubles(2, 3), OfDoubles(1, 3)),
        ["dropout alone"] = (() => new Dropout(0.5), Numbers(2, 3), Numbers(1, 7)),
        ["relu"] = (() => new Relu(), Numbers(2, 3), Numbers(4, 1)),
        ["sigmoid"] = (() => new Sigmoid(), Numbers(2, 3), Numbers(4, 1)),
        ["softplus"] = (() => new Softplus(), 20 * Numbers(2, 3), Numbers(4, 1)),
        ["silu"] = (() => new Silu(), Numbers(2, 3), Numbers(4, 1)),
        ["gelu"] = (() => new Gelu(), Numbers(2, 3), Numbers(4, 1)),
        ["gelu tanh"] = (() => new Gelu(approximate: true), Numbers(2, 3), Numbers(4, 1)),
        ["elu"] = (() => new Elu(0.7), Numbers(2, 3), Numbers(4, 1)),
        ["leakyRelu"] = (() => new LeakyRelu(0.3), Numbers(2, 3), Numbers(4, 1)),
        ["parametricRelu"] = (() => new ParametricRelu(3), Numbers(2, 5, 3), Numbers(4, 1, 3)),
        ["softmax"] = (() => new Softmax(1), Numbers(2, 3, 4), Numbers(4, 5, 1)),
        ["embedding"] = (() => new Embedding(11, 4, Seed), Tokens(11, 2, 3), Tokens(11, 5, 1)),
        ["layerNorm"] = (() => new LayerNorm(5), Numbers(2, 3, 5), Numbers(1, 1, 5)),
        ["layerNorm without bias"] = (() => new LayerNorm(5, 1e-3, hasBias: false), Numbers(2, 5), Numbers(7, 5)),
        ["rmsNorm"] = (() => new RmsNorm(5, 1e-3), Numbers(2, 3, 5), Numbers(1, 1, 5)),
        ["batchNorm"] = (() => new BatchNorm(3, epsilon: 1e-3), Numbers(4, 3), Numbers(1, 3)),
        ["batchNorm of sequences"] = (() => new BatchNorm(3), Numbers(4, 3, 5), Numbers(1, 3, 2)),
        ["conv2d"] = (() => new Conv2d(4, 6, 3, Seed, Windows), Numbers(2, 4, 9, 8), Numbers(1, 4, 7, 12)),
        ["conv2d without bias"] = (() => new Conv2d(1, 2, 2, Seed, new() { HasBias = false }), Numbers(1, 1, 4, 4), Numbers(2, 1, 2, 3)),
        ["maxPool2d"] = (() => new MaxPool2d(3, 2, 1), Numbers(2, 3, 7, 8), Numbers(1, 3, 5, 4)),
        ["maxPool2d of a batch of rows"] = (() => new MaxPool2d(2), Numbers(3, 7, 8), Numbers(1, 5, 4)),
        ["averagePool2d"] = (() => new AveragePool2d(3, 2, 1), Numbers(2, 3, 7, 8), Numbers(1, 3, 5, 4)),
        ["averagePool2d of five axes"] = (() => new AveragePool2d(2), Numbers(2, 1, 3, 7, 8), Numbers(1, 2, 3, 5, 4)),
        ["globalAveragePool"] = (() => new GlobalAveragePool(), Numbers(2, 3, 7, 8), Numbers(1, 3, 5, 4)),
        ["flatten"] = (() => new Flatten(), Numbers(2, 3, 2), Numbers(5, 3, 2)),
        ["patchEmbedding"] = (() => new PatchEmbedding(2, 4, 5, Seed), Numbers(2, 2, 8, 12), Numbers(1, 2, 4, 4)),
        ["classToken"] = (() => new ClassToken(4, Seed), Numbers(2, 3, 4), Numbers(5, 1, 4)),
        ["learnedPositions"] = (() => new LearnedPositions(9, 4, Seed), Numbers(2, 3, 4), Numbers(5, 9, 4)),
        ["sinusoidalPositions"] = (() => new SinusoidalPositions(9, 4), Numbers(2, 3, 4), Numbers(5, 9, 4)),
        ["rotaryPositions"] = (() => new RotaryPositions(9, 4), Numbers(2, 3, 4), Numbers(5, 9, 4)),
        ["feedForward relu"] = (() => new FeedForward(4, 6, Seed, FeedForwardKind.Relu), Numbers(2, 4), Numbers(5, 3, 4)[0]),
        ["feedForward gelu"] = (() => new FeedForward(4, 6, Seed), Numbers(2, 3, 4), Numbers(5, 1, 4)),
        ["feedForward geluTanh"] = (() => new FeedForward(4, 6, Seed, FeedForwardKind.GeluTanh), Numbers(2, 3, 4), Numbers(5, 1, 4)),
        ["feedForward swiGlu"] = (() => new FeedForward(4, 6, Seed, FeedForwardKind.SwiGlu), Numbers(2, 3, 4), Numbers(5, 1, 4)),
        ["selfAttention"] = (() => new SelfAttention(8, 2, Seed), Numbers(2, 3, 8), Numbers(1, 5, 8)),
        ["selfAttention causal, shared, rotary"] = (() => new SelfAttention(16, 4, Seed, Shared), Numbers(2, 3, 16), Numbers(1, 5, 16)),
        ["crossAttention"] = (() => new CrossAttention(8, 4, Seed, new() { KeyValueHeads = 2 }), Numbers(2, 3, 8), Numbers(1, 5, 8)),
        ["additiveAttention"] = (() => new AdditiveAttention(4, 4, 3, Seed), Numbers(2, 3, 4), Numbers(1, 5, 4)),
        ["multiplicativeAttention"] = (() => new MultiplicativeAttention(4, 4, Seed), Numbers(2, 3, 4), Numbers(1, 5, 4)),
        ["transformerBlock"] = (() => new TransformerBlock(Block(NormPlacement.Post), Seed), Numbers(2, 3, 8), Numbers(1, 5, 8)),
        ["decoderBlock"] = (() => new DecoderBlock(Block(NormPlacement.Pre), Seed), Numbers(2, 3, 8), Numbers(1, 5, 8)),
        ["transformerEncoder"] = (() => new TransformerEncoder(2, Block(NormPlacement.Pre), Seed), Numbers(2, 3, 8), Numbers(1, 5, 8)),
        ["transformerDecoder"] = (() => new TransformerDecoder(2, Block(NormPlacement.Post), Seed), Numbers(2, 3, 8), Numbers(1, 5, 8)),
        ["rnn"] = (() => new Rnn(3, 5, Seed), Numbers(2, 4, 3), Numbers(1, 7, 3)),
        ["lstm"] = (() => new Lstm(3, 5, Seed, new() { Layers = 2 }), Numbers(2, 4, 3), Numbers(1, 7, 3)),
        ["lstm both ways"] = (() => new Lstm(3, 5, Seed, BothWays), Numbers(2, 4, 3), Numbers(1, 7, 3)),
        ["gru"] = (() => new Gru(3, 5, Seed), Numbers(2, 4, 3), Numbers(1, 7, 3)),
        ["gru both ways"] = (() => new Gru(3, 5, Seed, BothWays), Numbers(2, 4, 3), Numbers(1, 7, 3)),
        ["rnnCell"] = (() => new RnnCell(3, 5, Seed), Numbers(2, 3), Numbers(1, 3)),
        ["lstmCell"] = (() => new LstmCell(3, 5, Seed), Numbers(2, 3), Numbers(1, 3)),
        ["gruCell"] = (() => new GruCell(3, 5, Seed), Numbers(2, 3), Numbers(1, 3)),
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_GivesTheSameInOnnxRuntime(string name)
    {
        (Func<Layer> make, Tensor example, Tensor other) = Cases[name];
        AssertSame(Stirred(make()), folder.File("model.onnx"), example, other);
    }

    /// <summary>All of the library's layers are among the cases; models are in <see cref="ModelExportTests"/>.</summary>
    [Fact]
    public void Cases_AreAllLayers()
    {
        HashSet<Type> written = [];
        foreach ((Func<Layer> make, _, _) in Cases.Values) make().Visit("", (_, layer) => written.Add(layer.GetType()));
        IEnumerable<Type> missing = typeof(Layer).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract && type.Namespace == typeof(Layer).Namespace)
            .Except(written).Except([typeof(Lambda)]);
        Assert.Empty(missing.Select(type => type.Name));
    }

    private static Tensor OfDoubles(params int[] shape) => Numbers(shape).To(DType.Float64);

    private static TransformerOptions Block(NormPlacement placement) => new()
    {
        Width = 8,
        Heads = 2,
        IsCausal = true,
        Placement = placement,
        Norm = NormKind.RmsNorm,
        FeedForward = FeedForwardKind.SwiGlu,
    };
}
