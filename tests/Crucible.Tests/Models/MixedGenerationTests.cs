using Crucible.Kernels;
using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Models;

/// <summary>Texts continued with weights in bfloat16.</summary>
public sealed class MixedGenerationTests
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz";

    private static GptOptions Options => new() { Vocabulary = Alphabet.Length, Context = 32, Layers = 2, Heads = 2, Width = 64 };

    public static TheoryData<int, int> Sizes => new()
    {
        { 1, 1 }, { 3, 33 }, { 4, 16 }, { 7, 31 }, { 8, 32 }, { 64, 96 }, { 65, 100 }, { 384, 1152 }, { 1536, 384 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public unsafe void Row_IsTheChainOfMultiplyAdds_OnAnyNumberOfThreads(int k, int n)
    {
        Generator generator = new((ulong)((k * 10_000) + n));
        Tensor a = Tensor.Randn(generator, k), b = Tensor.Randn(generator, k, n).To(DType.BFloat16), bias = Tensor.Randn(generator, n);
        (float[] left, float[] right, float[] expected) = (a.ToArray<float>(), b.ToArray<float>(), bias.ToArray<float>());
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) expected[j] = MathF.FusedMultiplyAdd(left[p], right[(p * n) + j], expected[j]);
        foreach (int threads in new[] { 1, 2 })
        {
            using IDisposable scope = Threads.Use(threads);
            float[] found = new float[n];
            fixed (float* pa = left, pBias = bias.Data<float>(), pc = found)
            fixed (BFloat16* pb = b.Data<BFloat16>()) BFloat16Row.Multiply(k, n, pa, pb, pBias, pc);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Logits_DifferFromFullOnesByTheWeightsRounding()
    {
        Gpt model = new(Options, new(1));
        float[] full = Logits(model, Precision.Full), mixed = Logits(model, Precision.Mixed);
        Assert.NotEqual(full, mixed);
        double scale = full.Max(Math.Abs);
        // Each weight is off by at most 2⁻⁹ of itself, and sums of 64 such errors grow as their root.
        for (int i = 0; i < full.Length; i++) Assert.InRange(Math.Abs(full[i] - mixed[i]), 0, scale / 64);
    }

    [Fact]
    public void ChangedWeights_AreRoundedAnew()
    {
        Gpt model = new(Options, new(1)), other = new(Options, new(2));
        float[] first = Logits(model, Precision.Mixed);
        foreach ((Tensor parameter, Tensor value) in model.Parameters.Zip(other.Parameters)) parameter.CopyInPlace(value);
        float[] second = Logits(model, Precision.Mixed);
        Assert.NotEqual(first, second);
        Assert.Equal(Logits(other, Precision.Mixed), second);
    }

    [Fact]
    public void Generate_Mixed_IsTheSameTextOnAnyNumberOfThreads_AndLeavesFullPrecisionAlone()
    {
        Gpt model = new(Options, new(1));
        TextGenerator generator = new(model, CharacterTokenizer.Train([Alphabet]));
        string Text(Precision precision, int threads)
        {
            using IDisposable scope = Threads.Use(threads);
            return generator.Generate("abc", new() { MaxTokens = 50, Precision = precision, Seed = 3 });
        }

        string full = Text(Precision.Full, 1), mixed = Text(Precision.Mixed, 1);
        Assert.Equal(50, mixed.Length);
        Assert.Equal(mixed, Text(Precision.Mixed, 2));
        Assert.Equal(full, Text(Precision.Full, 1));
    }

    [Fact]
    public void Training_BetweenTexts_IsAsItWas()
    {
        Gpt model = new(Options, new(1)), untouched = new(Options, new(1));
        Logits(model, Precision.Mixed);
        Assert.Equal(Gradient(untouched), Gradient(model));

        static float[] Gradient(Gpt model)
        {
            Tensor tokens = Tensor.From([1, 2, 3], 1, 3);
            Crucible.Layers.Loss.CrossEntropy(model.Forward(tokens, Pass.Training(new(1)).With(Precision.Mixed)), tokens).Backward();
            return [.. model.Parameters.SelectMany(parameter => parameter.Gradient!.ToArray<float>())];
        }
    }

    /// <summary>The logits behind a prompt and four tokens, one by one.</summary>
    private static float[] Logits(ILanguageModel model, Precision precision)
    {
        IDecodingState state = model.StartDecoding(1, precision);
        state.Append([1, 2, 3]);
        float[] logits = [];
        foreach (int token in new[] { 4, 5, 6, 7 }) logits = state.Append([token]).ToArray();
        return logits;
    }
}
