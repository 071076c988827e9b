using Crucible.Kernels;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Tensors.Operations;

/// <summary><see cref="Precision.Mixed"/>: what is rounded, what is not, and what it costs.</summary>
public sealed class MixedPrecisionTests
{
    private const double Rounding = 1.0 / 256; // half the distance between neighbours in bfloat16, relative to them

    [Fact]
    public void WithoutTheTiles_ItIsFloat32_ToTheBit()
    {
        using IDisposable scope = BFloat16Products.Use(BFloat16Way.Float32);
        Assert.Equal(Run(Precision.Full), Run(Precision.Mixed));
    }

    [Fact]
    public void WithTheTiles_OutputAndGradients_AreThoseOfRoundedFactors()
    {
        if (!BFloat16Tile.IsSupported) Assert.Skip("this processor or system has no product of bfloat16");
        using IDisposable scope = BFloat16Products.Use(BFloat16Way.Vectors);
        float[] full = Run(Precision.Full), mixed = Run(Precision.Mixed);
        Assert.NotEqual(full, mixed);
        double scale = full.Max(Math.Abs);
        for (int i = 0; i < full.Length; i++) Assert.InRange(Math.Abs(full[i] - mixed[i]), 0, 4 * Rounding * scale);
    }

    [Fact]
    public void Float64_IsNeverRounded()
    {
        Generator generator = new(1);
        Tensor x = Tensor.Randn(generator, [64, 64], DType.Float64), w = Tensor.Randn(generator, [64, 64], DType.Float64);
        Assert.Equal(x.MatMul(w).ToArray<double>(), x.MatMul(w, precision: Precision.Mixed).ToArray<double>());
    }

    [Fact]
    public void AGpt_LearnsAsFarInEitherPrecision()
    {
        double full = Loss(Precision.Full), mixed = Loss(Precision.Mixed);
        Assert.InRange(full, 0, 2.5);
        Assert.InRange(Math.Abs(full - mixed), 0, 0.01);
    }

    [Fact]
    public void ACheckpoint_OfAnotherPrecision_IsNotContinued()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("mixed-").FullName, "checkpoint.safetensors");
        _ = Loss(Precision.Mixed, file);
        Assert.Throws<CheckpointException>(() => Loss(Precision.Full, file));
    }

    /// <summary>Output, gradients of input, weight and bias of a map, one behind the other.</summary>
    private static float[] Run(Precision precision)
    {
        Generator generator = new(7);
        Tensor x = Tensor.Randn(generator, 70, 96), w = Tensor.Randn(generator, 96, 64), b = Tensor.Randn(generator, 64);
        foreach (Tensor leaf in (Tensor[])[x, w, b]) leaf.RequiresGradient = true;
        Tensor y = x.Linear(w, b, precision);
        (y * Tensor.Randn(generator, 70, 64)).Sum().Backward();
        return [.. y.ToArray<float>(), .. x.Gradient!.ToArray<float>(), .. w.Gradient!.ToArray<float>(), .. b.Gradient!.ToArray<float>()];
    }

    /// <summary>The loss of a small GPT on a text that repeats itself, after some updates.</summary>
    private static double Loss(Precision precision, string? checkpoint = null)
    {
        int[] text = [.. Enumerable.Range(0, 4000).Select(i => ((i * i) + (i / 7)) % 31)];
        TokenWindows windows = new(TokenSequence.Of(text, 31), 32, 16);
        Gpt model = new(new() { Vocabulary = 31, Context = 32, Layers = 2, Heads = 2, Width = 64 }, new Generator(3));
        AdamW optimizer = new(model.Parameters, new() { LearningRate = 3e-3 });
        Trainer trainer = new(model, optimizer, (p, t) => Crucible.Layers.Loss.CrossEntropy(p, t));
        TrainerOptions options = new()
        {
            Updates = 60,
            Precision = precision,
            ShowProgress = false,
            Checkpoint = checkpoint,
            CheckpointEvery = 60,
        };
        return trainer.Fit(windows, windows, options).Last.ValidationLoss;
    }
}
