using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class AutoSamplerTests : SamplerConformance
{
    protected override Sampler Create() => new AutoSampler();

    [Fact]
    public void Auto_IsTheDefault() => Assert.IsType<AutoSampler>(new StudyOptions().Sampler);

    [Theory]
    [InlineData(40, "process")]
    [InlineData(42, "process")]
    [InlineData(43, "parzen")] // one of four
    [InlineData(97, "process")]
    [InlineData(100, "process")]
    [InlineData(101, "smooth")] // another one of four, from trial 100 on
    [InlineData(497, "smooth")]
    [InlineData(498, "process")]
    [InlineData(499, "parzen")]
    [InlineData(500, "parzen")] // later all
    public void Auto_OneObjective_TakesTheProcessForMostTrials(int number, string chosen)
    {
        FrozenTrial[] trials = [.. Choices.Mixed(40).Where(trial => trial.State != TrialState.Pruned)
            .Select((trial, i) => trial.State == TrialState.Failed
                ? Reports.Ended.Of(i, trial.State, [], [.. trial.Set.Entries], [])
                : Reports.Ended.Complete(i, trial.Value, [.. trial.Set.Entries]))];
        Sampler expected = chosen switch
        {
            "process" => new GaussianProcessSampler(),
            "smooth" => new GaussianProcessSampler { LeastNoise = 0.1 },
            _ => new TpeSampler(),
        };
        Assert.Equal(expected.Sample(Choices.Context(trials, number)), new AutoSampler().Sample(Choices.Context(trials, number)));
    }

    [Fact]
    public void Auto_TrialsArePruned_TakesTheParzenEstimator() => Assert.Equal(
        new TpeSampler().Sample(Choices.Context(Choices.Mixed(40))), new AutoSampler().Sample(Choices.Context(Choices.Mixed(40))));

    [Theory]
    [InlineData(35, false)]
    [InlineData(42, false)] // one of three
    [InlineData(43, true)]
    [InlineData(44, true)]
    public void Auto_SeveralObjectives_TakesNsgaIIForTwoTrialsOfThree(int number, bool isGenetic)
    {
        SamplerContext Context() =>
            Choices.Context(Choices.Mixed(35, objectives: 2), number, [StudyDirection.Minimize, StudyDirection.Maximize]);
        Sampler expected = isGenetic ? new NsgaIISampler() : new TpeSampler();
        Assert.Equal(expected.Sample(Context()), new AutoSampler().Sample(Context()));
    }
}
