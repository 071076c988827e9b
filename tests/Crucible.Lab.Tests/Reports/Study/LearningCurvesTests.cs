using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class LearningCurvesTests
{
    private static FrozenTrial Whole(int number, params double[] reports) => Of(number, TrialState.Complete, [reports[^1]], [], reports);

    [Fact]
    public void Curves_Pruned_SayWhatWasSaved()
    {
        StudyView study = Minimized(Whole(0, 9, 8, 7, 6), Pruned(1, [12]), Whole(2, 7, 6, 5, 4), Pruned(3, [11, 10]), Complete(4, 1));
        LearningCurves curves = LearningCurves.From(study, study.Objectives[0]);
        Assert.Equal([0, 1, 2, 3], curves.Shown.Select(trial => trial.Number)); // trial 4 reported nothing
        Assert.Equal((2, 4, 4), (curves.Best, curves.Of, curves.Whole));
        Assert.Equal(1.5, curves.PrunedAfter); // 1 and 2 reports
        Assert.Equal(5.0 / 16, curves.Saved); // 3 and 2 of 16 that four whole trials make; 11 were made

        Variant drawn = LearningCurves.Draw(study).Variants[0];
        Assert.Equal("2 trials were pruned, after 1.5 of 4 reports in the mean, which saved 31 % of all reports.", drawn.Says);
        Assert.Equal(["complete", "pruned", "best"], drawn.Figure.Data.Select(trace => (string?)trace["name"]));
        Assert.Equal("[0,null,0,1,null]", drawn.Figure.Data[1]["x"]!.ToJsonString()); // two curves with a gap after each
        Assert.Equal("[1,null,3,3,null]", drawn.Figure.Data[1]["customdata"]!.ToJsonString());
    }

    [Fact]
    public void Curves_Maximize_BestIsTheLargest()
    {
        StudyView study = Maximized(Whole(0, 1, 2), Whole(1, 1, 3));
        Assert.Equal(1, LearningCurves.From(study, study.Objectives[0]).Best);
    }

    [Fact]
    public void Curves_ManyTrials_ShowTheBestAndAnEvenChoice()
    {
        StudyView study = Minimized([.. Enumerable.Range(0, 1000).Select(i => Whole(i, 2000 - i, 1000 - i))]);
        LearningCurves curves = LearningCurves.From(study, study.Objectives[0]);
        Assert.Equal((150, 1000, 999), (curves.Shown.Count, curves.Of, curves.Best));
        Assert.Equal(20, curves.Shown.Count(trial => trial.Number >= 980)); // all of the best 20
    }

    [Fact]
    public void Curves_WithoutReports_AreLeftOut()
    {
        Assert.Equal("No trial reported a value on its way.", LearningCurves.Draw(Minimized(Complete(0, 1))).Reason);
        StudyView two = new("study", [StudyDirection.Minimize, StudyDirection.Minimize], [Many(0, 1, 2)]);
        Assert.Equal("Trials with several objectives report no values that could be compared with these.", LearningCurves.Draw(two).Reason);
    }
}
