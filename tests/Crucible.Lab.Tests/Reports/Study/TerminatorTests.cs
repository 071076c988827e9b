using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class TerminatorTests
{
    [Fact]
    public void Terminator_NotDefined_SaysWhy()
    {
        Assert.Equal("It takes 20 complete trials, and there are 1.", Terminator.Draw(Minimized(Complete(0, 1, (X, 0.5)))).Reason);
        Assert.Equal(
            "The trials have no parameters.", Terminator.Draw(Minimized([.. Enumerable.Range(0, 20).Select(i => Complete(i, i))])).Reason);
        Assert.Equal(
            "It is defined for one objective.",
            Terminator.Draw(new StudyView("study", [StudyDirection.Minimize, StudyDirection.Minimize], [Many(0, 1, 2)])).Reason);
        Assert.Equal(
            "All trials have the same value.",
            Terminator.Draw(Minimized([.. Enumerable.Range(0, 30).Select(i => Complete(i, 1, (X, i / 30.0)))])).Reason);
    }

    [Fact]
    public void Terminator_ConditionalParameters_AreNoObstacle()
    {
        StudyView study = Minimized([.. Enumerable.Range(0, 40).Select(i =>
            i % 3 == 0 ? Complete(i, i / 40.0, (Kind, 0), (X, i / 40.0)) : Complete(i, i / 50.0, (Kind, i % 3), (Depth, 1 + (i % 4))))]);
        Variant drawn = Terminator.Draw(study).Variants[0];
        Assert.Equal(["at most to be gained", "error of an evaluation"], drawn.Figure.Data.Select(trace => (string?)trace["name"]));
        Assert.Equal(12, drawn.Figure.Data[0]["y"]!.AsArray().Count);
        Assert.All(drawn.Figure.Data[0]["y"]!.AsArray(), bound => Assert.True((double)bound! >= 0));
    }
}
