using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>The trials along one parameter, and where the best tenth of them lie.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Shown">The complete trials that asked for it.</param>
/// <param name="Best">The parameter's values in the best tenth of these, at least one, the best first.</param>
/// <param name="Range">The values in view.</param>
internal sealed record Slice(Parameter Parameter, Thinned Shown, IReadOnlyList<double> Best, ValueRange Range)
{
    internal static Slice Of(StudyView study, Objective objective, Parameter parameter)
    {
        FrozenTrial[] asked = [.. study.Complete.Where(trial => trial.Set[parameter.Name] is not null)];
        IEnumerable<FrozenTrial> best = asked.OrderBy(objective.Loss).ThenBy(trial => trial.Number).Take((asked.Length + 9) / 10);
        return new Slice(
            parameter, Thinned.From(asked, objective), [.. best.Select(trial => trial.Set[parameter.Name]!.Value)], ValueRange.Of(objective, study.Complete.Select(objective.Of)));
    }

    internal string Says()
    {
        if (Best.Count == 0) return $"No complete trial asked for {Parameter.Name}.";
        string best = Best.Count == 1 ? "The best trial has" : Errors.Text($"The best {Best.Count} trials of {Shown.Of:N0} have");
        return $"{best} {Parameter.Name} {Where()}.{Range.Says()}{Shown.Says()}";
    }

    /// <summary>Where the best lie, as words: a range, or choices with how often they were made.</summary>
    internal string Where()
    {
        if (Parameter.Distribution is CategoricalDistribution choices)
        {
            return Words.List([.. Best.GroupBy(value => value).OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
                .Select(group => Best.Count == 1 || group.Count() == Best.Count ? choices.Choices[(int)group.Key] : Errors.Text($"{choices.Choices[(int)group.Key]} ({group.Count()})"))]);
        }

        (double low, double high) = (Best.Min(), Best.Max());
        return low == high ? Words.Value(low) : $"from {Words.Value(low)} to {Words.Value(high)}";
    }
}
