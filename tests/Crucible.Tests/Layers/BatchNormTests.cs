using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Layers;

public sealed class BatchNormTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    private string FilePath => Path.Combine(folder, "model.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Sequential Model(ulong seed) => new(
        new Crucible.Layers.Linear(3, 8, new(seed)), new BatchNorm(8), new Relu(), new Crucible.Layers.Linear(8, 1, new(seed + 1)));

    private static float[] StateOf(Layer model) => [.. model.State.SelectMany(tensor => tensor.ToArray<float>())];

    [Fact]
    public void Forward_Training_MovesTheBuffersTowardsTheBatchAndEvaluationUsesThem()
    {
        BatchNorm layer = new(2, momentum: 0.25, epsilon: 1e-12, dtype: DType.Float64);
        Tensor x = Tensor.Of(new[,] { { 1.0, 10 }, { 3, 10 }, { 5, 40 } }, DType.Float64);
        // means 3 and 20; unbiased variances 4 and 300, biased 8/3 and 200
        Tensor y = layer.Forward(x, Pass.Training(new(1)));
        Assert.Equal([0.75, 5], layer.Buffers[0].ToArray());
        Assert.Equal([0.75 + 1, 0.75 + 75], layer.Buffers[1].ToArray());
        Assert.Equal(-2 / Math.Sqrt(8.0 / 3), y[0, 0].ToDouble(), 1e-9);
        Assert.Equal((1 - 0.75) / Math.Sqrt(1.75), layer.Forward(x)[0, 0].ToDouble(), 1e-9);
        Assert.Equal([0.75, 5], layer.Buffers[0].ToArray()); // an evaluation leaves them
    }

    [Fact]
    public void Buffers_AreNamedByPathAndNoParameters()
    {
        Sequential model = Model(1);
        Assert.Equal(["1.mean", "1.variance"], model.Buffers.Select(buffer => buffer.Name));
        Assert.Equal(["0.weight", "0.bias", "1.gain", "1.bias", "3.weight", "3.bias"], model.Parameters.Select(one => one.Name));
        Assert.All(model.Buffers, buffer => Assert.False(buffer.RequiresGradient));
        Assert.Equal((3 * 8) + 8 + 8 + 8 + 8 + 1, model.ParameterCount);
    }

    [Fact]
    public void Save_AndLoad_KeepTheBuffers()
    {
        (Sequential saved, Sequential loaded) = (Model(1), Model(5));
        saved.Forward(Tensor.Randn(new Generator(3), 20, 3), Pass.Training(new(1)));
        saved.Save(FilePath);
        loaded.Load(FilePath);
        Assert.Equal(StateOf(saved), StateOf(loaded));
        Tensor x = Tensor.Randn(new Generator(4), 4, 3);
        Assert.Equal(saved.Forward(x).ToArray(), loaded.Forward(x).ToArray());
    }

    [Fact]
    public void Fit_StoppedAndResumed_EndsWithTheSameBitsBuffersIncluded()
    {
        Tensor x = Tensor.Randn(new Generator(9), 40, 3), y = x.Sum(1, keepDims: true);
        float[] Run(ulong seed, Action<int, double>? onUpdate, string? checkpoint, CancellationToken cancellation = default)
        {
            Sequential model = Model(seed);
            Adam optimizer = new(model.Parameters, new() { LearningRate = 0.01 });
            new Trainer(model, optimizer, (prediction, target) => Loss.MeanSquaredError(prediction, target)).Fit(
                new RowBatches(x, y, 8), new RowBatches(x, y), new()
                {
                    Epochs = 4,
                    Checkpoint = checkpoint,
                    CheckpointEvery = 3,
                    OnUpdate = onUpdate,
                    Cancellation = cancellation,
                });
            return StateOf(model);
        }

        float[] whole = Run(1, null, null);
        using CancellationTokenSource source = new();
        Run(1, (update, _) => { if (update == 7) source.Cancel(); }, FilePath, source.Token);
        Assert.Equal(whole, Run(33, null, FilePath));
    }

    [Fact]
    public void WrongInputs_AreRefusedInOneLine()
    {
        BatchNorm layer = new(2);
        Assert.Equal(
            "batchNorm: the input must be [examples, 2], perhaps with one or two axes more, but is [3, 4]",
            Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones(3, 4))).Message);
        Assert.Equal(
            "batchNorm: there must be at least 2 values of each channel to train, but the input is [1, 2]",
            Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones(1, 2), Pass.Training(new(1)))).Message);
        Assert.Equal(
            "batchNorm: momentum must be above 0 and at most 1, but is 1.5",
            Assert.Throws<OptionException>(() => new BatchNorm(2, momentum: 1.5)).Message);
    }
}
