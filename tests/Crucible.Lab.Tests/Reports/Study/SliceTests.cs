using Crucible.Lab.Reports;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class SliceTests
{
    [Fact]
    public void Slice_OfSomeTrials_HasThoseThatAskedForIt()
    {
        StudyView study = Minimized(
            Complete(0, 5, (X, 0.1)), Complete(1, 4, (X, 0.2), (Rate, 0.01)), Complete(2, 3, (Rate, 0.1)), Pruned(3, [1], (Rate, 1)));
        Slice slice = Slice.Of(study, study.Objectives[0], Rate);
        Assert.Equal([1, 2], slice.Shown.Trials.Select(trial => trial.Number));
        Assert.Equal([0.1], slice.Best); // a tenth of 2 trials is 1
        Assert.Equal("The best trial has rate 0.1.", slice.Says());
    }

    [Fact]
    public void Slice_Maximize_TakesTheLargest()
    {
        StudyView study = Maximized([.. Enumerable.Range(0, 30).Select(i => Complete(i, i, (X, i / 100.0)))]);
        Slice slice = Slice.Of(study, study.Objectives[0], X);
        Assert.Equal([0.29, 0.28, 0.27], slice.Best);
        Assert.Equal("The best 3 trials of 30 have x from 0.27 to 0.29.", slice.Says());
    }

    [Fact]
    public void Slice_OfChoices_CountsThem()
    {
        StudyView study = Minimized([.. Enumerable.Range(0, 30).Select(i => Complete(i, i, (Kind, i % 2)))]);
        Assert.Equal("The best 3 trials of 30 have kind a (2) and b (1).", Slice.Of(study, study.Objectives[0], Kind).Says());
    }

    [Fact]
    public void SliceChart_Axes_AreThoseOfTheSearch()
    {
        StudyView study =
            Minimized([.. Enumerable.Range(0, 10).Select(i => Complete(i, i, (Rate, Math.Pow(10, -i / 3.0)), (Kind, i % 3)))]);
        Panel panel = Slice.Draw(study);
        Chart(panel, "rate", out string rate);
        Chart(panel, "kind", out string kind);
        Assert.Contains("\"type\":\"log\"", rate, StringComparison.Ordinal);
        Assert.Contains("\"categoryarray\":[\"a\",\"b\",\"c\"]", kind, StringComparison.Ordinal);

        static void Chart(Panel panel, string name, out string axis) =>
            axis = panel.Variants.Single(variant => variant.Picks[0] == name).Figure.Layout["xaxis"]!.ToJsonString();
    }

    [Fact]
    public void SliceChart_WithoutParameters_IsLeftOut() =>
        Assert.Equal("The trials have no parameters.", Slice.Draw(Minimized(Complete(0, 1))).Reason);

    [Fact]
    public void Thinned_ManyTrials_KeepsTheBestAndAnEvenChoice()
    {
        StudyView study = Minimized([.. Enumerable.Range(0, 100).Select(i => Complete(i, (i + 50) % 100))]);
        Thinned thinned = Thinned.From(study.Complete, study.Objectives[0], most: 8);
        // The best quarter, 2: trials 50 and 51 with 0 and 1. Of the other 98 every 98 / 6th: 0, 16, 32, 49, then 65
        // and 81, which with two taken out before them are 67 and 83.
        Assert.Equal([0, 16, 32, 49, 50, 51, 67, 83], thinned.Trials.Select(trial => trial.Number));
        Assert.Equal(" Drawn are 8 of 100 trials, the best among them.", thinned.Says());
        Assert.Equal("", Thinned.From(study.Complete, study.Objectives[0], most: 100).Says());
    }
}
