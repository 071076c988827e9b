using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class EmpiricalDistributionTests
{
    [Fact]
    public void Distribution_Shares_AreOfTrialsAtOrBelow()
    {
        StudyView study = Minimized(Complete(0, 3), Complete(1, 1), Failed(2), Complete(3, 3), Complete(4, 2), Pruned(5, [0]));
        EmpiricalDistribution distribution = EmpiricalDistribution.Of(study, study.Objectives[0]);
        Assert.Equal([1, 2, 3], distribution.Values);
        Assert.Equal([0.25, 0.5, 1], distribution.Shares);
        Assert.Equal(2.5, distribution.Median); // between 2 and 3, the middle ones of 1 2 3 3
    }

    [Fact]
    public void Distribution_ManyTrials_KeepsItsShape()
    {
        StudyView study = Minimized([.. Enumerable.Range(0, 10000).Select(i => Complete(i, i))]);
        EmpiricalDistribution distribution = EmpiricalDistribution.Of(study, study.Objectives[0]);
        Assert.Equal(500, distribution.Values.Count);
        Assert.Equal((0, 9999), (distribution.Values[0], distribution.Values[^1]));
        Assert.All(distribution.Values.Zip(distribution.Shares), step => Assert.Equal((step.First + 1) / 10000, step.Second));
    }

    [Fact]
    public void Chart_OfSeveralStudies_ComparesThem()
    {
        StudyView tpe = new("tpe", [StudyDirection.Maximize], [Complete(0, 4), Complete(1, 6)]);
        StudyView random = new("random", [StudyDirection.Maximize], [Complete(0, 1), Complete(1, 2), Complete(2, 3)]);
        StudyView empty = new("empty", [StudyDirection.Maximize], [Failed(0)]);
        Panel panel = EmpiricalDistribution.Draw(tpe, [random, empty]);
        Assert.Equal(
            "Half of the complete trials reach 5 or more in tpe and 2 in random. The further right a curve lies, the better the search was.",
            panel.Variants[0].Says);
        Assert.Equal(["tpe", "random"], panel.Variants[0].Figure.Data.Select(trace => (string?)trace["name"]));
        Assert.Equal("[4,4,6]", panel.Variants[0].Figure.Data[0]["x"]!.ToJsonString());
        Assert.Equal("[0,50,100]", panel.Variants[0].Figure.Data[0]["y"]!.ToJsonString());
    }
}
