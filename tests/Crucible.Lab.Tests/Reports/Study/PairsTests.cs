using Crucible.Lab.Reports;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class PairsTests
{
    [Fact]
    public void Ranks_EqualLosses_ShareTheirPlaces()
    {
        Assert.Equal([0.25, 1, 0.25, 0.75, 0.25], Rank.Of([1, 9, 1, 5, 1])); // 1 1 1 have the places 0 1 2 of 0 … 4
        Assert.Equal([0], Rank.Of([7]));
        Assert.Empty(Rank.Of([]));
    }

    [Fact]
    public void Landscape_BetweenTwoTrials_IsTheirMean()
    {
        StudyView study = Minimized(Complete(0, 2, (X, 0.25), (Y, 0.5)), Complete(1, 6, (X, 0.75), (Y, 0.5)));
        Contour contour = Contour.Of(study.Complete, ValueRange.Of(study.Objectives[0], [2, 6]), X, Y);
        Assert.Equal((0.5, 0.5), (contour.Across[12], contour.Up[12]));
        Assert.Equal(4, contour.Values[12][12], 12); // as far from the one as from the other
        // The width is 0.29 · 2^(−1/6) = 0.2584. At x = 0 the squared distances are 0.0625 and 0.5625, over twice the
        // width's square 0.1335: weights e^−0.468 and e^−4.213.
        double near = Math.Exp(-0.0625 / (2 * 0.2584 * 0.2584)), far = Math.Exp(-0.5625 / (2 * 0.2584 * 0.2584));
        Assert.Equal(((2 * near) + (6 * far)) / (near + far), contour.Values[12][0], 3);
        Assert.False(double.IsNaN(contour.Values[0][6])); // 0.5 below a trial: 1.9 widths
        // 0.75 away: 2.6 widths of 0.29
        Assert.True(double.IsNaN(Contour.Of([study.Complete[0]], ValueRange.Of(study.Objectives[0], [2]), X, Y).Values[12][24]));
    }

    [Fact]
    public void Landscape_Choices_DoNotMix()
    {
        StudyView study = Minimized(Complete(0, 2, (X, 0.5), (Kind, 0)), Complete(1, 6, (X, 0.5), (Kind, 2)));
        Contour contour = Contour.Of(study.Complete, ValueRange.Of(study.Objectives[0], [2, 6]), X, Kind);
        Assert.Equal([0, 1, 2], contour.Up);
        Assert.Equal([2, double.NaN, 6], contour.Values.Select(row => row[12]));
    }

    [Fact]
    public void Contour_ConditionalParameter_UsesTrialsThatHaveBoth()
    {
        StudyView study = Minimized(Complete(0, 2, (X, 0.5), (Y, 0.5)), Complete(1, 6, (X, 0.1)), Complete(2, 1, (Depth, 2)));
        Panel panel = Contour.Draw(study);
        Assert.Equal(
            ["x × y", "x × layers", "y × layers"],
            panel.Choices[0].Options.Order(StringComparer.Ordinal).OrderBy(pair => pair.EndsWith("layers", StringComparison.Ordinal))
                .ThenBy(pair => pair, StringComparer.Ordinal));
        Variant together = panel.Variants.Single(variant => variant.Picks[0] == "x × y");
        Assert.Equal("[0]", together.Figure.Data[1]["customdata"]!.ToJsonString());
        Assert.StartsWith("Trials around x 0.5 and y 0.5 were best, 2 in the mean.", together.Says, StringComparison.Ordinal);
        Assert.Equal(
            "No complete trial asked for both x and layers.", panel.Variants.Single(variant => variant.Picks[0] == "x × layers").Says);
    }

    [Fact]
    public void Pairs_OfOneParameter_AreLeftOut()
    {
        Assert.Equal("The trials have one parameter only, and it takes two.", Contour.Draw(Minimized(Complete(0, 1, (X, 0.5)))).Reason);
        Assert.Equal("No trial is complete.", Rank.Draw(Minimized(Failed(0))).Reason);
    }

    [Fact]
    public void Rank_Maximize_BestIsZero()
    {
        StudyView study =
            Maximized(Complete(0, 1, (X, 0.1), (Y, 0.2)), Complete(1, 9, (X, 0.3), (Y, 0.4)), Complete(2, 5, (X, 0.5), (Y, 0.6)));
        Variant drawn = Rank.Draw(study).Variants[0];
        Assert.Equal("[1,0,0.5]", drawn.Figure.Data[0]["marker"]!["color"]!.ToJsonString());
        Assert.Equal("The best tenth of the trials has x 0.3, and y 0.4.", drawn.Says);
    }

    [Fact]
    public void Parallel_MissingAndLogarithmic_HaveTheirPlaces()
    {
        StudyView study = Minimized(
            Complete(0, 3, (Rate, 1e-4), (Kind, 1)), Complete(1, 1, (Rate, 1), (Kind, 2), (X, 0.2)),
            Complete(2, 2, (Rate, 1e-2), (Kind, 0), (X, 0.6)));
        ParallelCoordinates lines = ParallelCoordinates.Of(study, study.Objectives[0]);
        Assert.Equal([0, 2, 1], lines.Shown.Trials.Select(trial => trial.Number)); // the worst first
        ParallelAxis rate = lines.Axes.Single(axis => axis.Name == "rate");
        Assert.Equal([-4, -2, 0], rate.Places);
        Assert.Equal([(-4, "0.0001"), (-3, "0.001"), (-2, "0.01"), (-1, "0.1"), (0, "1")], rate.Ticks);
        ParallelAxis kind = lines.Axes.Single(axis => axis.Name == "kind");
        Assert.Equal([1, 0, 2], kind.Places);
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], kind.Ticks);
        ParallelAxis x = lines.Axes.Single(axis => axis.Name == "x");
        Assert.Equal(0.2 - (0.15 * 0.4), x.Places[0], 12); // below the axis: not asked
        Assert.Equal("not asked", x.Ticks[0].Text);
        Assert.Equal([0.6, 0.2], x.Places.Skip(1));
    }
}
