using System.Text;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>The table of all studies.</summary>
internal static class StudyList
{
    private static readonly Column<StudyLine>[] Columns =
    [
        new("", _ => "", line => Box(line.Study.Name)),
        new("study", line => line.Study.Name, line => DashboardPages.Link(line.Study.Name)),
        new("best value", line => line.Best[0]?.Value, Best),
        new("direction", line => string.Join(", ", line.Study.Directions.Select(DashboardPages.Direction))),
        new("complete", line => line.Complete),
        new("pruned", line => line.Pruned),
        new("failed", line => line.Failed),
        new("running", line => line.Running),
        new("interrupted", line => line.Waiting),
        new("last trial began", line => line.Latest?.UtcTicks, line => new(DashboardPages.Time(line.Latest))),
    ];

    /// <summary>Writes the studies whose names have all the words.</summary>
    internal static void Append(StringBuilder page, HttpRequest request, StudyLine[] studies)
    {
        string[] words = request.One("words").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        StudyLine[] found =
            [.. studies.Where(line => Array.TrueForAll(words, word => line.Study.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))];
        string count = found.Length < studies.Length ? $"{found.Length} of {Words.Count(studies.Length, "study", "studies")}"
            : Words.Count(studies.Length, "study", "studies");
        page.Markup($"<p class=\"facts\">{count}, {Words.Count(found.Sum(line => line.Ended), "trial")} ended</p>");
        // Columns that say nothing are left out
        Column<StudyLine>[] shown = [.. Columns.Where(column => column.Name != "interrupted" || found.Any(line => line.Waiting > 0))];
        SortedTable.Append(page, request, "-last trial began", shown, found, "studies");
    }

    private static Html.Raw Box(string name) =>
        new($"<input type=\"checkbox\" name=\"study\" value=\"{Html.Encode(name)}\" aria-label=\"compare {Html.Encode(name)}\">");

    /// <summary>The best value, or those of each objective by themselves.</summary>
    private static Html.Raw Best(StudyLine line) => new(string.Join(" · ", line.Objectives.Select(objective =>
        line.Best[objective.Index] is { } best
            ? DashboardPages.Link(line.Study.Name, best.Number, Words.Value(objective.Of(best))).Markup
            : "")));
}

/// <summary>The table of a study's trials.</summary>
internal static class TrialList
{
    private const int MostLetters = 80; // of an error or an attribute

    /// <summary>What is no column, but may be asked for.</summary>
    private static readonly Column<FrozenTrial>[] Hidden =
    [
        new("error", trial => trial.Error),
        new("attempts", trial => trial.Attempts),
        new("worker", trial => trial.Worker),
        new("feasible", trial => trial.State == TrialState.Complete ? trial.IsFeasible : null),
    ];

    /// <summary>Writes the trials of a state for which the conditions hold.</summary>
    internal static void Append(StringBuilder page, HttpRequest request, WatchedStudy study)
    {
        FrozenTrial[] trials = study.Trials();
        Column<FrozenTrial>[] shown = Shown(study, trials);
        FrozenTrial[] found = TrialFilter.Of(trials, request.One("where"), [.. shown, .. Hidden]);
        if (request.One("state") is { Length: > 0 } state) found = [.. found.Where(trial => StateOf(trial) == state)];
        string share = found.Length < trials.Length ? $"{Words.Value(found.Length)} of " : "";
        page.Markup($"<p class=\"facts\">{share}{Words.Count(trials.Length, "trial")}</p>");
        SortedTable.Append(page, request, "-trial", shown, found, "trials");
    }

    internal static string StateOf(FrozenTrial trial) => trial.State.ToString().ToLowerInvariant();

    private static Column<FrozenTrial>[] Shown(WatchedStudy study, FrozenTrial[] trials)
    {
        Column<FrozenTrial>[] first =
        [
            new("trial", trial => trial.Number, trial => DashboardPages.Link(study.Study.Name, trial.Number)),
            new("state", StateOf, State),
            .. Objective.Of(study.Study.Directions).Select(objective => new Column<FrozenTrial>(
                objective.Name, trial => objective.Index < trial.Values.Count ? objective.Of(trial) : null)),
            .. SearchSpace.Of(trials).Parameters.Select(parameter => new Column<FrozenTrial>(
                parameter.Name, trial => Value(trial, parameter.Name))),
        ];
        Column<FrozenTrial>[] last =
        [
            new("seconds", trial => IsOpen(trial) ? null : trial.Seconds),
            new("began", trial => trial.Started.UtcTicks, trial => new(DashboardPages.Time(trial.Started))),
        ];
        IEnumerable<string> taken = first.Concat(last).Concat(Hidden).Select(column => column.Name);
        return
        [
            .. first,
            .. TrialColumns.Noted(trials, taken).Select(column => new Column<FrozenTrial>(
                column.Name, column.Read, trial => Cell(column.Read(trial)))),
            .. last,
        ];
    }

    private static Html.Raw Cell(object? value) => value is string text
        ? Html.Linked(text.Length <= MostLetters || text.Contains("://", StringComparison.Ordinal) ? text : Cut(text))
        : new(Html.Encode(Numbers.Cell(value)));

    private static string Cut(string text) => text.Length <= MostLetters ? text : $"{text[..(MostLetters - 1)]}…";

    private static object? Value(FrozenTrial trial, string name)
    {
        foreach ((Parameter parameter, double value) in trial.Set.Entries)
        {
            if (parameter.Name == name) return ParameterAxis.Shown(parameter, value);
        }

        return null;
    }

    private static bool IsOpen(FrozenTrial trial) => trial.State is TrialState.Waiting or TrialState.Running;

    private static Html.Raw State(FrozenTrial trial) => new(trial.Error is { } error
        ? $"{StateOf(trial)}: {Html.Encode(Cut(error))}"
        : $"{StateOf(trial)}{(trial.IsFeasible ? "" : ", infeasible")}");
}
