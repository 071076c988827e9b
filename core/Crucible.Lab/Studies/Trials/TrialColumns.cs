using System.Globalization;
using Deedle;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>A column of a table of trials.</summary>
/// <param name="Name">Its heading, which no other column of the table has.</param>
/// <param name="Read">A number, a truth value or a text; null where a trial has none.</param>
internal sealed record TrialColumn(string Name, Func<FrozenTrial, object?> Read);

/// <summary>What tables of trials show.</summary>
internal static class TrialColumns
{
    /// <summary>Number, state, values, parameters, constraints, user attributes, seconds and errors.</summary>
    internal static IReadOnlyList<TrialColumn> Of(IReadOnlyList<StudyDirection> directions, IReadOnlyList<FrozenTrial> trials)
    {
        List<TrialColumn> columns =
        [
            new("trial", trial => trial.Number),
            new("state", trial => trial.State.ToString().ToLowerInvariant()),
            .. directions.Select((_, i) => new TrialColumn(
                directions.Count == 1 ? "value" : Invariant($"objective {i + 1}"),
                trial => i < trial.Values.Count ? trial.Values[i] : null)),
        ];
        TrialColumn[] last = [new("seconds", trial => trial.Seconds), new("error", trial => trial.Error)];
        HashSet<string> taken = [.. columns.Concat(last).Select(column => column.Name)];
        foreach (string name in trials.SelectMany(trial => trial.Set.Entries).Select(entry => entry.Parameter.Name).Distinct())
            columns.Add(new(Free(name, "parameter", taken), trial => Shown(trial.Parameters.FirstOrDefault(one => one.Key == name).Value)));
        return [.. columns, .. Noted(trials, taken), .. last];
    }

    /// <summary>The same columns as a frame by number: numbers, or texts where a column has anything else.</summary>
    internal static Frame<int, string> ToFrame(IReadOnlyList<StudyDirection> directions, IReadOnlyList<FrozenTrial> trials)
    {
        int[] numbers = [.. trials.Select(trial => trial.Number)];
        FrameBuilder.Columns<int, string> frame = new();
        foreach (TrialColumn column in Of(directions, trials))
        {
            object?[] cells = [.. trials.Select(column.Read)];
            if (cells.All(cell => cell is null or int or long or double))
                frame.Add(column.Name, new Series<int, double>(numbers, cells.Select(Number)));
            else
                frame.Add(column.Name, new Series<int, string?>(numbers, cells.Select(Text)));
        }

        return frame.Frame;

        static string? Text(object? cell) => cell is null ? null : JsonValues.TextOf(cell);

        static double Number(object? cell) => cell is null ? double.NaN : Convert.ToDouble(cell, CultureInfo.InvariantCulture);
    }

    /// <summary>What trials said of their constraints, and their user attributes.</summary>
    internal static IEnumerable<TrialColumn> Noted(IReadOnlyList<FrozenTrial> trials, IEnumerable<string> taken)
    {
        HashSet<string> known = [.. taken];
        foreach (string name in trials.SelectMany(trial => trial.Constraints).Select(one => one.Key).Distinct())
        {
            yield return new(Free(name, "constraint", known), trial =>
                trial.Constraints.Where(one => one.Key == name).Select(one => (object?)one.Value).FirstOrDefault());
        }

        foreach (string name in trials.SelectMany(trial => trial.UserAttributes.Keys).Distinct())
            yield return new(Free(name, "attribute", known), trial => Shown(trial.UserAttributes.GetValueOrDefault(name)));
    }

    /// <summary>A list by its text.</summary>
    private static object? Shown(object? value) => value is null or IConvertible ? value : JsonValues.TextOf(value);

    private static string Free(string name, string kind, HashSet<string> taken) => taken.Add(name) ? name : $"{kind} {name}";
}
