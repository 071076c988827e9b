using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// An estimate of the value over two parameters: at each place the mean of the trials around it, weighted by a bell of
/// their distance in unit coordinates (Nadaraya and Watson, 1964). The other parameters are averaged over as the trials
/// happened to have them. There is none (NaN) where no trial is near.
/// </summary>
/// <param name="Across">The places across.</param>
/// <param name="Up">The places up.</param>
/// <param name="Values">The estimates, a row for each place up.</param>
/// <param name="Best">The trial with the best estimate at its place, and that estimate: away from all trials an
/// estimate says little.</param>
internal sealed record Contour(
    IReadOnlyList<double> Across, IReadOnlyList<double> Up, IReadOnlyList<double[]> Values, (FrozenTrial? Trial, double Value) Best)
{
    private const double Contrast = 3; // worse values than these count alike, or the colours would tell nothing about the good ones
    private const int Places = 25;
    private const double Reach = 2.5; // widths of the bell to the nearest trial

    internal static Panel Draw(StudyView study) => Pairs.Draw("Contour", study, (objective, across, up) =>
    {
        FrozenTrial[] asked = Pairs.Asked(study, across, up);
        ValueRange range = ValueRange.Of(objective, study.Complete.Select(objective.Of), Contrast);
        Thinned shown = Thinned.From(asked, objective, Pairs.MostPoints);
        Contour contour = Contour.Of(shown.Trials, range, across, up);
        JsonObject layout = new() { ["xaxis"] = ParameterAxis.Of(across), ["yaxis"] = ParameterAxis.Of(up) };
        return (
            new Figure([Plane(contour, range, across, up), Points(shown, across, up)], layout),
            Says(contour, range, across, up) + shown.Says());
    });

    private static JsonObject Plane(Contour contour, ValueRange range, Parameter across, Parameter up)
    {
        bool isCells = Contour.IsCountable(across) || Contour.IsCountable(up);
        JsonObject plane = new()
        {
            ["type"] = isCells ? "heatmap" : "contour",
            ["x"] = Numbers.Plot(contour.Across.Select(value => ParameterAxis.Shown(across, value))),
            ["y"] = Numbers.Plot(contour.Up.Select(value => ParameterAxis.Shown(up, value))),
            ["z"] = new JsonArray([.. contour.Values.Select(row =>
                Numbers.Plot(row.Select(value => (object?)(double.IsNaN(value) ? null : Rounded(value)))))]),
            ["colorscale"] = Figure.ColorScale(),
            ["reversescale"] = !range.Objective.IsMinimized,
            ["colorbar"] = Figure.ColorBar(range.Objective.Name),
            ["hoverinfo"] = "skip",
        };
        if (!isCells) (plane["connectgaps"], plane["line"], plane["ncontours"]) = (false, new JsonObject { ["width"] = 0.5 }, 14);
        return plane;
    }

    private static double Rounded(double value) =>
        value == 0 ? 0 : double.Parse(Invariant($"{value:G4}"), System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Points(Thinned shown, Parameter across, Parameter up)
    {
        JsonObject marker = Figure.Marker("#20262e", 5, 0.8);
        marker["line"] = new JsonObject { ["width"] = 1, ["color"] = "#ffffff" };
        JsonObject points = Figure.Points(
            shown.Trials.Select(trial => ParameterAxis.Shown(across, trial.Set[across.Name]!.Value)), shown.Trials.Select(trial =>
                ParameterAxis.Shown(up, trial.Set[up.Name]!.Value)),
            shown.Trials.Select(trial => trial.Number), "trials", marker);
        points["showlegend"] = false;
        return points;
    }

    private static string Says(Contour contour, ValueRange range, Parameter across, Parameter up)
    {
        if (contour.Best.Trial is not { } best) return $"No complete trial asked for both {across.Name} and {up.Name}.";
        string clipped = range.Beyond == 0
            ? ""
            : $" Values {(range.Objective.IsMinimized ? "above" : "below")} {Words.Value(range.Worst)} count as {Words.Value(range.Worst)}.";
        return $"Trials around {across.Name} {Words.Setting(across, best.Set[across.Name]!.Value)} and {up.Name} {Words.Setting(up, best.Set[up.Name]!.Value)} "
            + $"were best, {Words.Value(contour.Best.Value)} in the mean. Empty places have no trial near.{clipped}";
    }

    /// <summary>
    /// How far a trial speaks for its surroundings: the less far, the more trials there are (Scott's rule for two
    /// dimensions, for the spread of an even search).
    /// </summary>
    internal static double Width(int trials) => 0.29 * Math.Pow(Math.Max(trials, 1), -1.0 / 6);

    internal static Contour Of(IReadOnlyList<FrozenTrial> trials, ValueRange range, Parameter across, Parameter up)
    {
        (double[] xs, double[] ys) = (Units(across), Units(up));
        double width = Width(trials.Count);
        (double X, double Y, double Value)[] points = [.. trials.Select(trial => (
            across.Distribution.ToUnit(trial.Set[across.Name]!.Value), up.Distribution.ToUnit(trial.Set[up.Name]!.Value),
            range.Clamp(range.Objective.Of(trial))))];
        (FrozenTrial? Trial, double Value) best = trials.Zip(points)
            .Select(pair => ((FrozenTrial?)pair.First, Estimate(pair.Second.X, pair.Second.Y))).DefaultIfEmpty((null, double.NaN))
            .MinBy(pair => range.Objective.Loss(pair.Item2));
        return new Contour(
            [.. xs.Select(across.Distribution.FromUnit)], [.. ys.Select(up.Distribution.FromUnit)],
            [.. ys.Select(y => xs.Select(x => Estimate(x, y)).ToArray())], best);

        double Estimate(double x, double y)
        {
            (double sum, double total, double nearest) = (0, 0, double.PositiveInfinity);
            foreach ((double px, double py, double value) in points)
            {
                double squared = (Squared(x, px, across) + Squared(y, py, up)) / (width * width);
                double weight = Math.Exp(-0.5 * squared);
                (sum, total, nearest) = (sum + (weight * value), total + weight, Math.Min(nearest, squared));
            }

            return nearest <= Reach * Reach ? sum / total : double.NaN;
        }
    }

    /// <summary>Choices are the same or infinitely far apart.</summary>
    private static double Squared(double unit, double other, Parameter parameter) =>
        parameter.Distribution.IsNumeric ? (unit - other) * (unit - other) : Math.Abs(unit - other) < 1e-9 ? 0 : double.PositiveInfinity;

    /// <summary>Every value of a parameter that has few, else places at even distances.</summary>
    private static double[] Units(Parameter parameter) => IsCountable(parameter)
        ? [.. Enumerable.Range(0, (int)parameter.Distribution.Count!)
            .Select(i => parameter.Distribution.FromUnit((i + 0.5) / (double)parameter.Distribution.Count)).Distinct()
            .Select(parameter.Distribution.ToUnit)]
        : [.. Enumerable.Range(0, Places).Select(i =>
            parameter.Distribution.ToUnit(parameter.Distribution.FromUnit((double)i / (Places - 1)))).Distinct()];

    internal static bool IsCountable(Parameter parameter) =>
        parameter.Distribution.Count is { } count && count <= Places && !ParameterAxis.IsLog(parameter);
}
