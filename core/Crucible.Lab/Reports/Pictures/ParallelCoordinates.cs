using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Every shown trial as a line across the objective and the parameters, the most important first.</summary>
/// <param name="Shown">The complete trials that are drawn, the worst first, so that the best lie on top.</param>
/// <param name="Axes">The parameters' axes.</param>
/// <param name="LeftOut">How many less important parameters have no axis.</param>
internal sealed record ParallelCoordinates(Thinned Shown, IReadOnlyList<ParallelAxis> Axes, int LeftOut)
{
    private const int MostAxes = 11;
    private const int MostLines = 1000;

    internal static ParallelCoordinates Of(StudyView study, Objective objective)
    {
        Thinned thinned = Thinned.From(study.Complete, objective, MostLines);
        FrozenTrial[] order = [.. thinned.Trials.OrderByDescending(objective.Loss).ThenByDescending(trial => trial.Number)];
        Parameter[] parameters = study.ByImportance(objective);
        return new ParallelCoordinates(
            thinned with { Trials = order }, [.. parameters.Take(MostAxes).Select(parameter => ParallelAxis.Of(parameter, order))], Math.Max(parameters.Length - MostAxes, 0));
    }
}

/// <summary>A parameter as an axis: powers of ten where it was searched by ratios, and a place below for trials that did not ask for it.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Places">One place a trial.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Ticks">What is written beside the axis, and where; nothing where plotly.js may choose.</param>
internal sealed record ParallelAxis(string Name, IReadOnlyList<double> Places, double Low, double High, IReadOnlyList<(double Place, string Text)> Ticks)
{
    private const int FewValues = 8;

    internal static ParallelAxis Of(Parameter parameter, IReadOnlyList<FrozenTrial> trials)
    {
        double[] places = [.. trials.Select(trial => trial.Set[parameter.Name] is { } value ? Place(parameter, value) : double.NaN)];
        double[] known = [.. places.Where(place => !double.IsNaN(place))];
        (double low, double high) = parameter.Distribution is CategoricalDistribution choices
            ? (0, Math.Max(choices.Choices.Count - 1, 1))
            : known.Length == 0 || known.Min() == known.Max() ? (known.FirstOrDefault() - 0.5, known.FirstOrDefault() + 0.5) : (known.Min(), known.Max());
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
        if (parameter.Distribution is CategoricalDistribution choices) return [.. choices.Choices.Select((choice, i) => ((double)i, choice))];
        if (parameter.Distribution is IntDistribution && !ParameterAxis.IsLog(parameter) && high - low < FewValues)
            return [.. Enumerable.Range(0, (int)Math.Floor(high) - (int)Math.Ceiling(low) + 1).Select(i => Math.Ceiling(low) + i).Select(place => (place, Written(place)))];
        if (!ParameterAxis.IsLog(parameter) && isComplete) return [];
        (double Place, string Text)[] even = [.. Enumerable.Range(0, 5).Select(i => low + (i * (high - low) / 4)).Select(place => (place, Written(place)))];
        if (!ParameterAxis.IsLog(parameter)) return [.. even];
        int[] powers = [.. Enumerable.Range((int)Math.Ceiling(low), Math.Max((int)Math.Floor(high) - (int)Math.Ceiling(low) + 1, 0))];
        return powers.Length < 2 ? [.. even] : [.. powers.Select(power => ((double)power, Written(power)))];

        string Written(double place) => Errors.Text($"{(ParameterAxis.IsLog(parameter) ? Math.Pow(10, place) : place):G3}");
    }
}
