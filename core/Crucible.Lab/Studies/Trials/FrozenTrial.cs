using System.Globalization;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>A trial that has ended, as every worker and every later run sees it.</summary>
public sealed class FrozenTrial
{
    private readonly ulong studySeed;
    private readonly string? given, attributes, constraints;

    internal FrozenTrial(TrialRow row, ParameterSet set, ulong studySeed = 0)
    {
        this.studySeed = studySeed;
        (Number, State, Values, Error, Attempts) = (row.Number, row.State, row.Values, row.Error, row.Attempts);
        (Started, Seconds, Worker, Reports, Plan, Set) = (row.Started, row.Seconds, row.Worker, row.Reports, row.Plan, set);
        (given, attributes, constraints) = (row.Given, row.Attributes, row.Constraints);
        Constraints = Said(constraints);
        Violation = Missed(Constraints);
    }

    /// <summary>Its place in the study, from 0.</summary>
    public int Number { get; }

    /// <summary>Complete, pruned or failed.</summary>
    public TrialState State { get; }

    /// <summary>One value an objective; a pruned trial's last report; none if it failed, or was pruned before a report.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The only value, or the first; NaN if there is none.</summary>
    public double Value => Values.Count > 0 ? Values[0] : double.NaN;

    /// <summary>What went wrong in the last attempt, if it failed.</summary>
    public string? Error { get; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; }

    /// <summary>When its last attempt began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>How long its last attempt took.</summary>
    public double Seconds { get; }

    /// <summary>Which worker did it.</summary>
    public string Worker { get; }

    /// <summary>The values on the way, by step.</summary>
    public IReadOnlyList<Measurement> Reports { get; }

    /// <summary>
    /// Its parameters in the order in which they were asked: a number, or what was chosen. A choice of another type than text,
    /// int, double, bool or null is there by its text; <see cref="Again"/> suggests it itself.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, object>> Parameters =>
        [.. Set.Entries.Select(entry => KeyValuePair.Create(entry.Parameter.Name, Shown(entry.Parameter.Distribution, entry.Value)))];

    /// <summary>What it said of its constraints, in the order in which it did: satisfied at most 0.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Constraints { get; }

    /// <summary>By how much it misses its constraints in all, Σ max(value, 0): 0 for none.</summary>
    public double Violation { get; }

    /// <summary>Whether it satisfies all of its constraints, as one without any does.</summary>
    public bool IsFeasible => Violation == 0;

    /// <summary>What <see cref="Trial.SetUserAttribute"/> noted, by name.</summary>
    public IReadOnlyDictionary<string, object?> UserAttributes => JsonValues.ValuesOf(attributes);

    internal string Plan { get; }

    /// <summary>Whether the user gave its settings, or all of it.</summary>
    internal bool IsGiven => given is not null;

    /// <summary>Whether it ended elsewhere.</summary>
    internal bool IsAdded => given is not null && !given.StartsWith('{');

    /// <summary>The identity of the study whose trial it is.</summary>
    internal string Study { get; init; } = "";

    internal ParameterSet Set { get; private set; }

    /// <summary>The value that it reported at a step, if it did.</summary>
    /// <param name="step">The step.</param>
    public double? At(int step)
    {
        int low = 0;
        int high = Reports.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (Reports[middle].Step == step) return Reports[middle].Value;
            if (Reports[middle].Step < step) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    /// <summary>Constraints as a store keeps them.</summary>
    internal static IReadOnlyList<KeyValuePair<string, double>> Said(string? json) => json is null
        ? []
        : [.. JsonNode.Parse(json)!.AsObject().Select(one => KeyValuePair.Create(one.Key, (double)one.Value!))];

    /// <summary>See <see cref="Violation"/>.</summary>
    internal static double Missed(IReadOnlyList<KeyValuePair<string, double>> constraints) =>
        constraints.Sum(one => Math.Max(one.Value, 0));

    /// <summary>The trial with its values as they lie in other ranges.</summary>
    internal FrozenTrial In(Func<string, Parameter> space)
    {
        FrozenTrial trial = (FrozenTrial)MemberwiseClone();
        trial.Set = Set.In(space);
        return trial;
    }

    /// <summary>The trial as another study takes it, which knows by its origin that it has it already.</summary>
    internal TrialRow ToRow(string? ranges) => new()
    {
        Number = Number,
        State = State,
        Attempts = Attempts,
        Parameters = Set.ToJson(),
        Ranges = ranges,
        Constraints = constraints,
        Given = IsAdded ? given : JsonValue.Create($"{Study}/{Number.ToString(CultureInfo.InvariantCulture)}").ToJsonString(),
        Attributes = attributes,
        Values = Values,
        Error = Error,
        Started = Started,
        Seconds = Seconds,
        Worker = Worker,
        Reports = Reports,
    };

    /// <summary>A trial with this one's parameters and seed, so that the same function serves the search and the winner.</summary>
    public Trial Again() => new(new FixedHost(Chosen, studySeed), Number, attempt: 1, reports: []);

    /// <summary>
    /// Its number, state, value and parameters, as in <c>7 complete 0.25 {"rate":0.01}</c>, and its constraints, if it has any.
    /// </summary>
    public override string ToString()
    {
        string values = string.Join(" ", Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        string limits = string.Join(", ", Constraints.Select(one => Invariant($"{one.Key} {one.Value:R}")));
        return Invariant($"{Number} {State.ToString().ToLowerInvariant()} {values} {Set.ToJson()}")
            + (limits.Length == 0 ? "" : $" {(IsFeasible ? "feasible" : "infeasible")} ({limits})") + (Error is null ? "" : $" {Error}");
    }

    private double Chosen(Parameter parameter)
    {
        if (Set[parameter.Name] is not { } value) throw StudyErrors.NotInTrial(parameter.Name);
        Distribution known = Set.Find(parameter.Name)!;
        if (known.GetType() != parameter.Distribution.GetType())
            throw StudyErrors.AnotherKind(parameter.Name, known, parameter.Distribution);
        return parameter.Distribution.Find(known.Show(value))
            ?? throw StudyErrors.ValueOutside(parameter.Name, known.Show(value).ToString(), parameter.Distribution);
    }

    private static object Shown(Distribution distribution, double value) => distribution switch
    {
        IntDistribution => (int)value,
        CategoricalDistribution choices => choices.Values[(int)value]!, // null only where the user chose it
        _ => value,
    };
}

/// <summary>How far a trial is.</summary>
public enum TrialState
{
    /// <summary>It was begun, was interrupted, and will be taken up again.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>It has its value.</summary>
    Complete,

    /// <summary>A pruner ended it early; its value is the last one it reported.</summary>
    Pruned,

    /// <summary>It raised an exception or gave a value that is not finite.</summary>
    Failed,
}

/// <summary>Hosts a trial whose parameters are given, and which nobody watches.</summary>
internal sealed class FixedHost(Func<Parameter, double> choose, ulong studySeed) : ITrialHost
{
    public CancellationToken Token => CancellationToken.None;

    public ulong StudySeed => studySeed;

    public string OpenFolder() => Directory.CreateTempSubdirectory("crucible-trial").FullName;

    public double Choose(Trial trial, Parameter parameter) => choose(parameter);

    public void Noted(Trial trial)
    {
        // Nobody is told.
    }

    public void Annotate(Trial trial, string attributes)
    {
        // The trial has it.
    }

    public Artifact Upload(Trial trial, string name, string path) => throw StudyErrors.ArtifactOfNoTrial(name);

    public void Report(Trial trial, Measurement measurement)
    {
    }

    public bool ShouldPrune(Trial trial) => false;
}
