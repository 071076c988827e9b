using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Models;

public sealed class MaskedLanguageModelTests : IDisposable
{
    private const int Vocabulary = 12;
    private const int Mask = 11;
    private const double Rounding = 1e-5; // of float32 sums in another order

    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Forward_AnotherLastToken_ChangesTheFirstLogits()
    {
        MaskedLanguageModel model = Model();
        Gpt causal = new(Options(), new Generator(1));

        Assert.NotEqual(First(model, 5), First(model, 6));
        Assert.Equal(First(causal, 5), First(causal, 6));

        static double[] First(Layer model, int last) =>
            model.Forward(Tensor.Of(new[,] { { 1, 2, 3, last } }), Pass.Evaluation)[0, 0].ToArray();
    }

    [Theory]
    [InlineData(PositionKind.Learned, true)]
    [InlineData(PositionKind.Rotary, false)]
    public void Parameters_AreAsManyAsAGptHas(PositionKind positions, bool isTied)
    {
        GptOptions options = Options(positions, isTied);

        Assert.Equal(new Gpt(options, new Generator(1)).ParameterCount, new MaskedLanguageModel(options, new Generator(1)).ParameterCount);
    }

    [Fact]
    public void Logits_AtPlaces_AreThoseOfAllPositions()
    {
        MaskedLanguageModel model = Model();
        Tensor tokens = Tensor.Of(new[,] { { 1, 2, Mask, 4 }, { Mask, 3, 2, 1 } });

        Tensor all = model.Forward(tokens, Pass.Evaluation).Reshape(8, Vocabulary);
        Tensor some = model.Logits(tokens, Tensor.From([2, 4]), Pass.Evaluation);

        Near(all.Rows(2, 4), some);
    }

    [Fact]
    public void Features_DoNotDependOnPadding()
    {
        MaskedLanguageModel model = Model();
        Tensor alone = model.Features(Tensor.Of(new[,] { { 1, 2, 3 } }), Pass.Evaluation);

        Tensor padded = model.Features(Translator.Pad([[1, 2, 3], [4, 5, 6, 7, 8]]), Pass.Evaluation);

        Near(alone[0], padded[0].Slice(0, 0, 3));
    }

    [Fact]
    public void Classifier_ReadsTheMeanOfTheTokens_WithoutPadding()
    {
        MaskedLanguageModel model = Model();
        SequenceClassifier classifier = new(model, 3, new Generator(2));
        Tensor tokens = Translator.Pad([[1, 2, 3], [4, 5, 6, 7, 8]]);

        Near(model.Features(tokens, Pass.Evaluation)[0].Slice(0, 0, 3).Mean(0), classifier.Features(tokens, Pass.Evaluation)[0]);
        Assert.Equal([0, 0, 0, 0, 0, 0], classifier.Forward(tokens, Pass.Evaluation).ToArray()); // its map begins at 0
    }

    [Fact]
    public void Save_ThenLoad_GivesTheSameLogits()
    {
        string file = Path.Combine(folder, "masked.safetensors");
        MaskedLanguageModel model = Model(), other = new(Options(), new Generator(9));
        Tensor tokens = Tensor.Of(new[,] { { 1, Mask, 3 } });

        model.Save(file);
        other.Load(file);

        Assert.Equal(model.Forward(tokens, Pass.Evaluation).ToArray(), other.Forward(tokens, Pass.Evaluation).ToArray());
    }

    [Fact]
    public void Fit_TokenBetweenTwoOthers_IsNamedFromBothSides()
    {
        // a, x, b with x = 5 + the larger of both: what is hidden in the middle follows from both sides, and from neither alone.
        Generator generator = new(3);
        int[] text = [.. Enumerable.Range(0, 2000).SelectMany(_ =>
        {
            (int a, int b) = (generator.NextInt(5), generator.NextInt(5));
            return new[] { a, 5 + Math.Max(a, b), b, 10 };
        })];
        MaskedBatches batches = new(text, new() { Vocabulary = Vocabulary, MaskToken = Mask, Kept = [10], Length = 4, BatchSize = 64 });
        MaskedLanguageModel model = new(Options(), new Generator(4));
        Adam adam = new(model.Parameters, new AdamOptions { LearningRate = 3e-3 });
        Trainer trainer = Trainer.OfBatches(model, adam, (batch, pass) =>
            Loss.CrossEntropy(model.Logits(batch.Inputs, batch.Tensors[1], pass), batch.Targets));

        trainer.Fit(batches, new TrainerOptions { Updates = 1500, Seed = 5, ShowProgress = false });

        int right = 0;
        for (int a = 0; a < 5; a++)
            for (int b = 0; b < 5; b++)
            {
                Tensor logits = model.Logits(Tensor.Of(new[,] { { a, Mask, b, 10 } }), Tensor.From([1]), Pass.Evaluation);
                if ((int)logits.ArgMax(1).ToDouble() == 5 + Math.Max(a, b)) right++;
            }

        Assert.Equal(25, right);
    }

    private static GptOptions Options(PositionKind positions = PositionKind.Learned, bool isTied = true) => new()
    {
        Vocabulary = Vocabulary,
        Context = 8,
        Layers = 2,
        Heads = 2,
        Width = 32,
        Positions = positions,
        IsTied = isTied,
    };

    private static MaskedLanguageModel Model() => new(Options(), new Generator(1));

    private static void Near(Tensor expected, Tensor actual) =>
        Assert.Equal(expected.ToArray(), actual.ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
}
