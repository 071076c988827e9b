using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Models;

public class GptTests
{
    // Logits of random weights stand about 0.2 around 0, which moves the mean loss by some 0.02.
    private const double NearChance = 0.05;

    // Sixteen tokens learned by heart: each has a probability above 0.99.
    private const double ByHeart = 0.01;

    private static GptOptions Nano => new() { Vocabulary = 65, Context = 64, Layers = 4, Heads = 4, Width = 128, HasBias = false };

    public static TheoryData<string> Kinds => [.. Models.Keys];

    private static Dictionary<string, GptOptions> Models => new()
    {
        ["as GPT-2"] = new() { Vocabulary = 11, Context = 10, Layers = 2, Heads = 2, Width = 24 },
        ["as LLaMA"] = new()
        {
            Vocabulary = 17,
            Context = 10,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            Width = 24,
            HasBias = false,
            IsTied = false,
            Norm = NormKind.RmsNorm,
            Positions = PositionKind.Rotary,
            FeedForward = FeedForwardKind.SwiGlu,
        },
        ["as the first transformers"] = new()
        {
            Vocabulary = 11,
            Context = 10,
            Layers = 2,
            Heads = 2,
            Width = 24,
            IsTied = false,
            Placement = NormPlacement.Post,
            Positions = PositionKind.Sinusoidal,
            FeedForward = FeedForwardKind.Relu,
        },
        ["without positions"] = new() { Vocabulary = 11, Context = 10, Layers = 1, Heads = 1, Width = 25, Positions = PositionKind.None },
    };

    [Fact]
    public void ToString_NanoGptsCpuSettings_ShowsItsParametersAndCost()
    {
        Gpt model = new(Nano, new(1337));
        Assert.Equal(804_096, model.ParameterCount);
        // nanoGPT's rule: 6·795904 + 12·4·4·32·64 = 5 168 640.
        Assert.Equal(5_168_640.0, model.TrainingFlopsPerToken);
        string[] lines = model.ToString().Split('\n');
        Assert.Matches("^token +Embedding\\(65, 128\\) +8,320$", lines[1]);
        Assert.EndsWith(
            "per token in a context of 64: 1.72 million floating-point operations forward, 5.17 million in training", lines[^1]);
        Assert.EndsWith("804,096", lines[^2]);
    }

    [Fact]
    public void Loss_FreshModel_IsThatOfChance()
    {
        (Tensor? tokens, Tensor? targets) = Batch(65, 12, 64);
        Assert.Equal(Math.Log(65), Loss.CrossEntropy(new Gpt(Nano, new(1337)).Forward(tokens), targets).ToDouble(), NearChance);
    }

    [Fact]
    public void Weights_FreshModel_AreSpreadAsInGpt2()
    {
        foreach (Tensor parameter in new Gpt(new() { Vocabulary = 65, Context = 64, Layers = 8, Width = 128 }, new(1)).Parameters)
        {
            double expected = parameter.Name!.EndsWith("bias", StringComparison.Ordinal)
                || parameter.Name.EndsWith("gain", StringComparison.Ordinal)
                ? 0.0
                : parameter.Name.EndsWith("output.weight", StringComparison.Ordinal)
                    || parameter.Name.EndsWith("down.weight", StringComparison.Ordinal)
                    ? 0.02 / 4
                : 0.02;
            // 8000 numbers and more: one part in 60, three deviations
            Assert.Equal(expected, parameter.Flatten().Std(0, correction: 0).ToDouble(), 0.05 * expected);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_OneBatch_IsLearnedByHeartAndMovesEveryParameter(string kind)
    {
        Gpt model = new(Models[kind], new(1));
        double[][] before = model.Parameters.Select(parameter => parameter.ToArray()).ToArray();
        double loss = Train(model, 150, 8);
        Assert.InRange(loss, 0.0, ByHeart);
        foreach ((Tensor? parameter, double[]? values) in model.Parameters.Zip(before)) Assert.NotEqual(values, parameter.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_SameSeed_SameBitsOnOneAndTwoThreads(string kind)
    {
        float[] Bits(int threads)
        {
            using IDisposable limit = Threads.Use(threads);
            Gpt model = new(Models[kind], new(3));
            Train(model, 3, 10, rows: 24);
            return [.. model.Parameters.SelectMany(parameter => parameter.ToArray<float>())];
        }

        Assert.Equal(Bits(1), Bits(2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_ComputedWithACache_AreTheSameBits(string kind)
    {
        Gpt model = new(Models[kind], new(1));
        Train(model, 5, 8);
        Tensor tokens = Batch(Models[kind].Vocabulary, 2, 10).Tokens;
        KeyValueCache cache = new(10);
        Tensor first = model.NextLogits(tokens.Slice(1, 0, 4), Pass.Evaluation.With(cache));
        Assert.Equal(model.NextLogits(tokens.Slice(1, 0, 4), Pass.Evaluation).ToArray<float>(), first.ToArray<float>());
        for (int t = 4; t < 10; t++)
        {
            Tensor next = model.NextLogits(tokens.Slice(1, t, t + 1), Pass.Evaluation.With(cache));
            Assert.Equal(model.NextLogits(tokens.Slice(1, 0, t + 1), Pass.Evaluation).ToArray<float>(), next.ToArray<float>());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_OfEarlierTokens_DoNotDependOnLaterOnes(string kind)
    {
        Gpt model = new(Models[kind], new(1));
        Tensor tokens = Batch(Models[kind].Vocabulary, 2, 10).Tokens;
        Assert.Equal(model.Forward(tokens).Slice(1, 0, 6).ToArray<float>(), model.Forward(tokens.Slice(1, 0, 6)).ToArray<float>());
        Assert.Equal(model.Forward(tokens).Select(1, -1).Shape, model.NextLogits(tokens, Pass.Evaluation).Shape);
    }

    [Fact]
    public void Forward_Maps_ComeInTheOrderOfTheBlocks()
    {
        AttentionMaps maps = new();
        new Gpt(Nano, new(1)).Forward(Batch(65, 2, 5).Tokens, Pass.Evaluation.With(maps));
        Assert.Equal(4, maps.Weights.Count);
        Assert.All(maps.Weights, map => Assert.Equal(Shape.From(2, 4, 5, 5), map.Shape));
    }

    [Fact]
    public void Forward_WrongTokens_AreRefused()
    {
        Gpt model = new(Nano, new(1));
        Assert.Equal(
            "tokens: the input must be [examples, positions] with at least 1 position, but is [5]",
            Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([5], DType.Int32))).Message);
        Assert.Equal(
            "positions: the input must have at most 64 positions, the context length, but has 65; shorten it, or build the model with a longer context",
            Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([1, 65], DType.Int32))).Message);
        Assert.Equal(
            "gpt.token: indexSelect: indices must be between 0 and 64, but element 1 is 65 (axis 0 of [65, 128] has 65)",
            Assert.Throws<ShapeException>(() => model.Forward(Tensor.Of(new[,] { { 0, 65 } }))).Message);
        Assert.Equal(
            "gpt: heads must be a divisor of the width 128, but is 3",
            Assert.Throws<OptionException>(() => new Gpt(new() { Vocabulary = 65, Context = 64, Heads = 3 }, new(1))).Message);
        Assert.Equal(
            "gpt: context must be 1 or more, but is 0",
            Assert.Throws<OptionException>(() => new Gpt(new() { Vocabulary = 65, Context = 0 }, new(1))).Message);
    }

    private static (Tensor Tokens, Tensor Targets) Batch(int vocabulary, int rows, int length)
    {
        Generator generator = new(42);
        int[] Draw() => [.. Enumerable.Range(0, rows * length).Select(_ => generator.NextInt(vocabulary))];
        return (Tensor.From(Draw(), rows, length), Tensor.From(Draw(), rows, length));
    }

    private static double Train(Gpt model, int steps, int length, int rows = 2)
    {
        AdamW optimizer = new(ParameterGroup.DecayMatricesOnly(model.Parameters), new() { LearningRate = 0.01 });
        (Tensor? tokens, Tensor? targets) = Batch(model.Options.Vocabulary, rows, length);
        Tensor loss = Tensor.Zero;
        for (int step = 0; step < steps; step++)
        {
            optimizer.ZeroGradients();
            loss = Loss.CrossEntropy(model.Forward(tokens, Pass.Training(new(1))), targets);
            loss.Backward();
            optimizer.Step();
        }

        return loss.ToDouble();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Generate_Greedy_IsTheSameTextWithAndWithoutCache(string kind)
    {
        BytePairTokenizer bytes = Crucible.Text.BytePairTokenizer.Train([], new() { VocabularySize = 256 });
        GptOptions options = Models[kind];
        Gpt model = new(
            new()
            {
                Vocabulary = 256,
                Context = options.Context,
                Layers = options.Layers,
                Heads = options.Heads,
                KeyValueHeads = options.KeyValueHeads,
                Width = options.Width,
                HasBias = options.HasBias,
                IsTied = options.IsTied,
                Norm = options.Norm,
                Placement = options.Placement,
                Positions = options.Positions,
                FeedForward = options.FeedForward,
            },
            new(5));
        string Generate(bool usesCache) => new Crucible.Text.TextGenerator(model, bytes)
            .Generate("KING:", new() { MaxTokens = 40, Temperature = 0, UsesCache = usesCache });

        Assert.Equal(Generate(false), Generate(true));
    }

    [Fact]
    public void NextLogits_OfManyRows_AreTheBitsOfEachAlone()
    {
        Gpt model = new(new() { Vocabulary = 70, Context = 8, Layers = 1, Heads = 2, Width = 64 }, new(5));
        int[][] rows = [.. Enumerable.Range(0, 11).Select(row => new[] { row, 2 * row, 3 })];

        float[] together = model.NextLogits(Tensor.From([.. rows.SelectMany(row => row)], 11, 3), Pass.Evaluation).ToArray<float>();

        float[] alone = [.. rows.SelectMany(row => model.NextLogits(Tensor.From(row, 1, 3), Pass.Evaluation).ToArray<float>())];
        Assert.Equal(alone, together);
    }

    [Fact]
    public void BeamSearch_ForksTheCache()
    {
        BytePairTokenizer bytes = Crucible.Text.BytePairTokenizer.Train([], new() { VocabularySize = 256 });
        Gpt model = new(new() { Vocabulary = 256, Context = 16, Layers = 2, Heads = 2, Width = 16 }, new(5));

        Beam beam =
            new Crucible.Text.TextGenerator(model, bytes).BeamSearch("KING:", new() { Width = 3, MaxTokens = 8, LengthPenalty = 0 })[0];

        // The probability of the found text, token by token and computed afresh.
        double sum = 0;
        List<int> tokens = [.. bytes.Encode("KING:")];
        foreach (int token in beam.Tokens)
        {
            sum += model.NextLogits(Tensor.From(tokens.ToArray(), 1, tokens.Count), Pass.Evaluation).To(DType.Float64).LogSoftmax(
                -1).ToArray()[token];
            tokens.Add(token);
        }

        const double singleRounding = 1e-5;
        Assert.Equal(sum, beam.LogProbability, singleRounding);
    }
}
