using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>
/// <see cref="Tensor.AsInner"/>: values that backward gives back behind it, and the gradients that find room in what they had.
/// </summary>
public class InnerValuesTests
{
    private const int Size = 256;
    private const long Value = Size * Size * sizeof(float);

    /// <summary>Layers whose insides are inner values, of so many blocks, and an input of each.</summary>
    private static readonly Dictionary<string, (Func<int, Layer> Make, Tensor Input)> Stacks = new()
    {
        ["encoder"] = (layers => new TransformerEncoder(layers, Options(), new(1)), Sequence()),
        ["encoder, norms behind"] = (layers => new TransformerEncoder(layers, Options(NormPlacement.Post), new(1)), Sequence()),
        ["encoder, ReLU"] = (layers => new TransformerEncoder(layers, Options(kind: FeedForwardKind.Relu), new(1)), Sequence()),
        ["encoder, SwiGLU"] = (layers => new TransformerEncoder(layers, Options(kind: FeedForwardKind.SwiGlu), new(1)), Sequence()),
        ["decoder"] = (layers => new TransformerDecoder(layers, Options(), new(1)), Sequence()),
        ["GPT"] = (
            layers => new Gpt(new() { Vocabulary = 64, Context = 64, Layers = layers, Heads = 2, Width = 64, Dropout = 0.1 }, new(1)),
            Words()),
        ["masked language model"] = (
            layers => new MaskedLanguageModel(new() { Vocabulary = 64, Context = 64, Layers = layers, Heads = 2, Width = 64 }, new(1)),
            Words()),
    };

    public static TheoryData<string> Names => [.. Stacks.Keys];

    [Fact]
    public void Values_AreReleasedBehindBackward_AndOthersAreThere()
    {
        Tensor x = Tensor.Randn(new(1), 8, 8), w = Tensor.Randn(new(2), 8, 8).AsParameter();
        Tensor inner = x.MatMul(w).AsInner(), other = inner.Tanh(), last = other.Exp().AsInner(), loss = last.MatMul(w).Sum();
        float[] before = inner.ToArray<float>();
        loss.Backward(retainGraph: true);
        Assert.Equal(before, inner.ToArray<float>());
        Assert.False(last.Storage.IsReleased);
        loss.Backward();
        Assert.Throws<GradientException>(() => inner.ToArray<float>());
        Assert.Throws<GradientException>(() => last.ToArray<float>());
        Assert.Equal(before.Select(MathF.Tanh), other.ToArray<float>(), (a, b) => MathF.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Views_AndDetachedValues_ShareWhatIsInner()
    {
        Tensor w = Tensor.Randn(new(2), 8, 8).AsParameter();
        Tensor inner = w.Tanh().Reshape(4, 16).AsInner(), kept = w.Exp().AsInner();
        float[] expected = kept.ToArray<float>();
        Tensor detached = kept.Detach();
        ((inner.Reshape(8, 8) * kept) + inner.Reshape(8, 8).Tanh()).Sum().Backward();
        Assert.True(inner.Storage.IsReleased);
        Assert.Equal(expected, detached.ToArray<float>());
        Assert.Equal(expected, kept.ToArray<float>());
        Assert.False(w.AsInner().Storage.IsInner); // a parameter is nobody's result
    }

    [Fact]
    public void GradientsOfGradients_ReadThem()
    {
        Assert.Equal(Second(t => t), Second(t => t.AsInner()));

        static float[] Second(Func<Tensor, Tensor> mark)
        {
            Tensor w = Tensor.Randn(new(2), 8, 8).AsParameter();
            Tensor loss = mark(mark(mark(w.MatMul(w)).Tanh()).MatMul(w)).Sum();
            return (loss.Gradients([w], createGraph: true)[0] * w).Sum().Gradients([w])[0].ToArray<float>();
        }
    }

    [Fact]
    public void Memory_OfGradients_IsThatOfValuesThatBackwardGaveBack()
    {
        const int layers = 20;
        // A product and its tanh a layer, then gradients: one a weight, and a few that pass.
        Assert.InRange(Bytes(layers, Size, inner: true), 2 * layers * Value, ((2 * layers) + 6) * Value);
        Assert.InRange(Bytes(layers, Size, inner: false), 3 * layers * Value, long.MaxValue);
    }

    [Fact]
    public void Memory_OfGradientsThatAreSmaller_IsThatOfLargerValues_ButOfNoOtherArrays()
    {
        const int layers = 20;
        // Products and tanhs of 4·Size rows; a gradient of a weight has a fourth of their elements.
        Assert.InRange(Bytes(layers, 4 * Size, inner: true), 8 * layers * Value, ((8 * layers) + 17) * Value);
        // Where nothing was given back, gradients take arrays of their own and leave what the next layer's will need.
        Assert.InRange(Bytes(layers, 4 * Size, inner: false), 9 * layers * Value, ((9 * layers) + 17) * Value);
    }

    [Fact]
    public void SteadyLoop_AllocatesNoBuffers()
    {
        Action<int> step = Steps(6, 2 * Size, inner: true);
        for (int i = 0; i < 5; i++) step(6);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) step(i % 2 == 0 ? 6 : 3);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10, 0, 40_000); // one buffer alone: 262 144 bytes
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_OfTheBackwardOfAStack_DoesNotGrowWithItsGradients(string name)
    {
        (long few, long gradientsOfFew) = Backward(name, 4);
        (long many, long gradientsOfMany) = Backward(name, 10);
        Assert.InRange(many - few, 0, (gradientsOfMany - gradientsOfFew) / 5);
    }

    [Fact]
    public void Results_OfLayers_StayReadableBehindBackward()
    {
        Layer[] parts = [new TransformerBlock(Options(), new(1)), new SelfAttention(64, 2, new(1)), new FeedForward(64, 256, new(1))];
        foreach (Layer layer in parts.Concat(Stacks.Values.Select(stack => stack.Make(3))))
        {
            Tensor input = layer is Gpt or MaskedLanguageModel ? Words() : (Sequence() * 1.0).AsParameter();
            Tensor x = input.DType == DType.Int32 ? input : input * 2.0, y = layer.Forward(x, Pass.Training(new(3)));
            string before = x.ToString() + y;
            (y * y).Sum().Backward();
            Assert.Equal(before, x.ToString() + y);
        }
    }

    /// <summary>What the first backward of a stack allocates, and the bytes of its gradients.</summary>
    private static (long Bytes, long Gradients) Backward(string name, int layers)
    {
        (long bytes, long gradients) = (0, 0);
        Thread thread = new(() => // which has an empty pool
        {
            Layer layer = Stacks[name].Make(layers);
            Tensor loss = layer.Forward(Stacks[name].Input, Pass.Training(new(3))).Sum();
            long before = GC.GetAllocatedBytesForCurrentThread();
            loss.Backward();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            gradients = layer.Parameters.Sum(parameter => (long)parameter.Gradient!.ElementCount * sizeof(float));
        });
        thread.Start();
        thread.Join();
        return (bytes, gradients);
    }

    private static TransformerOptions Options(NormPlacement placement = NormPlacement.Pre, FeedForwardKind kind = FeedForwardKind.Gelu) =>
        new() { Width = 64, Heads = 2, Placement = placement, FeedForward = kind, Dropout = 0.1 };

    private static Tensor Sequence() => Tensor.Randn(new(2), 8, 64, 64);

    private static Tensor Words() => Tensor.From([.. Enumerable.Range(0, 512).Select(index => index * 7 % 61)], 8, 64);

    /// <summary>What a thread of its own, with an empty pool, allocates for a step of so many layers.</summary>
    private static long Bytes(int layers, int rows, bool inner)
    {
        Action<int> step = Steps(layers, rows, inner);
        long bytes = 0;
        Thread thread = new(() =>
        {
            step(layers);
            bytes = GC.GetAllocatedBytesForCurrentThread();
        });
        thread.Start();
        thread.Join();
        return bytes;
    }

    private static Action<int> Steps(int layers, int rows, bool inner)
    {
        Tensor[] weights = [.. Enumerable.Range(0, layers).Select(seed => Tensor.Full([Size, Size], 0.01).AsParameter())];
        Tensor input = Tensor.Ones(rows, Size);
        return count =>
        {
            foreach (Tensor weight in weights) weight.ClearGradient();
            Tensor x = input;
            foreach (Tensor weight in weights[..count]) x = Marked(Marked(x.MatMul(weight)).Tanh());
            x.Sum().Backward();
        };

        Tensor Marked(Tensor value) => inner ? value.AsInner() : value;
    }
}
