using Crucible.Diagnostics;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;

namespace Crucible.Tests.Diagnostics;

/// <summary>A network to be diagnosed while it learns y = sin(2·x₀) + x₁·x₂ from 120 rows; what is wrong with it is each test's.</summary>
internal sealed class Patient
{
    public const int Rows = 120;

    public Patient(Func<Generator, Layer> model, Func<Tensor, Tensor>? x = null, Func<Tensor, Tensor>? y = null)
    {
        Generator data = new(7);
        Tensor clean = Tensor.Randn(data, Rows, 3);
        X = x is null ? clean : x(clean);
        Tensor first = clean.Slice(1, 0, 1);
        Y = y is null ? (2.0 * first).Sin() + (clean.Slice(1, 1, 2) * clean.Slice(1, 2, 3)) : y(clean);
        Model = model(new Generator(3));
    }

    public Tensor X { get; }

    public Tensor Y { get; }

    public Layer Model { get; }

    /// <summary>Layers of the given sizes with an activation between them.</summary>
    public static Func<Generator, Layer> Network(Func<Layer> activation, params int[] sizes) =>
        generator => new Crucible.Models.Mlp(sizes, activation, generator);

    public static Tensor Error(Tensor prediction, Tensor target) => Loss.MeanSquaredError(prediction, target);

    /// <summary>Trains on all rows at once and says what was seen.</summary>
    public TrainingDiagnostics Train(int updates, Func<Layer, Optimizer> optimizer, DiagnosticsOptions? options = null)
    {
        TrainingDiagnostics diagnostics = new(Model, X, Y, Error, options);
        new Trainer(Model, optimizer(Model), Error).Fit(
            new RowBatches(X, Y, Rows), new TrainerOptions { Epochs = updates, OnUpdate = (update, _) => diagnostics.Observe(update) });
        return diagnostics;
    }

    public static Func<Layer, Optimizer> Adam(double rate) => model => new Adam(model.Parameters, new AdamOptions { LearningRate = rate });

    public static Func<Layer, Optimizer> Sgd(double rate) => model => new Sgd(model.Parameters, new SgdOptions { LearningRate = rate });
}
