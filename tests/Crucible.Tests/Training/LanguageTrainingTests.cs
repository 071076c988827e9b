using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public sealed class LanguageTrainingTests : IDisposable
{
    private const int Vocabulary = 12;
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string CheckpointFile => Path.Combine(folder, "run.safetensors");

    /// <summary>A text in which every token but each seventh follows from the one before it.</summary>
    private static (TokenWindows Training, TokenWindows Validation) Text(int batchSize = 12)
    {
        Generator generator = new(3);
        int[] ids = new int[2000];
        for (int i = 1; i < ids.Length; i++) ids[i] = i % 7 == 0 ? generator.NextInt(Vocabulary) : ((5 * ids[i - 1]) + 1) % Vocabulary;
        TokenSequence tokens = new(Vocabulary);
        Assert.True(tokens.TryAdd(ids));
        (TokenWindows training, TokenWindows validation) = TokenWindows.Split(tokens, 8, batchSize: batchSize);
        return (training, validation);
    }

    private static (Layer Model, Optimizer Optimizer) Model()
    {
        Generator generator = new(1);
        Layer model = new Sequential(
            new Embedding(Vocabulary, 16, generator),
            new Crucible.Layers.Dropout(0.1),
            new Crucible.Layers.Linear(16, Vocabulary, generator));
        return (model, new AdamW(model.Parameters, new() { LearningRate = 0.02 }));
    }

    private static Tensor CrossEntropy(Tensor logits, Tensor targets) => Crucible.Layers.Loss.CrossEntropy(logits, targets);

    private static TrainerOptions Options(int updates, int recordEvery, string? checkpoint = null,
        Action<int, double>? onUpdate = null, CancellationToken cancellation = default) => new()
        {
            Updates = updates,
            RecordEvery = recordEvery,
            RecordStart = true,
            RestoreBest = false,
            ClipNorm = 1.0,
            Checkpoint = checkpoint,
            Cancellation = cancellation,
            OnUpdate = onUpdate,
        };

    private static (History History, byte[] Bits) Fit(TrainerOptions options, int batchSize = 12)
    {
        (Layer model, Optimizer optimizer) = Model();
        (TokenWindows training, TokenWindows validation) = Text(batchSize);
        History history = new Trainer(model, optimizer, CrossEntropy).Fit(training, validation, options);
        return (history, [.. model.Parameters.SelectMany(parameter => parameter.ToArray<float>()).SelectMany(BitConverter.GetBytes)]);
    }

    [Fact]
    public void Fit_LearnsTheTextFromTheLossOfChance()
    {
        (History history, _) = Fit(Options(300, 100), batchSize: 8);

        Assert.Equal([0, 100, 200, 300], history.Records.Select(record => record.Updates));
        Assert.InRange(history.Records[0].ValidationLoss, 0.8 * Math.Log(Vocabulary), 1.5 * Math.Log(Vocabulary));
        // Six tokens of seven are certain, the seventh is one of twelve: ln 12 / 7 = 0.355.
        Assert.InRange(history.Last.ValidationLoss, 0.3, 0.75);
        Assert.True(history.SecondsTo(1.0) is > 0 and var seconds && seconds < history.Last.Seconds);
        Assert.True(double.IsNaN(history.SecondsTo(0.01)));
        Assert.Equal(StopReason.Finished, history.StopReason);
    }

    [Fact]
    public void Loss_IsTheMeanOverAllTargets()
    {
        (Layer model, _) = Model();
        (_, TokenWindows validation) = Text();
        double total = 0;
        foreach ((Tensor inputs, Tensor targets) in validation.Consecutive(1))
        {
            float[] logits = model.Forward(inputs, Pass.Evaluation).ToArray<float>();
            int[] target = targets.ToArray<int>();
            for (int i = 0; i < target.Length; i++)
            {
                ReadOnlySpan<float> row = logits.AsSpan(i * Vocabulary, Vocabulary);
                double sum = 0;
                foreach (float logit in row) sum += Math.Exp(logit);
                total += Math.Log(sum) - row[target[i]];
            }
        }

        const double singleRounding = 1e-5; // sums of float32
        Assert.Equal(total / validation.TargetCount, Evaluation.Loss(model, validation, CrossEntropy), singleRounding);
    }

    [Fact]
    public void LossByPosition_OfWholeWindows_AveragesToTheLoss()
    {
        (Layer model, _) = Model();
        TokenSequence tokens = new(Vocabulary);
        // three windows of 8 and their last target
        Assert.True(tokens.TryAdd([.. Enumerable.Range(0, 25).Select(i => i * i % Vocabulary)]));
        TokenWindows windows = new(tokens, 8);

        double[] losses = Evaluation.LossByPosition(model, windows);

        const double singleRounding = 1e-5; // sums of float32
        Assert.Equal(8, losses.Length);
        Assert.Equal(Evaluation.Loss(model, windows, CrossEntropy), losses.Average(), singleRounding);
        // The first position of the three windows: token 0, 8 or 16 and the one behind it.
        double first = new[] { 0, 8, 16 }.Average(place =>
            Crucible.Layers.Loss
                .CrossEntropy(model.Forward(Tensor.From([tokens[place]], 1, 1), Pass.Evaluation), Tensor.From([tokens[place + 1]], 1, 1))
                .ToDouble());
        Assert.Equal(first, losses[0], singleRounding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(50)]
    [InlineData(99)]
    public void Fit_StoppedAndResumed_EndsWithTheSameBits(int stopAfter)
    {
        (History whole, byte[] bits) = Fit(Options(100, 25));
        using CancellationTokenSource source = new();
        History stopped =
            Fit(Options(100, 25, CheckpointFile, (update, _) => { if (update == stopAfter) source.Cancel(); }, source.Token)).History;
        Assert.Equal(StopReason.Cancelled, stopped.StopReason);

        (History resumed, byte[] resumedBits) = Fit(Options(100, 25, CheckpointFile));

        Assert.Equal(bits, resumedBits);
        Assert.Equal(whole.Records.Select(Comparable), resumed.Records.Select(Comparable));
    }

    [Fact]
    public void Fit_OneOrTwoThreads_IsTheSameBits()
    {
        byte[] On(int threads)
        {
            using IDisposable limit = Threads.Use(threads);
            return Fit(Options(20, 250)).Bits;
        }

        Assert.Equal(On(1), On(2));
    }

    [Fact]
    public void Fit_CheckpointOfAnotherRun_IsRefused()
    {
        Fit(Options(2, 250, CheckpointFile));

        CheckpointException error =
            Assert.Throws<CheckpointException>(() => Fit(new() { Updates = 2, Seed = 1, Checkpoint = CheckpointFile }));

        Assert.Contains(
            "it was written with seed 0, batch size 12, windows of 8 of 1800 tokens, and this run has seed 1",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_SecondsOver_EndsThere()
    {
        (History history, _) = Fit(new() { Updates = int.MaxValue, Seconds = 0.05 });

        Assert.InRange(history.Last.Updates, 1, int.MaxValue - 1);
        Assert.Equal(StopReason.Finished, history.StopReason);
    }

    [Fact]
    public void Windows_WithoutAny_AreRefused() =>
        Assert.Equal(
            "windows: batchSize must be 1 or more, but is 0", Assert.Throws<OptionException>(() => Fit(new(), batchSize: 0)).Message);

    private static object Comparable(TrainingRecord record) => record with { Seconds = 0 };
}
