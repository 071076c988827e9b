using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>
/// Trains a model on batches of rows, of windows of a text, of whatever <see cref="IBatches"/> gives: validation, early
/// stopping, progress, checkpoints that resume to the same bits. Everything random is a function of the seed, so the
/// same seed gives the same weights on any number of threads.
/// </summary>
/// <example>
/// <code>
/// let trainer = Trainer(model, Adam model.Parameters, fun p t -> Loss.MeanSquaredError(p, t)) // F#
/// let history = trainer.Fit(RowBatches(x, y, 32), RowBatches(testX, testY), TrainerOptions(Epochs = 100))
/// </code>
/// </example>
public sealed class Trainer
{
    private static int trainings;

    /// <summary>
    /// Called with every record of every training of this process, by the thread that trains, and with the training's number
    /// (from 1): for pages and consoles that follow whatever is trained. <see cref="TrainerOptions.OnRecord"/> is for one.
    /// </summary>
    public static event Action<int, TrainingRecord>? Recorded;

    private readonly Layer model;
    private readonly Optimizer optimizer;
    private readonly Func<Batch, Pass, Tensor> loss;

    /// <summary>Puts the parts together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="loss">Takes prediction and target and returns their mean loss as a scalar.</param>
    public Trainer(Layer model, Optimizer optimizer, Func<Tensor, Tensor, Tensor> loss)
        : this(model, optimizer, (batch, pass) => loss(model.Forward(batch.Inputs, pass), batch.Targets))
    {
    }

    private Trainer(Layer model, Optimizer optimizer, Func<Batch, Pass, Tensor> loss) =>
        (this.model, this.optimizer, this.loss) = (model, optimizer, loss);

    /// <summary>
    /// A trainer whose loss sees the whole batch, as a model of two sequences needs it:
    /// <c>Trainer.OfBatches(model, optimizer, fun batch pass -> …)</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="loss">Runs the model on a batch in a pass and returns the mean loss of the batch's items as a scalar.</param>
    /// <returns>The trainer.</returns>
    public static Trainer OfBatches(Layer model, Optimizer optimizer, Func<Batch, Pass, Tensor> loss) => new(model, optimizer, loss);

    /// <summary>Trains without validation.</summary>
    /// <param name="training">What to learn from.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>One record per epoch, or as often as the options say.</returns>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient stopped being finite; the parameters are as before
    /// that step.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged or belongs to another run; nothing was changed then.</exception>
    public History Fit(IBatches training, TrainerOptions? options = null) => Run(training, null, options);

    /// <summary>Trains, and measures the loss on other data at every record.</summary>
    /// <param name="training">What to learn from.</param>
    /// <param name="validation">What is not trained on.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>One record per epoch, or as often as the options say.</returns>
    /// <exception cref="CrucibleException">As without validation.</exception>
    public History Fit(IBatches training, IBatches validation, TrainerOptions? options = null) =>
        Run(training, () => Evaluate(validation), options);

    /// <summary>Trains, and calls a function of one's own at every record.</summary>
    /// <param name="training">What to learn from.</param>
    /// <param name="validation">Measures the model as it is: the lower, the better.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>One record per epoch, or as often as the options say.</returns>
    /// <exception cref="CrucibleException">As without validation.</exception>
    public History Fit(IBatches training, Func<double> validation, TrainerOptions? options = null) => Run(training, validation, options);

    /// <summary>The mean loss over all items of some data, without dropout and without a graph.</summary>
    /// <param name="data">The data.</param>
    /// <returns>The loss.</returns>
    public double Evaluate(IBatches data) => Evaluation.Loss(data, batch => loss(batch, Pass.Evaluation));

    private History Run(IBatches training, Func<double>? validation, TrainerOptions? options)
    {
        options ??= new();
        options.Check();
        int number = Interlocked.Increment(ref trainings);
        return new TrainingRun(model, optimizer, loss, training, validation, options, record => Recorded?.Invoke(number, record)).ToEnd();
    }
}

/// <summary>How <see cref="Trainer"/> trains.</summary>
public sealed class TrainerOptions
{
    /// <summary>Passes over the data, 0 or more.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Updates in all, 0 or more; null for as many as the epochs have.</summary>
    public int? Updates { get; init; }

    /// <summary>
    /// Ends training after so many seconds of it, validation not counted; null for no limit. How far it comes then
    /// depends on the machine.
    /// </summary>
    public double? Seconds { get; init; }

    /// <summary>The seed of the batches and of dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>How exactly updates multiply matrices; validation always does it fully.</summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Whether the blocks of transformers compute their inner values again in backward instead of keeping them, as
    /// <see cref="Pass.WithGradientCheckpointing"/> says: less memory, more time, the same bits.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>The learning rate at each update, or null to leave the optimizer's as it is.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>
    /// Lowers the learning rate when the validation loss (without validation, the training loss) of the records stops
    /// falling, or null. Not together with <see cref="Schedule"/>.
    /// </summary>
    public ReduceOnPlateau? Plateau { get; init; }

    /// <summary>The largest Euclidean norm of all gradients together; larger ones are scaled down to it. Null leaves them.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Updates between two records, with a validation each; null for an epoch. The end is recorded too.</summary>
    public int? RecordEvery { get; init; }

    /// <summary>Also record the model as it is before the first update.</summary>
    public bool RecordStart { get; init; }

    /// <summary>Stop after this many records without a lower validation loss. Null never stops early.</summary>
    public int? Patience { get; init; }

    /// <summary>How much lower a validation loss must be to count as an improvement, in units of the loss.</summary>
    public double MinimumImprovement { get; init; }

    /// <summary>At the end, go back to the weights with the lowest recorded validation loss; without validation nothing happens.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>
    /// Show the last record on the console, once a second at most; nothing is shown where the output goes to a file, a
    /// pipe or a test.
    /// </summary>
    public bool ShowProgress { get; init; } = true;

    /// <summary>Called with every record; <see cref="TrainingRecord.ToLine"/> makes the progress line.</summary>
    public Action<TrainingRecord>? OnRecord { get; init; }

    /// <summary>Called after every update with its number (from 1) and loss.</summary>
    public Action<int, double>? OnUpdate { get; init; }

    /// <summary>Set to stop cleanly after the update under way.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Where the state of the run is kept, or null for nowhere. When the file exists, training continues from it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Updates between two checkpoints; one is also written at the end and on cancellation.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    internal void Check()
    {
        if (Epochs < 0) throw Errors.Option("trainer", nameof(Epochs), "0 or more", Epochs);
        if (Updates < 0) throw Errors.Option("trainer", nameof(Updates), "0 or more", Updates);
        if (Seconds is { } seconds && !(seconds > 0)) throw Errors.Option("trainer", nameof(Seconds), "above 0", seconds);
        if (Schedule is not null && Plateau is not null)
            throw Errors.Option("trainer", nameof(Plateau), "null when a schedule sets the learning rate", "set too");
        if (ClipNorm is { } norm && !(norm > 0)) throw Errors.Option("trainer", nameof(ClipNorm), "above 0", norm);
        if (RecordEvery < 1) throw Errors.Option("trainer", nameof(RecordEvery), "1 or more", RecordEvery);
        if (Patience < 1) throw Errors.Option("trainer", nameof(Patience), "1 or more", Patience);
        if (!(MinimumImprovement >= 0)) throw Errors.Option("trainer", nameof(MinimumImprovement), "0 or more", MinimumImprovement);
        if (CheckpointEvery < 1) throw Errors.Option("trainer", nameof(CheckpointEvery), "1 or more", CheckpointEvery);
    }
}
