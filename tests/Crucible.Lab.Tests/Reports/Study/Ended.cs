using Crucible.Lab.Reports;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Tests.Reports;

/// <summary>Ended trials and studies as tests write them down.</summary>
internal static class Ended
{
    internal static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    internal static readonly Parameter X = new("x", FloatDistribution.Of("x", 0, 1, log: false, step: 0));
    internal static readonly Parameter Y = new("y", FloatDistribution.Of("y", 0, 1, log: false, step: 0));
    internal static readonly Parameter Rate = new("rate", FloatDistribution.Of("rate", 1e-4, 1, log: true, step: 0));
    internal static readonly Parameter Depth = new("layers", IntDistribution.Of("layers", 1, 4, log: false, step: 1));
    internal static readonly Parameter Kind = new("kind", CategoricalDistribution.Of("kind", ["a", "b", "c"]));

    internal static FrozenTrial Complete(int number, double value, params (Parameter Parameter, double Value)[] parameters) =>
        Of(number, TrialState.Complete, [value], parameters);

    internal static FrozenTrial Many(int number, params double[] values) => Of(number, TrialState.Complete, values, []);

    /// <summary>A pruned trial that reported at steps 0, 1, 2, …; its value is the last of them.</summary>
    internal static FrozenTrial Pruned(int number, double[] reports, params (Parameter Parameter, double Value)[] parameters) =>
        Of(number, TrialState.Pruned, [.. reports.TakeLast(1)], parameters, reports);

    internal static FrozenTrial Failed(int number, string error = "boom") => Of(number, TrialState.Failed, [], [], error: error);

    internal static FrozenTrial Of(
        int number, TrialState state, double[] values, (Parameter Parameter, double Value)[] parameters, double[]? reports = null,
        string? error = null, double start = 0, double seconds = 1,
        string worker = "worker 1", double? limit = null)
    {
        ParameterSet set = new();
        foreach ((Parameter parameter, double value) in parameters) set.Add(parameter, value);
        return new FrozenTrial(
            new TrialRow
            {
                Number = number,
                State = state,
                Values = values,
                Error = error,
                Reports = [.. (reports ?? []).Select((value, step) => new Measurement(step, value))],
                Started = Noon.AddSeconds(start),
                Seconds = seconds,
                Worker = worker,
                Constraints = limit is { } said ? FormattableString.Invariant($"{{\"limit\":{said}}}") : null,
            },
            set);
    }

    internal static StudyView Minimized(params FrozenTrial[] trials) => new("study", [StudyDirection.Minimize], trials);

    internal static StudyView Maximized(params FrozenTrial[] trials) => new("study", [StudyDirection.Maximize], trials);
}
