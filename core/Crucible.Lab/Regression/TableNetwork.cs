using Crucible.Data;
using Crucible.Diagnostics;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;

namespace Crucible.Lab.Regression;

/// <summary>A network that predicts a number from the columns of a table. It scales features and target itself, by what it learns from its training rows.</summary>
public sealed class TableNetwork
{
    private const int Looks = 25; // at a training that is diagnosed

    private readonly FeatureEncoder features;
    private readonly TargetEncoder target;

    private TableNetwork(Table rows, IReadOnlyList<double> values, TableNetworkOptions options)
    {
        features = new FeatureEncoder(rows, options.Scaling, options.HasLogs);
        target = new TargetEncoder(values, options.Scaling, options.HasLogTarget);
        Tensor x = features.Encode(rows);
        Tensor y = target.Encode(values);
        Model = options.Model(x.Shape[1]);
        int batch = Math.Min(options.BatchSize, rows.RowCount);
        int updates = options.Epochs * ((rows.RowCount + batch - 1) / batch);
        if (options.IsDiagnosed)
            Diagnosis = new TrainingDiagnostics(Model, x, y, Error, new DiagnosticsOptions { Every = Math.Max(1, updates / Looks), ColumnNames = [.. rows.ColumnNames] });
        History = new Trainer(Model, options.OptimizerOf(Model), Error, new TrainerOptions
        {
            Epochs = options.Epochs,
            BatchSize = batch,
            Seed = options.Seed,
            Cancellation = options.Cancellation,
            Schedule = options.IsCosine ? Schedule.Cosine(options.LearningRate, Math.Max(1, updates)) : null,
            OnEpoch = record => options.OnEpoch?.Invoke(record, this),
            OnUpdate = Diagnosis is null ? null : (update, _) => Diagnosis.Observe(update),
        }).Fit(x, y);
    }

    /// <summary>The network itself, which maps scaled features to the scaled target.</summary>
    public Layer Model { get; }

    /// <summary>How it learned.</summary>
    public History History { get; } = null!;

    /// <summary>What was watched, if <see cref="TableNetworkOptions.IsDiagnosed"/> asked for it.</summary>
    public TrainingDiagnostics? Diagnosis { get; }

    /// <summary>Trains a network, on one thread.</summary>
    /// <param name="features">The rows, columns of numbers.</param>
    /// <param name="target">A value for each row, in its own unit.</param>
    /// <param name="options">How.</param>
    /// <exception cref="OptionException">An option is out of its range.</exception>
    /// <exception cref="DataException">A value is not finite, or there are not as many targets as rows.</exception>
    /// <exception cref="NonFiniteException">Training diverged.</exception>
    public static TableNetwork Train(Table features, IReadOnlyList<double> target, TableNetworkOptions options)
    {
        using IDisposable single = Crucible.Threads.Use(1);
        return new TableNetwork(features, target, options);
    }

    /// <summary>A prediction for each row, in the unit of the target.</summary>
    /// <param name="rows">Rows with the columns of the training rows.</param>
    public double[] Predict(Table rows) => target.Decode(Tensor.Evaluate(() => Model.Forward(features.Encode(rows))));

    private static Tensor Error(Tensor prediction, Tensor target) => Loss.MeanSquaredError(prediction, target);
}
