using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary><see cref="Tensor.Forget"/>: values that are not kept, and are there for whoever asks, to the same bits.</summary>
public class ForgettingTests
{
    private const int Rows = 6, Size = 8; // tensors of at most 16 elements are never given back

    /// <summary>Operations that can compute their output again, each with the variants that it has.</summary>
    private static readonly Dictionary<string, Func<Tensor[], Tensor>> Repeatable = new()
    {
        ["gelu"] = t => t[0].Gelu(),
        ["gelu by tanh"] = t => t[0].Gelu(approximate: true),
        ["swiGlu"] = t => t[0].SwiGlu(),
        ["layer norm"] = t => t[0].LayerNorm(),
        ["layer norm with gain"] = t => t[0].LayerNorm(t[2]),
        ["layer norm with gain and bias"] = t => t[0].LayerNorm(t[2], t[3]),
        ["rms norm"] = t => t[0].RmsNorm(),
        ["rms norm with gain"] = t => t[0].RmsNorm(t[2]),
        ["linear"] = t => t[0].Linear(t[1], t[3]),
        ["linear, mixed"] = t => t[0].Linear(t[1], t[3], Precision.Mixed),
        ["matmul"] = t => t[0].MatMul(t[1]),
        ["matmul, both transposed"] = t => t[0].Reshape(Size, Rows).MatMul(t[1], transposeA: true, transposeB: true),
        ["matmul, mixed"] = t => t[0].MatMul(t[1], precision: Precision.Mixed),
        ["matmul of a stack, reshaped"] = t => t[0].Reshape(2, Rows / 2, Size).MatMul(t[1]).Reshape(Rows, Size),
        ["add"] = t => t[0] + t[3],
        ["index select"] = t => t[0].IndexSelect(0, Tensor.From([3, 1, 1, 5, 0, 2], Rows)),
        ["dropout"] = t => t[0].Dropout(0.3, new Generator(7)),
    };

    public static TheoryData<string> Names => [.. Repeatable.Keys];

    [Fact]
    public void Table_HasEveryRepeatableOperation()
    {
        Tensor[] inputs = Inputs();
        IEnumerable<Type> made = Repeatable.Values.Select(make => Maker(make(inputs))).Distinct();
        IEnumerable<Type> all = typeof(Tensor).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IRepeatable)));
        Assert.Equal(all.Select(type => type.Name).Order(), made.Select(type => type.Name).Order());

        static Type Maker(Tensor made) => made.Source is Reshape view ? Maker(view.Inputs[0]) : made.Source!.GetType();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_ThatWereForgotten_AreComputedAgainToTheSameBits(string name)
    {
        Tensor y = Repeatable[name](Inputs());
        float[] before = y.ToArray<float>();
        y.Forget();
        // The pool hands the array to the next tensor of that size; what is written there is not seen.
        Tensor next = Tensor.Full(y.Shape, double.NaN);
        Assert.Equal(before, y.ToArray<float>());
        Assert.All(next.ToArray<float>(), value => Assert.Equal(float.NaN, value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_OfEveryKind_HaveTheBitsOfAGraphThatKeepsAll(string name)
    {
        Func<Tensor[], Tensor> make = Repeatable[name];
        Assert.Equal(Backward(make, forget: false), Backward(make, forget: true));
        Assert.Equal(BackwardTwice(make, forget: false), BackwardTwice(make, forget: true));
        Assert.Equal(OfGradients(make, forget: false), OfGradients(make, forget: true));
        Assert.Equal(Along(make, forget: false), Along(make, forget: true));
        Assert.Equal(HessianAlong(make, forget: false), HessianAlong(make, forget: true));
        using (Threads.Use(2)) Assert.Equal(Backward(make, forget: false), Backward(make, forget: true));
        Tensor Inner(Tensor[] inputs) => make(inputs).AsInner();
        foreach (bool forget in new[] { false, true })
        {
            Assert.Equal(Backward(make, forget: false), Backward(Inner, forget));
            Assert.Equal(BackwardTwice(make, forget: false), BackwardTwice(Inner, forget));
            Assert.Equal(OfGradients(make, forget: false), OfGradients(Inner, forget));
            Assert.Equal(HessianAlong(make, forget: false), HessianAlong(Inner, forget));
        }
    }

    [Fact]
    public void Memory_IsNotHeld_AndNotInAWalkThatKeepsTheGraphEither()
    {
        const int layers = 20;
        long value = 256 * 256 * sizeof(float);
        // The weight and a product a layer; in a walk one normalized value at a time, whose room its gradient then takes, and
        // seven gradients at most.
        Assert.InRange(Bytes(layers, forget: true, walks: 1), (layers + 1) * value, (layers + 8) * value);
        Assert.InRange(Bytes(layers, forget: true, walks: 2), (layers + 1) * value, (layers + 8) * value);
        Assert.InRange(Bytes(layers, forget: false, walks: 1), 2 * layers * value, long.MaxValue);
    }

    [Fact]
    public void SteadyLoop_AllocatesNoBuffers()
    {
        Tensor w = Tensor.Ones(100, 100).AsParameter(), x = Tensor.Ones(50, 100);
        void Step()
        {
            Tensor y = x.MatMul(w).Gelu();
            Tensor loss = y.MatMul(w).Sum();
            y.Forget();
            loss.Backward();
            w.ClearGradient();
        }

        for (int step = 0; step < 20; step++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 100; step++) Step();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 4000); // one buffer alone: 20 000 bytes
    }

    [Fact]
    public void InputChangedInPlace_IsRefused_ByReadersAndByBackward()
    {
        Tensor[] inputs = Inputs();
        Tensor y = inputs[0].LayerNorm(inputs[2]), loss = y.MatMul(inputs[1]).Sum();
        y.Forget();
        inputs[2].FillInPlace(2.0);
        const string message =
            "layerNorm: an input or the output was changed in place after it was computed, so its derivative is no longer known; change it after backward";
        Assert.Equal(message, Assert.Throws<GradientException>(() => y.ToArray<float>()).Message);
        Assert.Equal(message, Assert.Throws<GradientException>(() => loss.Backward()).Message);
        // Nor where the walk ends before it comes to the operation that was to compute it again.
        Tensor x = Inputs()[0] * 2.0, z = x.LayerNorm(inputs[2]), w = inputs[1] * 1.0, sum = z.MatMul(w).Sum();
        z.Forget();
        inputs[2].FillInPlace(3.0);
        Assert.Throws<GradientException>(() => sum.Gradients([w]));
    }

    [Fact]
    public void OutputChangedInPlace_IsSeen_AndRefusedByBackward()
    {
        Tensor[] inputs = Inputs();
        Tensor y = inputs[0].Gelu(), loss = y.MatMul(inputs[1]).Sum();
        y.Forget();
        y.FillInPlace(2.0);
        Assert.All(y.ToArray<float>(), value => Assert.Equal(2, value));
        Assert.Throws<GradientException>(() => loss.Backward());
    }

    [Fact]
    public void Values_AreThereWithTheGraph_AndReleasedWithIt()
    {
        Tensor[] inputs = Inputs();
        Tensor y = inputs[0].Gelu(), loss = y.MatMul(inputs[1]).Sum();
        string text = y.ToString();
        y.Forget();
        Assert.Equal(text, y.ToString());
        loss.Backward();
        Assert.Throws<GradientException>(() => y.ToArray<float>());
        Assert.Equal("tensor(released, [6, 8] float32)", y.ToString());
    }

    [Fact]
    public void Detach_BeforeOrAfter_KeepsTheValues()
    {
        foreach (bool before in new[] { true, false })
        {
            Tensor[] inputs = Inputs();
            Tensor y = inputs[0].Gelu(), loss = y.MatMul(inputs[1]).Sum();
            float[] expected = y.ToArray<float>();
            Tensor? kept = before ? y.Detach() : null;
            y.Forget();
            kept ??= y.Detach();
            loss.Backward();
            for (int step = 0; step < 3; step++) (inputs[0] * 5.0).Sum().Backward();
            Assert.Equal(expected, kept.ToArray<float>());
        }
    }

    [Fact]
    public void OutsideOfGraphs_AndWhereNothingCanBeComputedAgain_NothingIsForgotten()
    {
        Tensor[] inputs = Inputs();
        Tensor leaf = inputs[0], view = leaf.Reshape(Size, Rows), other = leaf.Tanh(), copy = leaf.Gelu().Copy();
        foreach (Tensor tensor in new[] { leaf, view, other, copy })
        {
            float[] before = tensor.ToArray<float>();
            tensor.Forget();
            Tensor.Full(tensor.Shape, double.NaN);
            Assert.Equal(before, tensor.ToArray<float>());
        }

        using IDisposable off = Tensor.NoGrad();
        Tensor plain = leaf.Gelu();
        plain.Forget();
        Assert.False(plain.Storage.IsReleased);
    }

    [Fact]
    public void AnotherThread_ReadsTheSameBits_AndMayDropTheGraph()
    {
        Tensor[] inputs = Inputs();
        Tensor y = inputs[0].Gelu(), loss = y.MatMul(inputs[1]).Tanh().Sum() + y.Sum();
        float[] expected = y.ToArray<float>(), found = [];
        y.Forget();
        Thread thread = new(() =>
        {
            found = y.ToArray<float>();
            loss.Backward();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(expected, found);
        Assert.Equal(Backward(Repeatable["gelu"], forget: false)[..(Rows * Size)], inputs[0].Gradient!.ToArray<float>());
    }

    /// <summary>x [6, 8], a weight [8, 8], a gain and a bias [8].</summary>
    private static Tensor[] Inputs()
    {
        Generator generator = new(1);
        return
        [
            Tensor.Randn(generator, Rows, Size).AsParameter(), Tensor.Randn(generator, Size, Size).AsParameter(),
            Tensor.Randn(generator, Size).AsParameter(), Tensor.Randn(generator, Size).AsParameter(),
        ];
    }

    /// <summary>Two readers of one value: a product, whose derivative asks for it, and a sum, whose derivative does not.</summary>
    private static Tensor Loss(Func<Tensor[], Tensor> make, Tensor[] inputs, bool forget)
    {
        Tensor y = make(inputs);
        Tensor loss = y.MatMul(inputs[1].Slice(0, 0, y.Shape[-1])).Tanh().Sum() + y.Sum();
        if (forget) y.Forget();
        return loss;
    }

    private static float[] Backward(Func<Tensor[], Tensor> make, bool forget)
    {
        Tensor[] inputs = Inputs();
        Loss(make, inputs, forget).Backward();
        return All(inputs.Select(input => input.Gradient));
    }

    private static float[] BackwardTwice(Func<Tensor[], Tensor> make, bool forget)
    {
        Tensor[] inputs = Inputs();
        Tensor loss = Loss(make, inputs, forget);
        loss.Backward(retainGraph: true);
        loss.Backward();
        return All(inputs.Select(input => input.Gradient));
    }

    private static float[] OfGradients(Func<Tensor[], Tensor> make, bool forget)
    {
        Tensor[] inputs = Inputs();
        Tensor[] first = Loss(make, inputs, forget).Gradients(inputs, createGraph: true);
        Tensor norm = first.Select(gradient => (gradient * gradient).Sum()).Aggregate((a, b) => a + b);
        return All(norm.Gradients(inputs));
    }

    private static float[] Along(Func<Tensor[], Tensor> make, bool forget) =>
        Derivative.GradV(x => OfX(make, x, forget), Inputs()[0].Detach(), Tensor.Randn(new(3), Rows, Size)).ToArray<float>();

    private static float[] HessianAlong(Func<Tensor[], Tensor> make, bool forget) =>
        Derivative.HessianV(x => OfX(make, x, forget), Inputs()[0].Detach(), Tensor.Randn(new(3), Rows, Size)).ToArray<float>();

    private static Tensor OfX(Func<Tensor[], Tensor> make, Tensor x, bool forget) => Loss(make, [x, .. Inputs()[1..]], forget);

    private static float[] All(IEnumerable<Tensor?> tensors) =>
        [.. tensors.SelectMany(tensor => tensor is null ? [0f] : tensor.ToArray<float>())];

    /// <summary>What a thread of its own, with an empty pool, allocates for walks through layers that each make two values.</summary>
    private static long Bytes(int layers, bool forget, int walks)
    {
        long bytes = 0;
        Thread thread = new(() =>
        {
            Tensor weight = Tensor.Full([256, 256], 0.01).AsParameter(), x = weight;
            for (int layer = 0; layer < layers; layer++)
            {
                Tensor inner = x.LayerNorm();
                x = inner.MatMul(weight);
                if (forget) inner.Forget();
            }

            for (int walk = 1; walk <= walks; walk++) x.Sum().Backward(retainGraph: walk < walks);
            bytes = GC.GetAllocatedBytesForCurrentThread();
        });
        thread.Start();
        thread.Join();
        return bytes;
    }
}
