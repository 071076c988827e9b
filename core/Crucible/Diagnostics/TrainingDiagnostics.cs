using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Diagnostics;

/// <summary>
/// Watches a model learn and says in plain sentences what is wrong and what to change. It looks at the model from
/// outside, on a sample of rows of its own: it changes no parameter, gradient or random state, and a model that nobody
/// diagnoses pays nothing.
/// </summary>
/// <remarks>
/// It sees what layers return, so an activation in the middle of a layer of one's own stays unseen; tanh, sigmoid and
/// ReLU are known wherever a layer
/// (a lambda too) ends in them. What the sentences may say, and from which thresholds, stands with
/// <see cref="Symptom"/>.
/// </remarks>
/// <example>
/// <code>
/// let diagnostics = TrainingDiagnostics(model, x, y, (fun p t -> Loss.MeanSquaredError(p, t)), DiagnosticsOptions(Every = 10))   // F#
/// for step in 1 .. 1000 do
///     …                                    // forward, ZeroGradients, Backward, Step
///     diagnostics.Observe step             // with a Trainer: OnUpdate = fun step _ -> diagnostics.Observe step
/// printfn "%O" diagnostics                 // layer 1: 97 % of the tanh units are saturated on every row; …
/// </code>
/// </example>
public sealed class TrainingDiagnostics
{
    /// <summary>
    /// Called after every look of every diagnosis of this process, by the thread that looked: for pages that follow whatever
    /// is trained.
    /// </summary>
    public static event Action<TrainingDiagnostics>? Looked;

    private readonly DiagnosticsView view;
    private readonly DiagnosticsOptions options;
    private readonly List<DiagnosticsRecord> records = [];

    /// <summary>Takes a sample of the rows and the first record, of the model as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">The training inputs, first axis rows.</param>
    /// <param name="y">Their targets, as many rows.</param>
    /// <param name="loss">The loss that training lowers: takes prediction and target, returns a scalar.</param>
    /// <param name="options">How often to look, at how many rows, the names of the columns; null for the defaults.</param>
    /// <exception cref="DataException">There are no rows, the numbers of rows differ, or a value is not finite.</exception>
    /// <exception cref="OptionException">An option is out of range, or there are not as many names as columns.</exception>
    public TrainingDiagnostics(Layer model, Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> loss, DiagnosticsOptions? options = null)
    {
        this.options = options ?? new();
        DiagnosticsSample sample = new(x, y, this.options);
        DiagnosticsSample? validation = this.options.Validation is var (inputs, targets) ? new(inputs, targets, this.options) : null;
        (Inputs, Rows, DistinctInputs) = (sample.Inputs, sample.Rows, sample.DistinctRows);
        view = new(model, sample, validation, loss);
        Observe(0);
    }

    /// <summary>The rows of the sample.</summary>
    public int Rows { get; }

    /// <summary>How many of them differ, after rounding each number to a thousandth of its column's largest magnitude.</summary>
    public int DistinctInputs { get; }

    /// <summary>The scale of every column of the inputs; empty when they are not columns of numbers (tokens).</summary>
    public IReadOnlyList<InputScale> Inputs { get; }

    /// <summary>The layers with parameters, in the order of the forward pass.</summary>
    public IReadOnlyList<DiagnosedLayer> Layers => view.Layers;

    /// <summary>
    /// All looks so far, in order; the first is at the model as it was given. Made for charts:
    /// <c>[ for r in diagnostics.Records -> r.Update, r.Layers[0].Saturated ]</c>.
    /// </summary>
    public IReadOnlyList<DiagnosticsRecord> Records => records;

    /// <summary>
    /// To be called after every update; looks at each <see cref="DiagnosticsOptions.Every"/>th, and before the first of
    /// these at the updates 1, 2, 4, 8, …
    /// </summary>
    /// <param name="update">Updates made so far, counted from 1.</param>
    public void Observe(int update)
    {
        if (IsDue(update))
        {
            records.Add(view.Look(update));
            Looked?.Invoke(this);
        }

        // The update that leads to the next look is measured by the weights on both sides of it.
        if (IsDue(update + 1)) view.KeepWeights();
    }

    /// <summary>What the targets are like, and what a constant prediction would lose.</summary>
    internal TargetScale Targets => view.Targets;

    /// <summary>What is wrong, causes before consequences; empty when nothing crosses a threshold.</summary>
    /// <returns>The findings from the records so far.</returns>
    public IReadOnlyList<Finding> Findings() => DiagnosticsRules.Apply(this);

    /// <summary>The findings, one sentence a line, or a line that says what was looked at and found in order.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Findings() is { Count: > 0 } found
        ? string.Join('\n', found)
        : Invariant($"{records.Count} snapshots of {Layers.Count} layers on {Rows} rows found no problem.")
            + (options.Validation is null ? " Whether it overfits, only validation rows can tell." : string.Empty);

    private bool IsDue(int update) => update % options.Every == 0 || (update < options.Every && int.IsPow2(update));
}

/// <summary>What <see cref="TrainingDiagnostics"/> looks at and how often.</summary>
public sealed class DiagnosticsOptions
{
    /// <summary>Updates between two records. A record costs one forward and one backward pass over the sample.</summary>
    public int Every { get; init; } = 10;

    /// <summary>At most how many rows the sample has; they are taken evenly from the first to the last.</summary>
    public int Rows { get; init; } = 512;

    /// <summary>
    /// The names of the inputs' columns (their last axis), for sentences about them; without them columns are numbered
    /// from 0.
    /// </summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>
    /// Rows that training does not see, inputs and targets; of these too at most <see cref="Rows"/> are looked at. Only
    /// with them can overfitting be told.
    /// </summary>
    public Tuple<Tensor, Tensor>? Validation { get; init; }

    internal void Check(int? columns)
    {
        if (Every < 1) throw Errors.Option("diagnostics", nameof(Every), "1 or more", Every);
        if (Rows < 2) throw Errors.Option("diagnostics", nameof(Rows), "2 or more", Rows);
        if (ColumnNames is { } names && names.Count != columns)
            throw Errors.Option(
                "diagnostics",
                nameof(ColumnNames),
                columns is { } count ? Invariant($"one for each of the {count} columns") : "left out for inputs without columns of numbers",
                Invariant($"{names.Count} names"));
    }
}

/// <summary>What one look at a model in training found.</summary>
/// <param name="Update">Updates made before it; 0 is the untrained model.</param>
/// <param name="Loss">The loss on the sample.</param>
/// <param name="PredictionSpread">
/// The standard deviation of the predictions over the rows divided by that of the targets: 0 when every row gets the
/// same prediction, near 1 for a good
/// fit. NaN when outputs and targets differ in shape or the targets do not vary.
/// </param>
/// <param name="Layers">One entry for each of <see cref="TrainingDiagnostics.Layers"/>, in their order.</param>
public sealed record DiagnosticsRecord(int Update, double Loss, double PredictionSpread, IReadOnlyList<LayerRecord> Layers)
{
    /// <summary>The loss on the validation rows; NaN without such.</summary>
    public double ValidationLoss { get; internal init; } = double.NaN;

    /// <summary>The cosine between the gradients that this update and the one before it used; NaN where these were not kept.</summary>
    public double GradientCosine { get; internal init; } = double.NaN;

    /// <summary>The norm of the gradient that this update used, divided by that of the sample's; NaN where it was not kept.</summary>
    public double GradientRatio { get; internal init; } = double.NaN;

    /// <summary>Whether the loss takes for logits what are probabilities already.</summary>
    internal bool HasProbabilities { get; init; }
}

/// <summary>What one look found in one layer.</summary>
/// <param name="Saturated">
/// The share of all outputs (rows times units) whose activation has lost its slope: below 5 % of the greatest slope,
/// which is |tanh| above 0.975 and a
/// sigmoid below 0.013 or above 0.987. NaN for other activations.
/// </param>
/// <param name="SaturatedUnits">The share of units that are saturated so on every row of the sample. NaN for other activations.</param>
/// <param name="DeadUnits">The share of ReLU units that are 0 on every row of the sample, so that no gradient reaches
/// their weights. NaN for other activations.</param>
/// <param name="DistinctRows">
/// How many different rows of the sample leave the layer (a row is all that belongs to it: in a text all its positions),
/// after rounding to 0.01 behind tanh and sigmoid, and else to a thousandth of each unit's largest magnitude.
/// </param>
/// <param name="GradientNorm">√(Σ g²) of the loss on the sample over the layer's own parameters; NaN when all of them are frozen.</param>
/// <param name="WeightNorm">√(Σ w²) over the layer's own parameters.</param>
/// <param name="UpdateToWeight">‖w after the update - w before‖ / ‖w before‖; NaN before the first update, and when the
/// weights before it were not seen.</param>
public sealed record LayerRecord(
    double Saturated, double SaturatedUnits, double DeadUnits, int DistinctRows, double GradientNorm, double WeightNorm,
    double UpdateToWeight)
{
    /// <summary>Whether all units of the layer have equal weights (the columns of its first matrix of two columns or more).</summary>
    public bool HasEqualUnits { get; internal init; }
}

/// <summary>A layer with parameters of its own, together with the activation behind it: what sentences call layer 1, 2, 3, …</summary>
/// <param name="Number">Counted from 1 in the order of the forward pass.</param>
/// <param name="Path">The path of the layer's parameters in the model, as in messages and checkpoints: <c>0</c>,
/// <c>block[1].mlp.0</c>.</param>
/// <param name="Layer">The layer with its sizes: <c>Linear(13, 40)</c>.</param>
/// <param name="Activation">The function behind it, <c>tanh</c>, <c>sigmoid</c> or <c>ReLU</c>; null for none or another.</param>
/// <param name="ParameterCount">The number of values in its own parameters.</param>
/// <param name="IsOutput">Whether it is the last one, which predicts.</param>
public sealed record DiagnosedLayer(int Number, string Path, string Layer, string? Activation, int ParameterCount, bool IsOutput)
{
    /// <summary>What sentences call it: <c>layer 1</c>, and inside a nested model <c>layer 7 (block[1].mlp.0)</c>.</summary>
    public string Name => Path.All(char.IsAsciiDigit) ? Invariant($"layer {Number}") : Invariant($"layer {Number} ({Path})");

    /// <summary>The layer and its activation: <c>Linear(13, 40), tanh</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Activation is null ? Layer : Invariant($"{Layer}, {Activation}");
}

/// <summary>The size of one column of the inputs on the sample.</summary>
/// <param name="Name">Its name, or <c>column 3</c>.</param>
/// <param name="Mean">The arithmetic mean.</param>
/// <param name="StandardDeviation">√(Σ(x - mean)² / count).</param>
/// <param name="Magnitude">The root mean square √(Σ x² / count): 1 for a standardized column.</param>
public sealed record InputScale(string Name, double Mean, double StandardDeviation, double Magnitude);

/// <summary>The targets of the sample.</summary>
/// <param name="Mean">Of all their values; NaN for classes.</param>
/// <param name="StandardDeviation">Around that mean.</param>
/// <param name="ConstantLoss">
/// The loss of the best prediction that is the same for every row: the targets' mean or, for classes, the logarithms of
/// their frequencies. NaN when outputs and targets do not fit together so.
/// </param>
/// <param name="ValidationConstantLoss">The same on the validation rows.</param>
internal readonly record struct TargetScale(double Mean, double StandardDeviation, double ConstantLoss, double ValidationConstantLoss)
{
    /// <summary>The root mean square.</summary>
    public double Magnitude => Math.Sqrt((Mean * Mean) + (StandardDeviation * StandardDeviation));
}
