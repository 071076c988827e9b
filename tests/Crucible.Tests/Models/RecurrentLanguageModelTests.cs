using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Models;

/// <summary>Recurrent language models: causality, gradients, what a kept state gives, and what is refused.</summary>
public class RecurrentLanguageModelTests
{
    public static TheoryData<RecurrentCellKind> Kinds => [.. Enum.GetValues<RecurrentCellKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_OfEarlierTokens_DoNotDependOnLaterOnes(RecurrentCellKind kind)
    {
        RecurrentLanguageModel model = Create(kind);
        int[] tokens = Draw(11, 20), others = [.. tokens[..6], .. tokens[6..10].Select(id => (id + 1) % 11), .. tokens[10..]];
        Tensor before = model.Forward(Tensor.From(tokens, 2, 10)), after = model.Forward(Tensor.From(others, 2, 10));
        float[] First(Tensor logits, int from, int to) => logits.Select(0, 0).Slice(0, from, to).ToArray<float>();
        Assert.Equal(Shape.From(2, 10, 11), before.Shape);
        Assert.Equal(First(before, 0, 6), First(after, 0, 6));
        Assert.NotEqual(First(before, 6, 7), First(after, 6, 7));
        Assert.Equal(before.Select(0, 1).ToArray<float>(), after.Select(0, 1).ToArray<float>()); // the row beside it
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_OneBatch_IsLearnedByHeartAndMovesEveryParameter(RecurrentCellKind kind)
    {
        const double ByHeart = 0.01; // sixteen tokens, each with a probability above 0.99
        RecurrentLanguageModel model = Create(kind);
        double[][] before = [.. model.Parameters.Select(parameter => parameter.ToArray())];
        AdamW optimizer = new(ParameterGroup.DecayMatricesOnly(model.Parameters), new() { LearningRate = 0.01 });
        Tensor tokens = Tensor.From(Draw(11, 16), 2, 8), targets = Tensor.From(Draw(11, 16, seed: 43), 2, 8);
        Tensor loss = Tensor.Zero;
        for (int step = 0; step < 150; step++)
        {
            optimizer.ZeroGradients();
            loss = Loss.CrossEntropy(model.Forward(tokens, Pass.Training(new(1))), targets);
            loss.Backward();
            if (step == 0) Assert.All(model.Parameters, parameter => Assert.Contains(parameter.Gradient!.ToArray(), value => value != 0.0));
            optimizer.Step();
        }

        Assert.InRange(loss.ToDouble(), 0.0, ByHeart);
        foreach ((Tensor parameter, double[] values) in model.Parameters.Zip(before)) Assert.NotEqual(values, parameter.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Append_WithAKeptState_GivesTheBitsOfAFreshPass(RecurrentCellKind kind)
    {
        // Wide and long enough that the products are cut into blocks.
        ILanguageModel model = Create(kind, vocabulary: 65, width: 220);
        int[] tokens = Draw(65, 150);
        IDecodingState state = model.StartDecoding(1);
        Assert.Equal(Fresh(model, tokens[..40]), state.Append(tokens.AsSpan(0, 40)).ToArray());
        for (int t = 40; t < tokens.Length; t++)
            Assert.Equal(Fresh(model, tokens[..(t + 1)]), state.Append(tokens.AsSpan(t, 1)).ToArray());
        Assert.Equal(150, state.Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Keep_OfRows_GoesOnFromTheirStates(RecurrentCellKind kind)
    {
        ILanguageModel model = Create(kind);
        IDecodingState state = model.StartDecoding(2);
        state.Append([1, 2, 3, 4, 5, 6]); // 1 2 3 and 4 5 6
        state.Keep([1, 0, 1]);
        float[] logits = state.Append([7, 8, 9]).ToArray();
        Assert.Equal(3, state.Rows);
        float[] expected = [.. new[] { new[] { 4, 5, 6, 7 }, [1, 2, 3, 8], [4, 5, 6, 9] }.SelectMany(row => Fresh(model, row))];
        const float singleRounding = 1e-6f; // the products of three rows are cut otherwise than those of one
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], logits[i], singleRounding);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Generate_Greedy_IsTheSameTextWithAndWithoutCache(RecurrentCellKind kind)
    {
        BytePairTokenizer bytes = BytePairTokenizer.Train([], new() { VocabularySize = 256 });
        TextGenerator generator = new(Create(kind, vocabulary: 256), bytes);
        string Generate(bool usesCache) =>
            generator.Generate("KING:", new() { MaxTokens = 100, Temperature = 0, UsesCache = usesCache });
        Assert.Equal(Generate(false), Generate(true));
        Assert.Equal(3, generator.BeamSearch("KING:", new() { Width = 3, MaxTokens = 8 }).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_WindowsOfAText_LearnsFromThem(RecurrentCellKind kind)
    {
        const string text = "to be or not to be, that is the question. ";
        CharacterTokenizer tokenizer = CharacterTokenizer.Train([text]);
        TokenSequence tokens = new(tokenizer.VocabularySize);
        Assert.True(tokens.TryAdd(tokenizer.Encode(string.Concat(Enumerable.Repeat(text, 20)))));
        TokenWindows windows = new(tokens, 16, 4);
        RecurrentLanguageModel model = Create(kind, tokenizer.VocabularySize, width: 32);
        Trainer trainer = new(model, new Adam(model.Parameters, new() { LearningRate = 0.01 }), (p, t) => Loss.CrossEntropy(p, t));
        History history = trainer.Fit(windows, windows, new() { Updates = 200, RecordStart = true, RecordEvery = 200 });
        Assert.InRange(history.Last.ValidationLoss, 0.0, 0.2 * history.Records[0].ValidationLoss);
    }

    [Fact]
    public void Dropout_ActsInTrainingAlone()
    {
        RecurrentLanguageModel model =
            new(new() { Vocabulary = 11, Cell = RecurrentCellKind.Rnn, Width = 24, Dropout = 0.5 }, new(1));
        Tensor tokens = Tensor.From(Draw(11, 16), 2, 8);
        Assert.Equal(model.Forward(tokens).ToArray(), model.Forward(tokens, Pass.Evaluation).ToArray());
        Assert.NotEqual(model.Forward(tokens).ToArray(), model.Forward(tokens, Pass.Training(new(2))).ToArray());
    }

    [Fact]
    public void ParameterCount_IsThatOfTheFormula()
    {
        // V·W + L·(gates·(2·W² + W)) + W·V + V, and W more a layer for a GRU's candidate; V = 65, L = 2.
        Assert.Equal((65 * 434) + (2 * 434 * 869) + (434 * 65) + 65, Create(RecurrentCellKind.Rnn, 65, 434).ParameterCount);
        Assert.Equal((65 * 220) + (8 * 220 * 441) + (220 * 65) + 65, Create(RecurrentCellKind.Lstm, 65, 220).ParameterCount);
        Assert.Equal((65 * 254) + (6 * 254 * 509) + (2 * 254) + (254 * 65) + 65, Create(RecurrentCellKind.Gru, 65, 254).ParameterCount);
    }

    [Fact]
    public void WrongInput_IsRefusedInOneLine()
    {
        Assert.Equal(
            "tokens: the input must be [examples, positions] with at least 1 position, but is [5]",
            Assert.Throws<ShapeException>(() => Create(RecurrentCellKind.Gru).Forward(Tensor.Zeros([5], DType.Int32))).Message);
        Assert.Equal("recurrentLanguageModel: vocabulary must be 1 or more, but is 0", Refused(new() { Vocabulary = 0 }));
        Assert.Equal("recurrentLanguageModel: layers must be 1 or more, but is 0", Refused(new() { Vocabulary = 5, Layers = 0 }));
        Assert.Equal("recurrentLanguageModel: width must be 1 or more, but is -1", Refused(new() { Vocabulary = 5, Width = -1 }));
        Assert.Equal(
            "recurrentLanguageModel: dropout must be at least 0 and below 1, but is 1", Refused(new() { Vocabulary = 5, Dropout = 1.0 }));

        static string Refused(RecurrentLanguageModelOptions options) =>
            Assert.Throws<OptionException>(() => new RecurrentLanguageModel(options, new(1))).Message;
    }

    private static RecurrentLanguageModel Create(RecurrentCellKind kind, int vocabulary = 11, int width = 24) =>
        new(new() { Vocabulary = vocabulary, Cell = kind, Width = width }, new(1));

    private static int[] Draw(int vocabulary, int count, ulong seed = 42)
    {
        Generator generator = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => generator.NextInt(vocabulary))];
    }

    private static float[] Fresh(ILanguageModel model, int[] tokens) =>
        model.NextLogits(Tensor.From(tokens, 1, tokens.Length)).ToArray<float>();
}
