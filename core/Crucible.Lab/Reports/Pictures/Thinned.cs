using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>As many trials as a picture can show: of more, the best quarter of that number and an even choice of the others.</summary>
/// <param name="Trials">What is shown, by number.</param>
/// <param name="Of">How many there are.</param>
internal sealed record Thinned(FrozenTrial[] Trials, int Of)
{
    internal static Thinned From(IReadOnlyList<FrozenTrial> trials, Objective objective, int most = Traces.ManyPoints)
    {
        if (trials.Count <= most) return new Thinned([.. trials], trials.Count);
        FrozenTrial[] best = [.. trials.OrderBy(objective.Loss).ThenBy(trial => trial.Number).Take(most / 4)];
        return new Thinned(Kept(best, trials, most), trials.Count);
    }

    /// <summary>Some trials and, up to a number, an even choice of the others; all by number.</summary>
    internal static FrozenTrial[] Kept(IReadOnlyList<FrozenTrial> kept, IReadOnlyList<FrozenTrial> all, int most)
    {
        FrozenTrial[] others = [.. all.Except(kept)];
        int rest = most - kept.Count;
        return [.. kept.Concat(Enumerable.Range(0, rest).Select(i => others[(int)((long)i * others.Length / rest)])).OrderBy(trial => trial.Number)];
    }

    /// <summary>A sentence about what is not drawn.</summary>
    internal string Says() => Trials.Length == Of ? "" : Errors.Text($" Drawn are {Trials.Length:N0} of {Of:N0} trials, the best among them.");
}
