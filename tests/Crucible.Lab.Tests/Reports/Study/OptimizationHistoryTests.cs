using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class OptimizationHistoryTests
{
    private static readonly FrozenTrial[] Trials =
        [Complete(0, 5), Pruned(1, [9, 7]), Complete(2, 3), Failed(3), Complete(4, 4), Complete(5, 3), Pruned(6, [])];

    [Fact]
    public void History_Minimize_StepsDown()
    {
        StudyView study = Minimized(Trials);
        OptimizationHistory history = OptimizationHistory.Of(study, study.Objectives[0]);
        Assert.Equal([(0, 5), (2, 3), (4, 4), (5, 3)], history.Complete);
        Assert.Equal([(1, 7)], history.Pruned); // trial 6 was pruned before a report, and has no value
        Assert.Equal([3], history.Failed);
        Assert.Equal([(0, 5), (2, 3), (6, 3)], history.Best);
        Assert.Equal((2, 3, 4), history.Last(7)); // the first of two equal ones; 3, 4, 5 and 6 came after it
    }

    [Fact]
    public void History_Maximize_StepsUp()
    {
        StudyView study = Maximized(Trials);
        Assert.Equal([(0, 5), (6, 5)], OptimizationHistory.Of(study, study.Objectives[0]).Best);
    }

    [Fact]
    public void History_Says_WhatCameOut()
    {
        Panel panel = OptimizationHistory.Draw(Minimized(Trials));
        // The axis is that of the complete trials' values, 3 to 5: the pruned one with 7 is not in view.
        Assert.Equal(
            "The best value, 3, came from trial 2, 4 trials before the end. Of 7 trials 2 were pruned and 1 failed. 1 value lies beyond the edge, above 5.",
            panel.Variants[0].Says);
        Assert.Equal(
            ["complete", "pruned, last report", "failed", "best so far"],
            panel.Variants[0].Figure.Data.Select(trace => (string?)trace["name"]));
    }

    [Fact]
    public void History_SingleTrial_IsAPoint()
    {
        Panel panel = OptimizationHistory.Draw(Minimized(Complete(0, 2)));
        Assert.Equal("The best value, 2, came from trial 0, the last one.", panel.Variants[0].Says);
        Assert.Equal("[0]", panel.Variants[0].Figure.Data[^1]["x"]!.ToJsonString());
        Assert.Equal("[1.8,2.2]", panel.Variants[0].Figure.Layout["yaxis"]!["range"]!.ToJsonString()); // 2 less and more a tenth
    }

    [Fact]
    public void History_NothingComplete_IsLeftOut()
    {
        Assert.Equal("No trial has ended.", OptimizationHistory.Draw(Minimized()).Reason);
        Assert.Equal("No trial is complete.", OptimizationHistory.Draw(Minimized(Failed(0), Failed(1))).Reason);
        Assert.Empty(OptimizationHistory.Draw(Minimized()).Variants);
    }

    [Fact]
    public void History_ADivergedTrial_LiesBeyondTheEdge()
    {
        // The trial that three of four beat has 4, 3 more than the best: 15 · 3 = 45 more than the best is in view, 1e9
        // is not.
        StudyView study = Minimized(Complete(0, 1), Complete(1, 2), Complete(2, 3), Complete(3, 4), Complete(4, 1e9));
        Panel panel = OptimizationHistory.Draw(study);
        Assert.Equal("[0.85,4.15]", panel.Variants[0].Figure.Layout["yaxis"]!["range"]!.ToJsonString()); // 0.05 · 3 beyond 1 and 4
        Assert.EndsWith(" 1 value lies beyond the edge, above 4.", panel.Variants[0].Says, StringComparison.Ordinal);
    }

    [Fact]
    public void History_TenThousandTrials_AreDrawnByTheGraphicsCard()
    {
        StudyView study = Minimized([.. Enumerable.Range(0, 10000).Select(i => Complete(i, 10000 - i))]);
        Assert.Equal("scattergl", (string?)OptimizationHistory.Draw(study).Variants[0].Figure.Data[0]["type"]);
    }

    [Fact]
    public void History_TwoObjectives_HasAVariantForEach()
    {
        StudyView study =
            new("study", [StudyDirection.Minimize, StudyDirection.Maximize], [Many(0, 1, 2), Many(1, 3, 4)], ["error", "accuracy"]);
        Panel panel = OptimizationHistory.Draw(study);
        Assert.Equal(["error", "accuracy"], Assert.Single(panel.Choices).Options);
        Assert.Equal(
            ["The best error, 1, came from trial 0, 1 trial before the end.", "The best accuracy, 4, came from trial 1, the last one."],
            panel.Variants.Select(variant => variant.Says));
        Assert.Equal(
            ["Optimization history: error", "Optimization history: accuracy"], panel.Variants.Select(variant => variant.Figure.Title));
    }
}
