using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>How the figures' sentences say numbers.</summary>
internal static class Words
{
    /// <summary>A value with four digits, as sentences bear them.</summary>
    internal static string Value(double value) => Numeral.Of(value);

    internal static string Percent(double share) => Invariant($"{100 * share:F0} %");

    /// <summary>A number and the word in the form that belongs to it.</summary>
    internal static string Count(int count, string one, string? many = null) =>
        Invariant($"{Numeral.Of(count)} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>a, b and c.</summary>
    internal static string List(IReadOnlyList<string> items) =>
        items.Count < 2 ? string.Concat(items) : $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}";

    /// <summary>A parameter's value as people write it.</summary>
    internal static string Setting(Parameter parameter, double value) =>
        parameter.Distribution is CategoricalDistribution choices ? choices.Choices[(int)value] : Value(value);

    /// <summary>All of a trial, for whoever points at it.</summary>
    internal static string Of(FrozenTrial trial, IReadOnlyList<Objective> objectives)
    {
        IEnumerable<string> values = trial.State == TrialState.Failed
            ? [$"failed: {Shortened(trial.Error ?? "")}"]
            : trial.Values.Select((value, i) => $"{objectives[i].Name} {Numbers.Show(value)}");
        string state = trial.State == TrialState.Pruned ? ", pruned" : "";
        return string.Join('\n', [
            Invariant($"trial {trial.Number}{state}"),
            .. values,
            .. trial.Constraints.Where(one => one.Value > 0).Select(one => $"misses {one.Key} by {Value(one.Value)}"),
            .. trial.Set.Entries.Select(entry => $"{entry.Parameter.Name} {Setting(entry.Parameter, entry.Value)}")
        ]);
    }

    private static string Shortened(string message) => message.Length <= 80 ? message : message[..79] + "…";
}
