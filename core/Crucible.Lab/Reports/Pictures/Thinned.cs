using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>As many trials as a picture can show: of more, the best quarter of that number and an even choice of the others.</summary>
/// <param name="Trials">What is shown, by number.</param>
/// <param name="Of">How many there are.</param>
internal sealed record Thinned(FinishedTrial[] Trials, int Of)
{
    internal static Thinned From(IReadOnlyList<FinishedTrial> trials, Objective objective, int most = Traces.ManyPoints)
    {
        if (trials.Count <= most) return new Thinned([.. trials], trials.Count);
        FinishedTrial[] best = [.. trials.OrderBy(objective.Loss).ThenBy(trial => trial.Number).Take(most / 4)];
        FinishedTrial[] others = [.. trials.Except(best)];
        int rest = most - best.Length;
        IEnumerable<FinishedTrial> even = Enumerable.Range(0, rest).Select(i => others[(int)((long)i * others.Length / rest)]);
        return new Thinned([.. best.Concat(even).OrderBy(trial => trial.Number)], trials.Count);
    }

    /// <summary>A sentence about what is not drawn.</summary>
    internal string Says() => Trials.Length == Of ? "" : Errors.Text($" Drawn are {Trials.Length:N0} of {Of:N0} trials, the best among them.");
}
