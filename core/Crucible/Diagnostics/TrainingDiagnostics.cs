using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Diagnostics;

/// <summary>
/// Watches a model learn and says in plain sentences what is wrong and what to change. It looks at the model from outside, on a sample of rows of its
/// own: it changes no parameter, gradient or random state, and a model that nobody diagnoses pays nothing.
/// </summary>
/// <remarks>
/// It sees what layers return, so an activation in the middle of a layer of one's own stays unseen; tanh, sigmoid and ReLU are known wherever a layer
/// (a lambda too) ends in them. What the sentences may say, and from which thresholds, stands with <see cref="Symptom"/>.
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
        var sample = new DiagnosticsSample(x, y, this.options);
        (Inputs, Rows, DistinctInputs) = (sample.Inputs, sample.Rows, sample.DistinctRows);
        view = new(model, sample, loss);
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

    /// <summary>All looks so far, in order; the first is at the model as it was given. Made for charts: <c>[ for r in diagnostics.Records -> r.Update, r.Layers[0].Saturated ]</c>.</summary>
    public IReadOnlyList<DiagnosticsRecord> Records => records;

    /// <summary>To be called after every update; looks at each <see cref="DiagnosticsOptions.Every"/>th, and before the first of these at the updates 1, 2, 4, 8, …</summary>
    /// <param name="update">Updates made so far, counted from 1.</param>
    public void Observe(int update)
    {
        if (IsDue(update)) records.Add(view.Look(update));
        // The update that leads to the next look is measured by the weights on both sides of it.
        if (IsDue(update + 1)) view.KeepWeights();
    }

    /// <summary>The loss of predicting the mean of the sample's targets for every row; NaN when outputs and targets differ in shape.</summary>
    internal double MeanLoss => view.MeanLoss;

    /// <summary>What is wrong, causes before consequences; empty when nothing crosses a threshold.</summary>
    /// <returns>The findings from the records so far.</returns>
    public IReadOnlyList<Finding> Findings() => DiagnosticsRules.Of(this);

    /// <summary>The findings, one sentence a line, or a line that says what was looked at and found in order.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Findings() is { Count: > 0 } found
        ? string.Join('\n', found)
        : Errors.Text($"Nothing stands out in {records.Count} looks at {Layers.Count} layers on {Rows} rows.");

    private bool IsDue(int update) => update % options.Every == 0 || (update < options.Every && int.IsPow2(update));
}
