namespace Crucible.Lab.Studies;

/// <summary>What a box of the search space covers of one parameter: an interval of its unit coordinate, or some of its choices.</summary>
internal readonly record struct Side(double Low, double High, bool[]? Choices)
{
    /// <summary>All of a parameter.</summary>
    internal static Side Whole(Distribution distribution) =>
        new(0, 1, distribution is CategoricalDistribution categorical ? [.. Enumerable.Repeat(true, categorical.Choices.Count)] : null);

    /// <summary>Its share of the parameter's whole.</summary>
    internal double Share => Choices is null ? High - Low : (double)Choices.Count(isIn => isIn) / Choices.Length;

    /// <summary>Whether it holds a unit coordinate: its lower end and not its upper, but for the end of the parameter.</summary>
    internal bool Contains(double unit) => Choices is null ? unit >= Low && (unit < High || High == 1) : Choices[Choice(unit, Choices.Length)];

    /// <summary>The choice that a unit coordinate stands for.</summary>
    internal static int Choice(double unit, int count) => Math.Clamp((int)(unit * count), 0, count - 1);
}
