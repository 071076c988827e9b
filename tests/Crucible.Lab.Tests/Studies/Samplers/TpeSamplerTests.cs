using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class TpeSamplerTests : SamplerConformance
{
    protected override Sampler Create() => new TpeSampler();

    public static TheoryData<string> Functions => [.. TestFunctions.All.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Tpe_HundredTrials_BeatsRandom(string function)
    {
        double random = TestFunctions.MedianBest(function, () => new RandomSampler(), seeds: 10);
        double tpe = TestFunctions.MedianBest(function, () => new TpeSampler(), seeds: 10);
        Assert.True(tpe < random, $"{function}: TPE {tpe}, random {random}");
    }

    [Fact]
    public void Tpe_SeveralObjectives_FindsTheFront()
    {
        // Both objectives are best on the line between (0, 0) and (1, 0); the more of it the larger the volume, at most
        // 1 - 1/6 up to (1, 1).
        double random = Volume(new RandomSampler());
        double tpe = Volume(new TpeSampler());
        Assert.InRange(tpe, random, 5.0 / 6);

        static double Volume(Sampler sampler)
        {
            using Study study = new(
                "two",
                new StudyOptions
                {
                    Store = SqliteStore.InMemory(),
                    Sampler = sampler,
                    Directions = [StudyDirection.Minimize, StudyDirection.Maximize]
                });
            study.OptimizeMany(120, trial =>
            {
                double x = trial.SuggestFloat("x", 0, 1);
                double y = trial.SuggestFloat("y", -1, 1);
                return [(x * x) + (y * y), -((x - 1) * (x - 1)) - (y * y)];
            });
            Assert.Throws<StudyException>(() => study.BestTrial);
            return study.Hypervolume([1, -1]);
        }
    }
}
