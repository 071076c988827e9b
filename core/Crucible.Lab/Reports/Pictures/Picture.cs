namespace Crucible.Lab.Reports.Pictures;

/// <summary>One kind of picture of a study: a chart for each thing that the reader may choose to see, or the reason why there is none.</summary>
internal sealed class Picture
{
    private Picture(string title, IReadOnlyList<Choice> choices, IReadOnlyList<Variant> variants, string? reason) =>
        (Title, Choices, Variants, Reason) = (title, choices, variants, reason);

    internal string Title { get; }

    /// <summary>What the reader can choose; nothing when there is one variant.</summary>
    internal IReadOnlyList<Choice> Choices { get; }

    /// <summary>The first is shown at first.</summary>
    internal IReadOnlyList<Variant> Variants { get; }

    /// <summary>A sentence that says why nothing is drawn.</summary>
    internal string? Reason { get; }

    /// <summary>Whether it takes the whole width of the page.</summary>
    internal bool IsWide { get; private init; }

    internal Picture Wide() => new(Title, Choices, Variants, Reason) { IsWide = true };

    internal static Picture LeftOut(string title, string reason) => new(title, [], [], reason);

    internal static Picture Drawn(string title, Chart chart, string says) => new(title, [], [Variant.Of([], title, chart, says)], null);

    /// <summary>A picture with a variant for each objective.</summary>
    internal static Picture ByObjective(string title, StudyView study, Func<Objective, (Chart Chart, string Says)> draw) =>
        Chosen(title, [new Choice("of", [.. study.Objectives.Select(objective => objective.Name)])], study.Objectives.Select(objective =>
        {
            (Chart chart, string says) = draw(objective);
            return (new[] { objective.Name }, chart, says);
        }));

    /// <summary>A picture with several variants; a choice with a single option is none.</summary>
    internal static Picture Chosen(string title, IReadOnlyList<Choice> choices, IEnumerable<(string[] Picks, Chart Chart, string Says)> variants)
    {
        int[] real = [.. Enumerable.Range(0, choices.Count).Where(i => choices[i].Options.Count > 1)];
        return new Picture(
            title, [.. real.Select(i => choices[i])],
            [.. variants.Select(variant => Variant.Of([.. real.Select(i => variant.Picks[i])], title, variant.Chart, variant.Says))], null);
    }
}

/// <summary>Something that the reader can choose.</summary>
/// <param name="Label">What stands before the options.</param>
/// <param name="Options">What can be chosen.</param>
internal sealed record Choice(string Label, IReadOnlyList<string> Options);

/// <summary>What is seen under some choices.</summary>
/// <param name="Picks">One option for each choice.</param>
/// <param name="Chart">The chart.</param>
/// <param name="Says">What it shows of this study, in words.</param>
internal sealed record Variant(IReadOnlyList<string> Picks, Chart Chart, string Says)
{
    internal static Variant Of(IReadOnlyList<string> picks, string title, Chart chart, string says) =>
        new(picks, chart.WithTitle(picks.Count == 0 ? title : $"{title}: {string.Join(", ", picks)}"), says);
}
