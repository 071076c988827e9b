using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>Every shown trial as a line across the objective and the parameters, the most important first.</summary>
/// <param name="Shown">The complete trials that are drawn, the worst first, so that the best lie on top.</param>
/// <param name="Axes">The parameters' axes.</param>
/// <param name="LeftOut">How many less important parameters have no axis.</param>
internal sealed record ParallelCoordinates(Thinned Shown, IReadOnlyList<ParallelAxis> Axes, int LeftOut)
{
    private const string Title = "Parallel coordinates";
    private const int MaxRank = 11;
    private const int MostLines = 1000;
    private const int LongestLabel = 14; // letters in a line

    internal static Panel Draw(StudyView study)
    {
        if (study.Complete.Length == 0) return Panel.LeftOut(Title, "No trial is complete.");
        if (study.Parameters.Length == 0) return Panel.LeftOut(Title, "The trials have no parameters.");
        return Panel.ByObjective(Title, study, objective => Draw(study, objective));
    }

    private static (Figure Figure, string Says) Draw(StudyView study, Objective objective)
    {
        ParallelCoordinates lines = ParallelCoordinates.Of(study, objective);
        ValueRange range = ValueRange.Of(objective, study.Complete.Select(objective.Of));
        FrozenTrial[] trials = lines.Shown.Trials;
        double[] values = [.. trials.Select(trial => range.Clamp(objective.Of(trial)))];
        double room = range.High > range.Low ? 0 : 0.5;
        ParallelAxis first = new(objective.Name, values, range.Low - room, range.High + room, []);
        string hidden = lines.LeftOut > 0 ? Invariant($" The {lines.LeftOut} least important parameters have no axis.") : "";
        return (
            Lines([first, .. lines.Axes], Rank.Of([.. trials.Select(objective.Loss)])),
            $"Each line is a trial, from the worst in orange to the best in blue and on top; drag along an axis to see only the trials that pass there.{hidden}{range.Says()}{lines.Shown.Says()}");
    }

    /// <summary>Lines across axes.</summary>
    /// <param name="axes">The axes from left to right.</param>
    /// <param name="colors">The colour of each line, from 0 for the best to 1.</param>
    internal static Figure Lines(IReadOnlyList<ParallelAxis> axes, IEnumerable<double> colors)
    {
        JsonObject trace = new()
        {
            ["type"] = "parcoords",
            ["line"] = new JsonObject
            {
                ["color"] = Numbers.Plot(colors),
                ["colorscale"] = Figure.ColorScale(),
                ["cmin"] = 0,
                ["cmax"] = 1,
                ["showscale"] = false
            },
            ["dimensions"] = new JsonArray([.. axes.Select(Dimension)]),
            ["labelangle"] = axes.Count > 7 ? -12 : 0,
            ["rangefont"] = new JsonObject { ["color"] = "rgba(0,0,0,0)" }, // the ends are at the ticks already
            ["labelfont"] = new JsonObject { ["size"] = 12 },
        };
        JsonObject layout = new() { ["margin"] = new JsonObject { ["t"] = axes.Count > 7 ? 90 : 50, ["l"] = 70, ["r"] = 70, ["b"] = 30 } };
        return new Figure([trace], layout);
    }

    private static JsonObject Dimension(ParallelAxis axis)
    {
        JsonObject dimension = new()
        {
            ["label"] = Numbers.PlainText(Broken(axis.Name)),
            ["values"] = Numbers.Plot(axis.Places),
            ["range"] = new JsonArray(axis.Low, axis.High),
        };
        if (axis.Ticks.Count == 0) return dimension;
        dimension["tickvals"] = Numbers.Plot(axis.Ticks.Select(tick => tick.Place));
        dimension["ticktext"] = Numbers.Plot(axis.Ticks.Select(tick => tick.Text));
        return dimension;
    }

    /// <summary>A long name in lines, so that it does not lie on its neighbour's.</summary>
    private static string Broken(string name)
    {
        List<string> lines = [""];
        foreach (string word in name.Split(' '))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + word.Length >= LongestLabel) lines.Add(word);
            else lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
        }

        return string.Join('\n', lines);
    }

    internal static ParallelCoordinates Of(StudyView study, Objective objective)
    {
        Thinned thinned = Thinned.From(study.Complete, objective, MostLines);
        FrozenTrial[] order = [.. thinned.Trials.OrderByDescending(objective.Loss).ThenByDescending(trial => trial.Number)];
        Parameter[] parameters = study.ByImportance(objective);
        return new ParallelCoordinates(
            thinned with { Trials = order }, [.. parameters.Take(MaxRank).Select(parameter => ParallelAxis.Of(parameter, order))],
            Math.Max(parameters.Length - MaxRank, 0));
    }
}

/// <summary>
/// A parameter as an axis: powers of ten where it was searched by ratios, and a place below for trials that did not ask
/// for it.
/// </summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Places">One place a trial.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Ticks">What is written beside the axis, and where; nothing where plotly.js may choose.</param>
internal sealed record ParallelAxis(
    string Name, IReadOnlyList<double> Places, double Low, double High, IReadOnlyList<(double Place, string Text)> Ticks)
{
    private const int FewValues = 8;

    internal static ParallelAxis Of(Parameter parameter, IReadOnlyList<FrozenTrial> trials)
    {
        double[] places = [.. trials.Select(trial => trial.Set[parameter.Name] is { } value ? Place(parameter, value) : double.NaN)];
        double[] known = [.. places.Where(place => !double.IsNaN(place))];
        (double low, double high) = parameter.Distribution is CategoricalDistribution choices
            ? (0, Math.Max(choices.Choices.Count - 1, 1))
            : known.Length == 0 || known.Min() == known.Max()
                ? (known.FirstOrDefault() - 0.5, known.FirstOrDefault() + 0.5)
                : (known.Min(), known.Max());
        List<(double Place, string Text)> ticks = Ticked(parameter, low, high, isComplete: known.Length == places.Length);
        if (known.Length < places.Length)
        {
            double below = low - (0.15 * (high - low));
            places = [.. places.Select(place => double.IsNaN(place) ? below : place)];
            ticks.Insert(0, (below, "not asked"));
            low = below;
        }

        return new ParallelAxis(parameter.Name, places, low, high, ticks);
    }

    private static double Place(Parameter parameter, double value) => ParameterAxis.IsLog(parameter) ? Math.Log10(value) : value;

    private static List<(double Place, string Text)> Ticked(Parameter parameter, double low, double high, bool isComplete)
    {
        if (parameter.Distribution is CategoricalDistribution choices)
            return [.. choices.Choices.Select((choice, i) => ((double)i, choice))];
        if (parameter.Distribution is IntDistribution && !ParameterAxis.IsLog(parameter) && high - low < FewValues)
            return [.. Enumerable.Range(0, (int)Math.Floor(high) - (int)Math.Ceiling(low) + 1).Select(i => Math.Ceiling(low) + i)
                .Select(place => (place, Written(place)))];
        if (!ParameterAxis.IsLog(parameter) && isComplete) return [];
        (double Place, string Text)[] even =
            [.. Enumerable.Range(0, 5).Select(i => low + (i * (high - low) / 4)).Select(place => (place, Written(place)))];
        if (!ParameterAxis.IsLog(parameter)) return [.. even];
        int[] powers = [.. Enumerable.Range((int)Math.Ceiling(low), Math.Max((int)Math.Floor(high) - (int)Math.Ceiling(low) + 1, 0))];
        return powers.Length < 2 ? [.. even] : [.. powers.Select(power => ((double)power, Written(power)))];

        string Written(double place) => Numeral.Of(ParameterAxis.IsLog(parameter) ? Math.Pow(10, place) : place, 3);
    }
}
