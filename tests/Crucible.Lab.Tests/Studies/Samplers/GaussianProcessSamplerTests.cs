using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

[Trait("Speed", "Slow")]
public sealed class GaussianProcessSamplerTests : SamplerConformance
{
    protected override Sampler Create() => new GaussianProcessSampler();

    [Theory]
    [InlineData("branin", 0.45)] // 0.3979 at best; random search gets to 0.97
    [InlineData("hartmann6", -3.0)] // -3.3224 at best; random search gets to -2.2
    public void GaussianProcess_SixtyTrials_ComesNearTheMinimum(string function, double reached) =>
        Assert.InRange(TestFunctions.MedianBest(function, () => new GaussianProcessSampler(), seeds: 3, trials: 60), -4, reached);

    [Fact]
    public void GaussianProcess_SeveralObjectives_SaysSo()
    {
        using Study study = new("two", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Sampler = new GaussianProcessSampler(),
            Directions = [StudyDirection.Minimize, StudyDirection.Minimize],
        });
        StudyException error = Assert.Throws<StudyException>(() => study.OptimizeMany(9, trial => [trial.SuggestFloat("x", 0, 1), 1]));
        Assert.Equal("study: the sampler gp searches for one objective, but the study has 2. AutoSampler, TpeSampler and NsgaIISampler take several.", error.Message);
    }
}
