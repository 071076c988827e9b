using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>A study at one moment, from which every figure is computed: it does not grow while figures are drawn.</summary>
internal sealed class StudyView
{
    private readonly Dictionary<(int, ImportanceMethod), Importance> importances = [];

    internal StudyView(
        string name, IReadOnlyList<StudyDirection> directions, IReadOnlyList<FrozenTrial> trials, IReadOnlyList<string>? objectives = null)
    {
        if (objectives is not null && objectives.Count != directions.Count)
            throw ReportErrors.ObjectiveNames(objectives.Count, directions.Count);
        Name = name;
        (Parameters, Trials) = SearchSpace.Of(trials);
        Objectives = Objective.Of(directions, objectives);
        Complete = [.. Trials.Where(trial => trial.State == TrialState.Complete)];
        Feasible = [.. Complete.Where(trial => trial.IsFeasible)];
        Infeasible = [.. Complete.Where(trial => !trial.IsFeasible)];
    }

    internal string Name { get; }

    /// <summary>What the study had when it was opened, in words.</summary>
    internal string? Reused { get; init; }

    /// <summary>The trials that have ended, by number.</summary>
    internal IReadOnlyList<FrozenTrial> Trials { get; }

    /// <summary>Those that have their value.</summary>
    internal FrozenTrial[] Complete { get; }

    /// <summary>Those of them that satisfy their constraints.</summary>
    internal FrozenTrial[] Feasible { get; }

    /// <summary>Those of them that do not.</summary>
    internal FrozenTrial[] Infeasible { get; }

    internal Objective[] Objectives { get; }

    /// <summary>Every parameter that a trial asked for, in the order of first appearance.</summary>
    internal Parameter[] Parameters { get; }

    internal static StudyView Of(Study study, IReadOnlyList<string>? objectives = null) =>
        new(study.Name, study.Directions, study.Trials, objectives) { Reused = study.Reused };

    internal int Count(TrialState state) => Trials.Count(trial => trial.State == state);

    /// <summary>How much each parameter matters for an objective, computed once.</summary>
    internal Importance Importance(Objective objective, ImportanceMethod method = ImportanceMethod.Fanova)
    {
        if (importances.TryGetValue((objective.Index, method), out Importance? known)) return known;
        double[] losses = [.. Complete.Select(objective.Loss)];
        return importances[(objective.Index, method)] = method == ImportanceMethod.Fanova
            ? Studies.Importance.Of(Complete, Parameters, losses)
            : Studies.Importance.OfBest(Complete, Parameters, losses);
    }

    /// <summary>The parameters, those that matter most first.</summary>
    internal Parameter[] ByImportance(Objective objective)
    {
        Importance importance = Importance(objective);
        return [.. importance.Parameters.Select(share => Array.Find(Parameters, parameter => parameter.Name == share.Name)!)];
    }
}

/// <summary>One of the values that a study makes small or large.</summary>
/// <param name="Index">Its place among the values of a trial.</param>
/// <param name="Name">What the figures call it.</param>
/// <param name="Direction">Which values are better.</param>
internal sealed record Objective(int Index, string Name, StudyDirection Direction)
{
    /// <summary>Those of a study.</summary>
    /// <param name="directions">One an objective.</param>
    /// <param name="names">What they are called; by default <c>value</c>, or <c>objective 1</c>, <c>objective 2</c>, ….</param>
    internal static Objective[] Of(IReadOnlyList<StudyDirection> directions, IReadOnlyList<string>? names = null) =>
    [
        .. directions.Select((direction, i) =>
            new Objective(i, names?[i] ?? (directions.Count == 1 ? "value" : Invariant($"objective {i + 1}")), direction)),
    ];

    internal bool IsMinimized => Direction == StudyDirection.Minimize;

    internal double Of(FrozenTrial trial) => trial.Values[Index];

    /// <summary>The value as something to be made small.</summary>
    internal double Loss(double value) => IsMinimized ? value : -value;

    internal double Loss(FrozenTrial trial) => Loss(Of(trial));

    internal bool IsBetter(double value, double than) => Loss(value) < Loss(than);

    /// <summary>The trial with the best value; of several, the first.</summary>
    internal FrozenTrial? Best(IEnumerable<FrozenTrial> trials) => trials.MinBy(Loss);
}

/// <summary>
/// The values that a figure shows. A few that are far worse than all others would press the others into a line: they
/// are left beyond the edge.
/// </summary>
/// <param name="Objective">Whose values.</param>
/// <param name="Low">The smallest that is shown.</param>
/// <param name="High">The largest that is shown.</param>
/// <param name="Beyond">How many lie beyond.</param>
internal sealed record ValueRange(Objective Objective, double Low, double High, int Beyond)
{
    /// <summary>The range of some values.</summary>
    /// <param name="objective">Whose values.</param>
    /// <param name="values">The values.</param>
    /// <param name="width">How far beyond most values the worst may lie: <see cref="Fence"/>.</param>
    internal static ValueRange Of(Objective objective, IEnumerable<double> values, double width = Fence.Width)
    {
        double[] losses = [.. values.Select(objective.Loss)];
        if (losses.Length == 0) return new ValueRange(objective, 0, 1, 0);
        (double best, double worst) = (losses.Min(), Fence.Worst(losses, width));
        int beyond = losses.Count(loss => loss > worst);
        (double low, double high) = objective.IsMinimized ? (best, worst) : (-worst, -best);
        return new ValueRange(objective, low, high, beyond);
    }

    /// <summary>The ends of an axis, with some room.</summary>
    internal (double Low, double High) Axis
    {
        get
        {
            double room = High > Low ? 0.05 * (High - Low) : Math.Max(0.1 * Math.Abs(High), 0.01);
            return (Low - room, High + room);
        }
    }

    /// <summary>The end that values lie beyond.</summary>
    internal double Worst => Objective.IsMinimized ? High : Low;

    /// <summary>The value, or the edge that it lies beyond.</summary>
    internal double Clamp(double value) => Math.Clamp(value, Low, High);

    /// <summary>The range with other values, too, that may lie beyond its edges.</summary>
    internal ValueRange With(IEnumerable<double> values) =>
        this with { Beyond = Beyond + values.Count(value => Objective.IsBetter(Worst, value)) };

    /// <summary>A sentence about what is not in view.</summary>
    internal string Says() => Beyond == 0
        ? ""
        : $" {Words.Count(Beyond, "value lies", "values lie")} beyond the edge, {(Objective.IsMinimized ? "above" : "below")} {Words.Value(Worst)}.";
}

/// <summary>As many trials as a figure can show: of more, the best quarter of that number and an even choice of the others.</summary>
/// <param name="Trials">What is shown, by number.</param>
/// <param name="Of">How many there are.</param>
internal sealed record Thinned(FrozenTrial[] Trials, int Of)
{
    internal static Thinned From(IReadOnlyList<FrozenTrial> trials, Objective objective, int most = Figure.ManyPoints)
    {
        if (trials.Count <= most) return new Thinned([.. trials], trials.Count);
        FrozenTrial[] best = [.. trials.OrderBy(objective.Loss).ThenBy(trial => trial.Number).Take(most / 4)];
        return new Thinned(Kept(best, trials, most), trials.Count);
    }

    /// <summary>Some trials and, up to a number, an even choice of the others; all by number.</summary>
    internal static FrozenTrial[] Kept(IReadOnlyList<FrozenTrial> kept, IReadOnlyList<FrozenTrial> all, int most)
    {
        FrozenTrial[] others = [.. all.Except(kept)];
        int rest = most - kept.Count;
        return [.. kept.Concat(Enumerable.Range(0, rest).Select(i => others[(int)((long)i * others.Length / rest)]))
            .OrderBy(trial => trial.Number)];
    }

    /// <summary>A sentence about what is not drawn.</summary>
    internal string Says() =>
        Trials.Length == Of ? "" : Invariant($" Drawn are {Numeral.Of(Trials.Length)} of {Numeral.Of(Of)} trials, the best among them.");
}
