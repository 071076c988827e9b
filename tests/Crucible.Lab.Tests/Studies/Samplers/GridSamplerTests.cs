using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class GridSamplerTests : SamplerConformance
{
    protected override bool IsEndless => false;

    protected override Sampler Create() => new GridSampler();

    [Fact]
    public void Grid_Levels_VisitsEveryCombinationInOrder()
    {
        using Study study = Toy.InMemory(new GridSampler { Levels = 3 }, workers: 4);
        study.Optimize(1000, trial => trial.SuggestFloat("x", 1, 100, log: true) + trial.SuggestInt("n", 1, 2));
        Assert.Equal(
            [(1, 1), (10, 1), (100, 1), (1, 2), (10, 2), (100, 2)],
            study.Trials.Select(trial => (Math.Round((double)trial.Parameters[0].Value, 9), (int)trial.Parameters[1].Value)));
    }

    [Fact]
    public void Grid_WholeNumbersOnALogarithmicScale_AreVisitedOneByOne()
    {
        using Study study = Toy.InMemory(new GridSampler { Levels = 1 });
        study.Optimize(1000, trial => trial.SuggestInt("n", 3, 6, log: true) + trial.SuggestFloat("x", 0, 8));
        Assert.Equal([3, 4, 5, 6], study.Trials.Select(trial => (int)trial.Parameters[0].Value));
        Assert.All(study.Trials, trial => Assert.Equal(4.0, trial.Parameters[1].Value)); // one level is the middle
    }

    [Fact]
    public void Grid_NoLevels_SaysSo()
    {
        using Study study = Toy.InMemory(new GridSampler { Levels = 0 });
        Assert.Equal(
            "study: Levels must be at least 1, but is 0",
            Assert.Throws<StudyException>(() => study.Optimize(9, trial => trial.SuggestFloat("x", 0, 1))).Message);
    }

    [Fact]
    public void Grid_TooLarge_SaysSo()
    {
        using Study study = Toy.InMemory(new GridSampler());
        StudyException error = Assert.Throws<StudyException>(() =>
            study.Optimize(9, trial => trial.SuggestInt("a", 1, 100_000) + trial.SuggestInt("b", 1, 100_000)));
        Assert.Equal(
            "study: the grid has 10000000000 points, more than a study can visit. Give its ranges a larger step or fewer levels.",
            error.Message);
    }
}
