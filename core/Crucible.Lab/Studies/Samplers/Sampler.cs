using System.Runtime.InteropServices;
using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>
/// Chooses the parameters of trials. A choice may depend on its context alone, never on the clock or on earlier calls,
/// so that a study has the same trials
/// whatever the number of workers; what is kept between calls may only save work. The study calls from one thread at a
/// time. <see cref="object.ToString"/> names the options,
/// because a stored study goes on only with the sampler that it began with.
/// </summary>
public abstract class Sampler
{
    /// <summary>How many trials, from 0, must have ended before trial <paramref name="number"/> begins; it sees exactly these.</summary>
    /// <param name="number">The trial.</param>
    /// <param name="window">How many consecutive trials may be under way at once.</param>
    /// <param name="dimensions">How many parameters trial 0 asked for.</param>
    /// <returns>A number from 0 to <paramref name="number"/> that never falls from one trial to the next.</returns>
    public virtual int Needs(int number, int window, int dimensions) => Math.Max(0, number - window + 1);

    /// <summary>Chooses a place of the unit cube, one coordinate for each parameter of the context's space.</summary>
    /// <returns>The coordinates, or nothing when every point was visited, which ends the study.</returns>
    public abstract double[]? Sample(SamplerContext context);

    /// <summary>
    /// Chooses a parameter that no earlier trial is known to have asked for, as all of trial 0, or whose value in the plan
    /// lies outside of the trial's own range.
    /// </summary>
    /// <param name="distribution">Its values.</param>
    /// <param name="position">How many parameters the trial asked for before it.</param>
    /// <param name="random">Random numbers for this choice alone.</param>
    /// <returns>A place of the unit interval.</returns>
    public virtual double SampleAlone(Distribution distribution, int position, Generator random) => random.NextDouble();

    /// <summary>The name of the sampler and its options.</summary>
    public abstract override string ToString();
}

/// <summary>What the choice of a trial's parameters may depend on.</summary>
public sealed class SamplerContext
{
    private readonly SearchHistory history;

    internal SamplerContext(SearchHistory history, StudyDefinition study, int number, int redraw, IReadOnlyList<ParameterSet> pending)
    {
        this.history = history;
        (Directions, Window, Number, Redraw, Space) = (study.Directions, study.Window, number, redraw, history.Space);
        Pending = [.. pending.Select(plan =>
            Space.Select(parameter => plan[parameter.Name] is { } value ? parameter.Distribution.ToUnit(value) : double.NaN).ToArray())];
        Planned = number;
        Seed = study.Seed;
        Random = new Generator(study.Seed).Split((ulong)number).Split((ulong)redraw);
    }

    /// <summary>The trial whose parameters are to be chosen.</summary>
    public int Number { get; }

    /// <summary>How many trials before it were not enqueued or added, but chosen by the sampler.</summary>
    public int Planned { get; init; }

    /// <summary>How many choices for this trial were turned down because another trial had the same parameters.</summary>
    public int Redraw { get; }

    /// <summary>
    /// The parameters to choose: those that any visible trial asked for, in the order of their first appearance, each with all
    /// values that one of these trials could have had.
    /// </summary>
    public IReadOnlyList<Parameter> Space { get; }

    /// <summary>The trials that the choice may depend on, by number: the first ones of the study, all ended.</summary>
    public IReadOnlyList<FrozenTrial> Trials => history.Trials;

    /// <summary>
    /// The points planned for the trials between those that are visible and this one, whose values are not known: one
    /// coordinate for each parameter of the space, NaN where there is no plan.
    /// </summary>
    public IReadOnlyList<double[]> Pending { get; }

    /// <summary>One an objective.</summary>
    public IReadOnlyList<StudyDirection> Directions { get; }

    /// <summary>How many consecutive trials may be under way at once.</summary>
    public int Window { get; }

    /// <summary>The study's seed.</summary>
    public ulong Seed { get; }

    /// <summary>Random numbers for this choice alone.</summary>
    public Generator Random { get; }

    /// <summary>
    /// Where the trials lie along a parameter, as its range is in the space: one place of the unit interval a trial, NaN where
    /// it did not ask for the parameter.
    /// </summary>
    /// <param name="name">The parameter.</param>
    public ReadOnlySpan<double> Units(string name) => CollectionsMarshal.AsSpan(history.Units(name));

    /// <summary>A value as something to be made small.</summary>
    /// <param name="value">The value.</param>
    /// <param name="objective">Which objective.</param>
    public double Loss(double value, int objective = 0) => Directions[objective] == StudyDirection.Minimize ? value : -value;
}

/// <summary>
/// The ended trials that the next choice may depend on, arranged for samplers. It only grows, and with it the ranges of
/// parameters whose range varies.
/// </summary>
internal sealed class SearchHistory
{
    private readonly Dictionary<string, List<double>> units = [];
    private readonly List<Parameter> space = [];
    private int rows;

    internal ArraySegment<FrozenTrial> Trials { get; private set; } = ArraySegment<FrozenTrial>.Empty;

    /// <summary>Every parameter asked for so far, in the order of first appearance, with all values that it could have had.</summary>
    internal IReadOnlyList<Parameter> Space => space;

    internal List<double> Units(string name) => units[name];

    /// <summary>The range of a parameter of the space.</summary>
    internal Distribution Range(string name) => space.Find(parameter => parameter.Name == name)!.Distribution;

    /// <summary>Takes in the trials that are new among <paramref name="trials"/>.</summary>
    internal void Advance(ArraySegment<FrozenTrial> trials, Action<FrozenTrial> onNew)
    {
        foreach (FrozenTrial trial in trials[Trials.Count..])
        {
            Include(trial.Set, trials[..rows]);
            foreach ((Parameter parameter, double value) in trial.Set.Entries)
                units[parameter.Name].Add(Range(parameter.Name).UnitOf(parameter.Distribution, value));
            foreach (List<double> column in units.Values)
            {
                if (column.Count == rows) column.Add(double.NaN);
            }

            rows++;
            onNew(trial);
        }

        Trials = trials;
    }

    /// <summary>Widens the space by parameters that are new, and by values that are.</summary>
    /// <param name="set">The parameters.</param>
    /// <param name="before">The trials that were taken in before.</param>
    internal void Include(ParameterSet set, ArraySegment<FrozenTrial> before)
    {
        foreach ((Parameter parameter, double _) in set.Entries)
        {
            int place = space.FindIndex(known => known.Name == parameter.Name);
            if (place < 0)
            {
                units[parameter.Name] = [.. Enumerable.Repeat(double.NaN, rows)]; // the trials before did not ask for it
                space.Add(parameter);
                continue;
            }

            Distribution known = space[place].Distribution;
            if (ReferenceEquals(known, parameter.Distribution)) continue;
            Distribution joined = known.Joined(parameter.Distribution);
            if (joined.Equals(known)) continue;
            space[place] = parameter with { Distribution = joined };
            units[parameter.Name] = [.. before.Select(trial => trial.Set.Find(parameter.Name) is { } own
                ? joined.UnitOf(own, trial.Set[parameter.Name]!.Value)
                : double.NaN)];
        }
    }
}

/// <summary>What some trials searched, for figures and measures of them all together.</summary>
internal static class SearchSpace
{
    /// <summary>
    /// Every parameter that a trial asked for, in the order of first appearance, with all values that it could have had; and
    /// the trials with their values in these ranges.
    /// </summary>
    internal static (Parameter[] Parameters, FrozenTrial[] Trials) Of(IReadOnlyList<FrozenTrial> trials)
    {
        Dictionary<string, Parameter> space = [];
        bool varies = false;
        foreach ((Parameter parameter, double _) in trials.SelectMany(trial => trial.Set.Entries))
        {
            Distribution? known = space.GetValueOrDefault(parameter.Name)?.Distribution;
            if (ReferenceEquals(known, parameter.Distribution)) continue;
            space[parameter.Name] = known is null ? parameter : parameter with { Distribution = known.Joined(parameter.Distribution) };
            varies |= known is not null;
        }

        return ([.. space.Values], varies ? [.. trials.Select(trial => trial.In(name => space[name]))] : [.. trials]);
    }
}

/// <summary>Tells values that are far worse than all others, as of trials that diverged, from merely bad ones.</summary>
internal static class Fence
{
    internal const double Width = 15; // so many times as far from the best as the trial that three of four beat

    /// <summary>The worst loss that is not far worse than most.</summary>
    /// <param name="losses">At least one.</param>
    /// <param name="width">How much farther from the best it may be than the trial that three of four beat.</param>
    internal static double Worst(IEnumerable<double> losses, double width = Width)
    {
        double[] sorted = [.. losses.Order()];
        double most = width * (sorted[3 * sorted.Length / 4] - sorted[0]);
        return most > 0 ? Array.FindLast(sorted, loss => loss - sorted[0] <= most) : sorted[^1];
    }
}
