using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class MemoryTests
{
    private const int Size = 1000;

    [Fact]
    public void Values_StayReadableAfterBackward_UntilTheNextStep()
    {
        Tensor w = Tensor.Ones(Size).AsParameter();
        Tensor prediction = w * 2.0;
        prediction.Sum().Backward();
        Assert.Equal(2, prediction.ToArray()[0]);
        w.ClearGradient();
        GradientException error = Assert.Throws<GradientException>(() => prediction.ToArray());
        Assert.Equal(
            "tensor: its values must be in memory, but were released with the graph of a finished training step, or by Release or Evaluate; to keep them, call Detach() first",
            error.Message);
        Assert.Equal("tensor(released, [1000] float32)", prediction.ToString());
    }

    [Fact]
    public void Detach_OutlivesTheStep()
    {
        Tensor w = Tensor.Ones(Size).AsParameter();
        Tensor prediction = w * 2.0;
        Tensor kept = prediction.Detach();
        prediction.Sum().Backward();
        w.ClearGradient();
        for (int step = 0; step < 3; step++)
        {
            (w * 5.0).Sum().Backward();
            w.ClearGradient();
        }

        Assert.All(kept.ToArray(), value => Assert.Equal(2, value));
    }

    [Fact]
    public void ScalarLoss_OutlivesTheStep()
    {
        Tensor w = Tensor.Ones(Size).AsParameter();
        Tensor loss = (w * 2.0).Sum();
        loss.Backward();
        w.ClearGradient();
        Assert.Equal(2.0 * Size, loss.ToDouble());
    }

    [Fact]
    public void ReshapedParameter_IsNotReturnedToThePool()
    {
        Tensor w = Tensor.Ones(Size).AsParameter();
        for (int step = 0; step < 3; step++)
        {
            (w.Reshape(10, 100) * 2.0).Sum().Backward();
            w.ClearGradient();
        }

        Assert.All(w.ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Gradient_IsNotOverwrittenByLaterSteps()
    {
        Tensor w = Tensor.Ones(Size).AsParameter();
        Tensor other = Tensor.Ones(Size).AsParameter();
        (w * 3.0).Sum().Backward();
        for (int step = 0; step < 3; step++)
        {
            (other * 7.0).Sum().Backward();
            other.ClearGradient();
        }

        Assert.All(w.Gradient!.ToArray(), value => Assert.Equal(3, value));
    }

    [Fact]
    public void SteadyLoop_AllocatesNoBuffers()
    {
        Tensor w = Tensor.Ones(100, 100).AsParameter();
        Tensor x = Tensor.Ones(50, 100);
        void Step()
        {
            x.MatMul(w).Tanh().Sum().Backward();
            w.ClearGradient();
        }

        for (int step = 0; step < 20; step++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 100; step++) Step();
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        // Nodes and tensor objects only; one buffer alone would be 20 000 bytes.
        Assert.InRange(each, 0, 3000);
    }

    [Fact]
    public void SteadyLoop_OfGradients_AllocatesNoBuffers()
    {
        // Nothing but the next walk gives the last one's values back here.
        Tensor w = Tensor.Ones(100, 100).AsParameter();
        Tensor x = Tensor.Ones(50, 100);
        void Step() => x.MatMul(w).Tanh().Sum().Gradients([w])[0].Release();
        for (int step = 0; step < 20; step++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 100; step++) Step();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 3000); // one buffer alone: 20 000 bytes
    }

    [Fact]
    public void TrainingStep_OfASmallNetwork_AllocatesLessThanTwoKilobytes()
    {
        Generator generator = new(1);
        Mlp model = new([13, 40, 40, 1], () => new Crucible.Layers.Relu(), generator);
        Adam optimizer = new(model.Parameters);
        (Tensor? x, Tensor? y) = (Tensor.Randn(generator, 32, 13), Tensor.Randn(generator, 32, 1));
        void Step()
        {
            optimizer.ZeroGradients();
            Loss.MeanSquaredError(model.Forward(x), y).Backward();
            optimizer.Step();
        }

        for (int step = 0; step < 20; step++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 100; step++) Step();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 2048);
    }

    [Fact]
    public void Backward_ElementwiseRule_DoesNotWriteOverAGradientThatOthersNeed()
    {
        // The sum hands one gradient to both terms, and the derivative of ReLU could be written over it.
        (Tensor? a, Tensor? b) = (Tensor.Full([Size], -1.0).AsParameter(), Tensor.Ones(Size).AsParameter());
        ((b * 1.0) + (a * 1.0).Relu()).Sum().Backward();
        Assert.All(a.Gradient!.ToArray(), value => Assert.Equal(0, value));
        Assert.All(b.Gradient!.ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Gradients_OfWhatAnElementwiseRuleComputed_AreNotWrittenOver()
    {
        Tensor a = Tensor.Full([Size], -1.0).AsParameter();
        Tensor y = (a * 1.0).Relu();
        Tensor[] found = (y * 3.0).Sum().Gradients([y, a]);
        Assert.All(found[0].ToArray(), value => Assert.Equal(3, value));
        Assert.All(found[1].ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Backward_FromAParameter_GivesItAGradientOfItsOwn()
    {
        for (int i = 0; i < 2; i++)
        {
            Tensor w = Tensor.Full([], 7.0).AsParameter();
            w.Backward();
            Assert.Equal(1, w.Gradient!.ToDouble());
            w.Gradient!.FillInPlace(9);
        }
    }

    [Fact]
    public void Backward_LongChain_NeedsRoomForFewGradients()
    {
        const int links = 100, fewBuffers = 10;
        long bytes = 0L;
        // A thread of its own has an empty pool.
        Thread thread = new(() =>
        {
            Tensor y = Tensor.Ones(100 * Size).AsParameter();
            for (int link = 0; link < links; link++) y *= 1.5;
            Tensor loss = y.Sum();
            long before = GC.GetAllocatedBytesForCurrentThread();
            loss.Backward();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        thread.Start();
        thread.Join();
        Assert.InRange(bytes, 1, fewBuffers * 100L * Size * sizeof(float));
    }

    [Fact]
    public void Backward_OneGradientForSeveralInputs_IsGivenBackAfterTheLast()
    {
        (Tensor? a, Tensor? b) = (Tensor.Ones(Size).AsParameter(), Tensor.Ones(Size).AsParameter());
        (Tensor? x, Tensor? y) = (a * 1.0, b * 1.0);
        Threefold.Of(x, x, y).Sum().Backward();
        Assert.All(a.Gradient!.ToArray(), value => Assert.Equal(2, value));
        Assert.All(b.Gradient!.ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Evaluate_KeepsTheResultAndReleasesTheRest()
    {
        Tensor w = Tensor.Ones(Size).AsParameter();
        Tensor? between = null;
        Tensor result = Tensor.Evaluate(() =>
        {
            between = w * 2.0;
            return between + 1.0;
        });
        Assert.False(result.RequiresGradient);
        Assert.Equal(3, result.ToArray()[Size - 1]);
        Assert.Throws<GradientException>(() => between!.ToArray());
        Assert.Equal(1, w.ToArray()[0]);
    }

    [Fact]
    public void Evaluate_AViewOfTheInput_IsReadable() =>
        Assert.Equal(Size, Tensor.Evaluate(() => Tensor.Ones(Size).Reshape(10, -1)).ToArray().Sum());

    [Fact]
    public void Release_MakesReadingThrow()
    {
        Tensor tensor = Tensor.Ones(Size) * 2.0;
        tensor.Release();
        tensor.Release();
        Assert.Throws<GradientException>(() => tensor.ToArray());
    }

    [Fact]
    public void Release_OnAnotherThread_IsHarmless()
    {
        Tensor w = Tensor.Ones(Size).AsParameter();
        Tensor y = w * 2.0;
        Thread thread = new(() => y.Sum().Backward());
        thread.Start();
        thread.Join();
        BackwardPass.ReleaseFinished();
        Assert.Equal(2, y.ToArray()[0]);
        Assert.Equal(2, w.Gradient!.ToArray()[0]);
    }

    /// <summary>x + y + z, whose derivative hands the same new tensor to each.</summary>
    private sealed class Threefold(Tensor x, Tensor y, Tensor z) : Operation(x, y, z)
    {
        public static Tensor Of(Tensor x, Tensor y, Tensor z)
        {
            Tensor sum;
            using (Tensor.NoGrad()) sum = x + y + z;
            return new Threefold(x, y, z).Record(sum);
        }

        protected internal override void Backward(Tensor gradient)
        {
            Tensor copy = gradient.Clone();
            for (int input = 0; input < 3; input++) Accumulate(input, copy);
        }
    }
}
