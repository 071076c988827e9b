using Crucible.Optimizers;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    private string FilePath => Path.Combine(folder, "run.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(34)]
    public void Fit_StoppedAnywhereAndResumed_EndsWithTheSameBits(int stopAfter)
    {
        Toy whole = new(dropout: 0.3);
        History expected = whole.Fit(8, Options(null, null));

        using CancellationTokenSource source = new();
        new Toy(dropout: 0.3).Fit(8, Options(update => { if (update == stopAfter) source.Cancel(); }, FilePath, source.Token));
        Toy resumed = new(seed: 77, dropout: 0.3);
        History actual = resumed.Fit(8, Options(null, FilePath));

        Assert.Equal(whole.Weights, resumed.Weights);
        Assert.Equal(expected.Best?.Updates, actual.Best?.Updates);
        Assert.Equal(expected.Records.Select(Comparable), actual.Records.Select(Comparable));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(11)]
    [InlineData(23)]
    public void Fit_CutOffBetweenCheckpoints_RepeatsTheLostUpdates(int dieAfter)
    {
        Toy whole = new(dropout: 0.3);
        whole.Fit(8, Options(null, null));

        // An exception at an arbitrary update stands for the process being killed: nothing is saved on the way out.
        Assert.Throws<OperationCanceledException>(() =>
            new Toy(dropout: 0.3).Fit(8, Options(update => { if (update == dieAfter) throw new OperationCanceledException(); }, FilePath)));
        Toy resumed = new(dropout: 0.3);
        resumed.Fit(8, Options(null, FilePath));
        Assert.Equal(whole.Weights, resumed.Weights);
    }

    [Fact]
    public void Fit_FinishedRun_ResumesToItsEnd()
    {
        Toy first = new();
        first.Fit(8, Options(null, FilePath));
        Toy second = new(seed: 8);
        History history = second.Fit(8, Options(null, FilePath));
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal(5, history.Records.Count);
    }

    [Fact]
    public void Fit_Plateau_IsPartOfTheState()
    {
        TrainerOptions WithPlateau(string? path, Action<int>? onUpdate) => new()
        {
            Epochs = 6,
            Checkpoint = path,
            CheckpointEvery = 1,
            Plateau = new ReduceOnPlateau(0.5, new PlateauOptions { Patience = 0, Factor = 0.5 }),
            OnUpdate = (update, _) => onUpdate?.Invoke(update),
        };
        Toy whole = new();
        whole.Fit(8, WithPlateau(null, null));
        Assert.Throws<OperationCanceledException>(() =>
            new Toy().Fit(8, WithPlateau(FilePath, update => { if (update == 30) throw new OperationCanceledException(); })));
        Toy resumed = new();
        resumed.Fit(8, WithPlateau(FilePath, null));
        Assert.Equal(whole.Weights, resumed.Weights);
    }

    [Fact]
    public void Fit_CheckpointOfAnotherRun_IsRefused()
    {
        new Toy().Fit(8, Options(null, FilePath));
        Toy toy = new();
        float[] before = toy.Weights;
        CheckpointException error =
            Assert.Throws<CheckpointException>(() => toy.Fit(10, new() { Epochs = 5, Seed = 3, Checkpoint = FilePath }));
        Assert.Equal(
            $"checkpoint: {FilePath} belongs to another run: it was written with seed 3, 50 rows, batch size 8, shuffled, and this run has seed 3, 50 rows, batch size 10, shuffled; delete it or name another file",
            error.Message);
        Assert.Equal(before, toy.Weights);
    }

    [Fact]
    public void Fit_CheckpointOfAnotherModel_IsRefused()
    {
        new Toy(dropout: 0.1).Fit(8, Options(null, FilePath));
        Toy toy = new();
        float[] before = toy.Weights;
        CheckpointException error = Assert.Throws<CheckpointException>(() => toy.Fit(8, Options(null, FilePath)));
        Assert.Equal($"checkpoint: {FilePath} does not fit the model: it has no model.2.weight", error.Message);
        Assert.Equal(before, toy.Weights);
    }

    [Fact]
    public void Fit_DamagedCheckpoint_IsRefusedAndLeftAlone()
    {
        new Toy().Fit(8, Options(null, FilePath));
        byte[] bytes = File.ReadAllBytes(FilePath);
        bytes[^1] ^= 1;
        File.WriteAllBytes(FilePath, bytes);
        Toy toy = new();
        float[] before = toy.Weights;
        Assert.Throws<CheckpointException>(() => toy.Fit(8, Options(null, FilePath)));
        Assert.Equal(before, toy.Weights);
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Fit_UnwritableCheckpoint_SaysSo()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => new Toy().Fit(8, Options(null, folder)));
        Assert.StartsWith($"checkpoint: {folder} cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    private static TrainerOptions Options(Action<int>? onUpdate, string? path, CancellationToken cancellation = default) => new()
    {
        Epochs = 5,
        Seed = 3,
        Checkpoint = path,
        CheckpointEvery = 5,
        Cancellation = cancellation,
        Schedule = Schedule.Cosine(0.02, 35),
        ClipNorm = 1,
        OnUpdate = (update, _) => onUpdate?.Invoke(update),
    };

    private static object Comparable(TrainingRecord record) => record with { Seconds = 0 };
}
