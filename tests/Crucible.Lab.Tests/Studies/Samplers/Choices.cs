using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using static System.FormattableString;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What samplers choose after histories that are made up, without a study around them.</summary>
internal static class Choices
{
    /// <summary>
    /// Trials with a number, a whole number, a choice and, in one of three, another number; of seven one is pruned, of eleven
    /// one failed.
    /// </summary>
    internal static FrozenTrial[] Mixed(int count, int objectives = 1)
    {
        Random random = new(5);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            (double x, int layers, int kind, double y) = (random.NextDouble(), random.Next(1, 5), random.Next(3), random.NextDouble());
            (Parameter, double)[] parameters = [(Ended.X, x), (Ended.Depth, layers), (Ended.Kind, kind)];
            if (i % 3 == 0) parameters = [.. parameters, (Ended.Y, y)];
            double value = ((x - 0.3) * (x - 0.3)) + (0.1 * layers) + (kind == 1 ? 0 : 0.2) + (i % 3 == 0 ? 0.1 * y : 0);
            TrialState state = i % 11 == 5 ? TrialState.Failed : i % 7 == 3 ? TrialState.Pruned : TrialState.Complete;
            double[] reports = [.. Enumerable.Range(1, 1 + (i % 4)).Select(step => value + (1.0 / step))];
            double[] values = state == TrialState.Failed ? [] : objectives == 1 ? [value] : [value, -x];
            return Ended.Of(i, state, values, parameters, reports);
        })];
    }

    internal static SamplerContext Context(
        FrozenTrial[] trials, int number = 0, StudyDirection[]? directions = null, params (Parameter, double)[][] pending)
    {
        SearchHistory history = new();
        history.Advance(trials, _ => { });
        StudyDefinition study = new("toy", directions ?? [StudyDirection.Minimize], Seed: 3, "", "", Window: 8);
        return new(history, study, number == 0 ? trials.Length : number, redraw: 0, [.. pending.Select(Set)]);
    }

    internal static string Text(IEnumerable<double>? units) =>
        units is null ? "none" : string.Join(' ', units.Select(unit => Invariant($"{unit:F9}")));

    private static ParameterSet Set((Parameter Parameter, double Value)[] entries)
    {
        ParameterSet set = new();
        foreach ((Parameter parameter, double value) in entries) set.Add(parameter, value);
        return set;
    }
}
