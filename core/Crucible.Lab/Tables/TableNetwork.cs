using Crucible.Diagnostics;
using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Training;

namespace Crucible.Lab.Tables;

/// <summary>
/// A network that predicts a number from the columns of a table. It scales features and target itself, by what it
/// learns from its training rows.
/// </summary>
/// <remarks>
/// It takes tensors in the units of the table; a table's names are needed for <see cref="Diagnosis"/> alone (<see
/// cref="TableNetworkOptions.ColumnNames"/>).
/// </remarks>
public sealed class TableNetwork
{
    private const int Looks = 25; // at a training that is diagnosed

    private readonly FeatureEncoder features;
    private readonly TargetEncoder target;

    private TableNetwork(Tensor rows, Tensor values, TableNetworkOptions options)
    {
        features = new FeatureEncoder(rows, options.Scaling, options.HasLogs);
        target = new TargetEncoder(values, options.Scaling, options.HasLogTarget);
        Tensor x = features.Encode(rows);
        Tensor y = target.Encode(values);
        Model = options.Model(x.Shape[1]);
        int count = x.Shape[0], batch = Math.Min(options.BatchSize, count);
        int updates = options.Epochs * ((count + batch - 1) / batch);
        if (options.IsDiagnosed)
        {
            DiagnosticsOptions watched = new()
            {
                Every = Math.Max(1, updates / Looks),
                ColumnNames = options.ColumnNames,
                Validation = options.Validation is { } unseen ? new(features.Encode(unseen.X), target.Encode(unseen.Y)) : null,
            };
            Diagnosis = new TrainingDiagnostics(Model, x, y, Error, watched);
        }

        History = new Trainer(Model, options.OptimizerOf(Model), Error).Fit(new RowBatches(x, y, batch), new TrainerOptions
        {
            Epochs = options.Epochs,
            Seed = options.Seed,
            ShowProgress = false, // networks are trained by the dozen
            Cancellation = options.Cancellation,
            Schedule = options.IsCosine ? Schedule.Cosine(options.LearningRate, Math.Max(1, updates)) : null,
            OnRecord = record => options.OnEpoch?.Invoke(record, this),
            OnUpdate = Diagnosis is null ? null : (update, _) => Diagnosis.Observe(update),
        });
    }

    /// <summary>The network itself, which maps scaled features to the scaled target.</summary>
    public Layer Model { get; }

    /// <summary>How it learned.</summary>
    public History History { get; } = null!;

    /// <summary>What was watched, if <see cref="TableNetworkOptions.IsDiagnosed"/> asked for it.</summary>
    public TrainingDiagnostics? Diagnosis { get; }

    /// <summary>Trains a network, on one thread.</summary>
    /// <param name="x">The rows in the units of the table, [rows, features].</param>
    /// <param name="y">A target for each row, in its own unit, [rows].</param>
    /// <param name="options">How.</param>
    /// <exception cref="ShapeException">The rows are not a matrix.</exception>
    /// <exception cref="OptionException">An option is out of its range.</exception>
    /// <exception cref="DataException">A value is not finite, or there are not as many targets as rows.</exception>
    /// <exception cref="NonFiniteException">Training diverged.</exception>
    public static TableNetwork Train(Tensor x, Tensor y, TableNetworkOptions options)
    {
        using IDisposable single = Crucible.Threads.Use(1);
        return new TableNetwork(x, y, options);
    }

    /// <summary>A prediction for each row, in the unit of the target.</summary>
    /// <param name="x">Rows with the columns of the training rows, [rows, features].</param>
    /// <returns>float64 [rows].</returns>
    public Tensor Predict(Tensor x) => target.Decode(Tensor.Evaluate(() => Model.Forward(features.Encode(x))));

    /// <summary>The mean prediction of several networks.</summary>
    /// <param name="networks">At least one.</param>
    /// <param name="x">Rows in the units of the table, [rows, features].</param>
    /// <returns>[rows], in the target's unit.</returns>
    public static Tensor PredictMean(IEnumerable<TableNetwork> networks, Tensor x) =>
        Tensor.Stack(networks.Select(network => network.Predict(x))).Mean(0);

    private static Tensor Error(Tensor prediction, Tensor target) => Loss.MeanSquaredError(prediction, target);
}
