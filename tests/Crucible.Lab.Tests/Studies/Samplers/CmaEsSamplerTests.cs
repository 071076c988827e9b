using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class CmaEsSamplerTests : SamplerConformance
{
    protected override Sampler Create() => new CmaEsSampler();

    [Fact]
    public void CmaEs_SixHundredTrials_FindsTheValleyOfRosenbrock()
    {
        const double reached = 100; // random search stays above 10 000
        Assert.InRange(TestFunctions.MedianBest("rosenbrock10", () => new CmaEsSampler(), seeds: 3, trials: 600), 0, reached);
    }
}
