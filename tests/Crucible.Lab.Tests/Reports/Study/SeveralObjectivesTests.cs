using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class SeveralObjectivesTests
{
    private static readonly StudyView Two = new(
        "study", [StudyDirection.Minimize, StudyDirection.Maximize],
        [Many(0, 4, 1), Many(1, 1, 2), Failed(2), Many(3, 2, 3), Many(4, 3, 3), Many(5, 3, 5)], ["error", "accuracy"]);

    [Fact]
    public void Front_MixedDirections_IsWhatNoOtherBeats()
    {
        ParetoFront front = ParetoFront.Of(Two);
        Assert.Equal([1, 3, 5], front.Front.Select(trial => trial.Number)); // error 1 2 3, accuracy 2 3 5
        Assert.Equal([0, 4], front.Beaten.Trials.Select(trial => trial.Number));
    }

    [Fact]
    public void FrontChart_TwoObjectives_IsAPlaneWithAnEdge()
    {
        Variant drawn = ParetoFront.Draw(Two).Variants[0];
        Assert.Equal(
            "3 trials of 5 are beaten by no other in both objectives at once. The best of each: error 1 (trial 1) and accuracy 5 (trial 5).",
            drawn.Says);
        Assert.Equal("[1,2,3]", drawn.Figure.Data[1]["x"]!.ToJsonString());
        Assert.Equal("[2,3,5]", drawn.Figure.Data[1]["y"]!.ToJsonString());
        Assert.Equal("hv", (string?)drawn.Figure.Data[1]["line"]!["shape"]); // with an error below 2 the accuracy is still 2
    }

    [Fact]
    public void FrontChart_ThreeObjectives_IsInSpace()
    {
        StudyDirection[] directions = [StudyDirection.Minimize, StudyDirection.Minimize, StudyDirection.Minimize];
        Variant drawn =
            ParetoFront.Draw(new StudyView("study", directions, [Many(0, 1, 1, 1), Many(1, 2, 2, 2), Many(2, 3, 0, 3)])).Variants[0];
        Assert.All(drawn.Figure.Data, trace => Assert.Equal("scatter3d", (string?)trace["type"]));
        Assert.Equal("[0,2]", drawn.Figure.Data[1]["customdata"]!.ToJsonString());
        Assert.Equal("objective 3", (string?)drawn.Figure.Layout["scene"]!["zaxis"]!["title"]!["text"]);
        Assert.StartsWith("2 trials of 3 are beaten by no other in all three objectives at once.", drawn.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void FrontChart_OneOrFourObjectives_IsLeftOut()
    {
        Assert.Equal("The study has one objective.", ParetoFront.Draw(Minimized(Complete(0, 1))).Reason);
        StudyView four = new("study", [.. Enumerable.Repeat(StudyDirection.Minimize, 4)], [Many(0, 1, 2, 3, 4)]);
        Assert.Equal("The study has 4 objectives, and a panel at most three axes.", ParetoFront.Draw(four).Reason);
    }

    [Fact]
    public void Hypervolume_History_GrowsWithTheFront()
    {
        HypervolumeHistory history = HypervolumeHistory.Of(Two);
        Assert.Equal([4, 1], history.Reference); // the worst error and the worst accuracy
        // Error below 4 times accuracy above 1: trial 0 is the reference itself; trial 1 has (4 − 1) · (2 − 1) = 3;
        // trial 3 adds (4 − 2) · 1; trial 4 nothing; trial 5 adds (4 − 3) · 2.
        Assert.Equal([(0, 0), (1, 3), (3, 5), (5, 7)], history.Points);
        Assert.Equal(
            "95 % of the final volume, 7, was reached with trial 5; it last grew with trial 5. It is counted from error 4 and accuracy 1.",
            HypervolumeHistory.Draw(Two).Variants[0].Says);
    }

    [Fact]
    public void Hypervolume_SingleTrial_IsNothing()
    {
        StudyView study = new("study", [StudyDirection.Minimize, StudyDirection.Minimize], [Many(0, 1, 2)]);
        Assert.Equal([(0, 0)], HypervolumeHistory.Of(study).Points);
        Assert.Equal(
            "No trial is better than the worst value in every objective (objective 1 1 and objective 2 2), so the volume is 0.",
            HypervolumeHistory.Draw(study).Variants[0].Says);
    }

    [Fact]
    public void ObjectiveNames_OfAnotherNumber_AreAClearError()
    {
        OptionException error = Assert.Throws<OptionException>(() => new StudyView("study", [StudyDirection.Minimize], [], ["a", "b"]));
        Assert.Equal("report.study: objectives must have one name for each of the 1 directions, but has 2", error.Message);
    }
}
