using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>
/// One attempt at the objective: it suggests the parameters, takes note of values on the way, and says when to give up.
/// It is used by one thread.
/// </summary>
public sealed class Trial
{
    private readonly ITrialHost host;
    private readonly SortedDictionary<int, double> reports = [];
    private readonly OrderedDictionary<string, double> constraints = [];

    internal Trial(ITrialHost host, int number, int attempt, IReadOnlyList<Measurement> reports, string? attributes = null)
    {
        (this.host, Number, Attempt) = (host, number, attempt);
        Attributes = attributes;
        foreach ((int step, double value) in reports) this.reports[step] = value;
    }

    /// <summary>Its place in the study, from 0.</summary>
    public int Number { get; }

    /// <summary>1 at first, 2 at the first retry, and so on.</summary>
    public int Attempt { get; }

    /// <summary>A seed of its own, the same in every attempt and every run of the study.</summary>
    public ulong Seed => new Generator(host.StudySeed).Split((ulong)Number).NextUInt64();

    /// <summary>
    /// Cancelled by Ctrl-C: an objective that then raises <see cref="OperationCanceledException"/> is taken up again
    /// when the study goes on.
    /// </summary>
    public CancellationToken Token => host.Token;

    /// <summary>
    /// A folder for checkpoints, which exists. Whoever takes the trial up after an interruption or a failure finds
    /// there what it left; it is gone when the trial has ended.
    /// </summary>
    public string Folder => host.OpenFolder();

    /// <summary>The last step that was reported, in this attempt or one that was cut off; none at first.</summary>
    public int? LastStep => reports.Count > 0 ? reports.Last().Key : null;

    /// <summary>What <see cref="SetUserAttribute"/> noted, by name, in this attempt or one before.</summary>
    public IReadOnlyDictionary<string, object?> UserAttributes => JsonValues.ValuesOf(Attributes);

    internal string? Attributes { get; private set; } // as JSON

    internal ParameterSet Set { get; init; } = new();

    /// <summary>What was said of its constraints, as JSON; null for nothing.</summary>
    internal string? Constraints => constraints.Count == 0
        ? null
        : new JsonObject(constraints.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))).ToJsonString();

    internal IReadOnlyList<Measurement> Reports => [.. reports.Select(report => new Measurement(report.Key, report.Value))];

    /// <summary>A real number.</summary>
    /// <param name="name">The parameter's name. Its range may be another in each trial, as one that ends at another parameter's
    /// value: then values are searched within the widest that trials have asked for, and where the search's choice lies
    /// outside of the trial's own range, or nobody has asked so far out yet, the value is chosen alone.</param>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">The largest value.</param>
    /// <param name="log">Whether to search by ratios, as suits learning rates.</param>
    /// <param name="step">The distance of two values; 0 for a continuous range.</param>
    /// <returns>The value; asked again, the same.</returns>
    /// <exception cref="StudyException">low &gt; high, a bound that is not finite, a logarithmic range with low ≤ 0 or
    /// a step, more steps than can be counted, or another range than this trial had before.</exception>
    public double SuggestFloat(string name, double low, double high, bool log = false, double step = 0) =>
        Value(name, FloatDistribution.Of(name, low, high, log, step));

    /// <summary>A whole number.</summary>
    /// <inheritdoc cref="SuggestFloat"/>
    public int SuggestInt(string name, int low, int high, bool log = false, int step = 1) =>
        (int)Value(name, IntDistribution.Of(name, low, high, log, step));

    /// <summary>One of several choices without an order.</summary>
    /// <typeparam name="T">Any type whose values differ as text or in their type: arrays, lists and null too.</typeparam>
    /// <param name="name">The parameter's name. Its choices may be others in each trial, as ranges may.</param>
    /// <param name="choices">The choices.</param>
    /// <returns>The choice; asked again, the same.</returns>
    /// <exception cref="StudyException">There is no choice, one comes twice, or this trial was given others before.</exception>
    public T SuggestCategorical<T>(string name, IEnumerable<T> choices)
    {
        T[] all = [.. choices];
        return all[(int)Value(name, CategoricalDistribution.Of(name, [.. all.Cast<object?>()]))];
    }

    /// <summary>
    /// Takes note of a value on the way, for pruners and pictures. Optuna's order is the other one, so name the arguments:
    /// <c>trial.Report(step = epoch, value = loss)</c>.
    /// </summary>
    /// <param name="step">How far the trial is, from 0, as the epoch's number; a step reported again replaces its value.</param>
    /// <param name="value">What was measured.</param>
    /// <exception cref="NonFiniteException"><paramref name="value"/> is not finite, which fails the trial.</exception>
    /// <exception cref="StudyException"><paramref name="step"/> is below 0.</exception>
    public void Report(int step, double value)
    {
        if (step < 0) throw StudyErrors.NegativeStep(step);
        if (!double.IsFinite(value)) throw StudyErrors.ReportNotFinite(step, value);
        reports[step] = value;
        host.Report(this, new Measurement(step, value));
    }

    /// <summary>Notes something about the trial, which stays with it in the store: at once, and whatever becomes of it.</summary>
    /// <param name="name">What it is called; a value of the same name is replaced.</param>
    /// <param name="value">A text, a number, a truth value, null or a list of these; anything else is kept by its text.</param>
    public void SetUserAttribute(string name, object? value)
    {
        JsonObject attributes = JsonNode.Parse(Attributes ?? "{}")!.AsObject();
        attributes[name] = JsonValues.NodeOf(value);
        host.Annotate(this, Attributes = attributes.ToJsonString());
    }

    /// <summary>
    /// Keeps a file's bytes in the study's store, where every machine finds them: a model's weights, a picture, a log. A
    /// large one is sent in pieces, so that it needs no memory. Kept before, an artifact of the same name is replaced once all of
    /// the new one has arrived.
    /// </summary>
    /// <param name="path">The file, of at most 1 GiB.</param>
    /// <param name="name">What the artifact is called; the file's name when not given.</param>
    /// <returns>Its name, size and SHA-256.</returns>
    /// <exception cref="StudyException">The file is larger, or cannot be read.</exception>
    public Artifact UploadArtifact(string path, string? name = null) => host.Upload(this, name ?? Path.GetFileName(path), path);

    /// <summary>
    /// Says by how much a constraint is missed: satisfied at most 0, as <c>trial.SetConstraint("memory", gigabytes - 8.0)</c>.
    /// Trials that satisfy all of theirs are better than all others, whatever their values; of others those are better that
    /// miss less in all. One that a trial says nothing of counts as satisfied, as on a branch that does not have it.
    /// </summary>
    /// <param name="name">The constraint's name; said again, its value is replaced.</param>
    /// <param name="value">
    /// What must be at most 0. Several constraints are summed, each where it is above 0, so their units should be alike.
    /// </param>
    /// <exception cref="NonFiniteException"><paramref name="value"/> is not finite, which fails the trial.</exception>
    /// <exception cref="StudyException">The name is empty.</exception>
    public void SetConstraint(string name, double value)
    {
        CheckConstraint(name);
        Restrict(name, value);
        host.Noted(this);
    }

    /// <exception cref="StudyException">A constraint has no name.</exception>
    internal static void CheckConstraint(string name)
    {
        if (string.IsNullOrWhiteSpace(name)) throw StudyErrors.ConstraintUnnamed(name);
    }

    /// <summary>Says a constraint that the host knows of.</summary>
    internal void Restrict(string name, double value) =>
        constraints[name] = double.IsFinite(value) ? value : throw StudyErrors.ConstraintNotFinite(name, value);

    /// <summary>
    /// Whether the pruner finds the trial not worth going on with, after the last report. It compares with trials that
    /// ended before this one began, so that the answer does not depend on the clock.
    /// </summary>
    public bool ShouldPrune() => reports.Count > 0 && host.ShouldPrune(this);

    /// <summary>Ends the trial as pruned: <c>if trial.ShouldPrune() then trial.Prune()</c>.</summary>
    /// <exception cref="PrunedException">Always.</exception>
    [SuppressMessage("Performance", "CA1822", Justification = "It is the trial that ends.")]
    public void Prune() => throw new PrunedException();

    private double Value(string name, Distribution distribution)
    {
        if (Set[name] is { } value)
        {
            Distribution known = Set.Find(name)!;
            return known.Equals(distribution) ? value : throw StudyErrors.AnotherRange(name, known, distribution);
        }

        Parameter parameter = new(name, distribution);
        double chosen = host.Choose(this, parameter);
        Set.Add(parameter, chosen);
        host.Noted(this);
        return chosen;
    }
}

/// <summary>What a trial asks of the study it belongs to.</summary>
internal interface ITrialHost
{
    /// <summary>Cancelled when the study is to stop.</summary>
    CancellationToken Token { get; }

    /// <summary>The study's seed, from which the trial's comes.</summary>
    ulong StudySeed { get; }

    /// <summary>A folder for what the trial keeps on the way, which exists.</summary>
    string OpenFolder();

    /// <summary>The value of a parameter that the trial asks for the first time.</summary>
    double Choose(Trial trial, Parameter parameter);

    /// <summary>Takes note that the trial has got a value that it asked for, or has said one of its constraints.</summary>
    void Noted(Trial trial);

    /// <summary>Keeps all the user attributes, as JSON.</summary>
    void Annotate(Trial trial, string attributes);

    /// <summary>Keeps a file.</summary>
    Artifact Upload(Trial trial, string name, string path);

    /// <summary>Takes note of a value on the way.</summary>
    void Report(Trial trial, Measurement measurement);

    /// <summary>Whether the trial should end.</summary>
    bool ShouldPrune(Trial trial);
}

/// <summary>Ends a trial that is not worth going on with; <see cref="Trial.Prune"/> raises it.</summary>
public sealed class PrunedException() : CrucibleException("The trial was pruned.");

/// <summary>
/// Ends work on a trial that another worker has taken over, because this one was not heard of for too long. Nothing of
/// it is written; the study goes on with other trials.
/// </summary>
/// <param name="message">The complete message.</param>
public sealed class TrialLostException(string message) : CrucibleException(message);
