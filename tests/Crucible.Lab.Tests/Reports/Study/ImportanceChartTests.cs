using Crucible.Lab.Reports;
using Xunit;
using static Crucible.Lab.Tests.Reports.Ended;

namespace Crucible.Lab.Tests.Reports;

public sealed class ImportanceChartTests
{
    [Fact]
    public void Importance_Chart_SaysWhatMatters()
    {
        StudyView study =
            Minimized([.. Enumerable.Range(0, 100).Select(i => Complete(i, i % 10, (X, i % 10 / 10.0), (Depth, 1 + (i / 25))))]);
        Variant drawn = ImportanceBars.Draw(study).Variants[0];
        Assert.Equal("[\"layers\",\"x\"]", drawn.Figure.Data[0]["y"]!.ToJsonString()); // drawn from below: the largest on top
        Assert.Equal(
            "x explains 100 % of the variance, layers 0 %; 0 % is the work of several together (grey bars: pairs). The shares are those of a random forest, which predicts unseen trials with R² 1.00.",
            drawn.Says);
    }

    [Fact]
    public void Importance_TooFewTrials_IsLeftOut()
    {
        Assert.Equal("It takes 8 complete trials, and there are 1.", ImportanceBars.Draw(Minimized(Complete(0, 1, (X, 0.5)))).Reason);
        Assert.Equal(
            "The trials have no parameters.",
            ImportanceBars.Draw(Minimized([.. Enumerable.Range(0, 8).Select(i => Complete(i, i))])).Reason);
    }
}
