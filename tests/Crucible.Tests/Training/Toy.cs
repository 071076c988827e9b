using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;

namespace Crucible.Tests.Training;

/// <summary>A small regression that every training test shares: 50 rows, so that a batch size of 8 leaves a short last batch.</summary>
internal sealed class Toy
{
    public const int Rows = 50;

    public Toy(ulong seed = 1, double dropout = 0.0)
    {
        Generator data = new(99);
        X = Tensor.Randn(data, Rows, 3);
        Y = X.MatMul(Tensor.Of(new[] { 1.0, -2, 0.5 }).Reshape(3, 1)) + (0.1 * Tensor.Randn(data, Rows, 1));
        Generator generator = new(seed);
        Model = dropout > 0
            ? new Sequential(
                new Crucible.Layers.Linear(3, 16, generator),
                new Lambda(x => x.Tanh()),
                new Crucible.Layers.Dropout(dropout),
                new Crucible.Layers.Linear(16, 1, generator))
            : new Sequential(
                new Crucible.Layers.Linear(3, 16, generator), new Lambda(x => x.Tanh()), new Crucible.Layers.Linear(16, 1, generator));
        Optimizer = new Adam(Model.Parameters, new AdamOptions { LearningRate = 0.01 });
    }

    public Tensor X { get; }

    public Tensor Y { get; }

    public Sequential Model { get; }

    public Adam Optimizer { get; }

    public static Tensor SquaredError(Tensor prediction, Tensor target) => ((prediction - target) * (prediction - target)).Mean();

    public float[] Weights => [.. Model.Parameters.SelectMany(parameter => parameter.ToArray<float>())];

    public History Fit(int batchSize, TrainerOptions options) =>
        new Trainer(Model, Optimizer, SquaredError).Fit(new RowBatches(X, Y, batchSize), new RowBatches(X, Y), options);
}
