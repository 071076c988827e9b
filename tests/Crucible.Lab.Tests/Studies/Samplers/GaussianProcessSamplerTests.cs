using Crucible.Lab.Studies;
using Xunit;
using static System.FormattableString;

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
    public void GaussianProcess_LeastNoise_LooksPastDents()
    {
        // A bowl around 0.4 with dents 0.05 apart, known at 60 places away from its middle
        FrozenTrial[] trials = [.. Enumerable.Range(0, 60).Select(i => (i + 0.5) / 60 * 0.8).Select(x => x < 0.2 ? x : x + 0.2)
            .Select((x, i) => Reports.Ended.Complete(i, (10 * (x - 0.4) * (x - 0.4)) - Math.Cos((x - 0.4) * 125), (Reports.Ended.X, x)))];
        double Chosen(double noise) => new GaussianProcessSampler { LeastNoise = noise }.Sample(Choices.Context(trials, 60))![0];
        Assert.InRange(Chosen(0.3), 0.3, 0.5);
        Assert.True(Math.Abs(Chosen(0) - 0.4) > Math.Abs(Chosen(0.3) - 0.4), Invariant($"{Chosen(0)} {Chosen(0.3)}"));
        Assert.Equal("gp (startup 10, least noise 0.3)", new GaussianProcessSampler { LeastNoise = 0.3 }.ToString());
        StudyException error = Assert.Throws<StudyException>(() => new GaussianProcessSampler { LeastNoise = 1.5 });
        Assert.Equal("study: LeastNoise must be from 0 to 1, but is 1.5", error.Message);
    }

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
        Assert.Equal(
            "study: the sampler gp searches for one objective, but the study has 2. AutoSampler, TpeSampler and NsgaIISampler take several.",
            error.Message);
    }
}
