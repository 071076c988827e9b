using System.Runtime.InteropServices;
using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>What the choice of a trial's parameters may depend on.</summary>
public sealed class SamplerContext
{
    private readonly SearchHistory history;

    internal SamplerContext(SearchHistory history, StudyDefinition study, int number, int redraw, IReadOnlyList<ParameterSet> pending)
    {
        this.history = history;
        (Directions, Window, Number, Redraw, Space) = (study.Directions, study.Window, number, redraw, history.Space);
        Pending = [.. pending.Select(plan => Space.Select(parameter => plan[parameter.Name] is { } value ? parameter.Distribution.ToUnit(value) : double.NaN).ToArray())];
        Seed = study.Seed;
        Random = new Generator(study.Seed).Split((ulong)number).Split((ulong)redraw);
    }

    /// <summary>The trial whose parameters are to be chosen.</summary>
    public int Number { get; }

    /// <summary>How many choices for this trial were turned down because another trial had the same parameters.</summary>
    public int Redraw { get; }

    /// <summary>The parameters to choose: those that any visible trial asked for, in the order of their first appearance.</summary>
    public IReadOnlyList<Parameter> Space { get; }

    /// <summary>The trials that the choice may depend on, by number: the first ones of the study, all ended.</summary>
    public IReadOnlyList<FinishedTrial> Trials => history.Trials;

    /// <summary>
    /// The points planned for the trials between those that are visible and this one, whose values are not known: one coordinate for each parameter of the space, NaN where there is no plan.
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

    /// <summary>Where the trials lie along a parameter: one place of the unit interval a trial, NaN where it did not ask for the parameter.</summary>
    /// <param name="name">The parameter.</param>
    public ReadOnlySpan<double> Units(string name) => CollectionsMarshal.AsSpan(history.Units(name));

    /// <summary>A value as something to be made small.</summary>
    /// <param name="value">The value.</param>
    /// <param name="objective">Which objective.</param>
    public double Loss(double value, int objective = 0) => Directions[objective] == StudyDirection.Minimize ? value : -value;
}
