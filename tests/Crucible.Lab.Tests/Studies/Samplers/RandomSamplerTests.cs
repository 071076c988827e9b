using Crucible.Lab.Studies;

namespace Crucible.Lab.Tests.Studies;

public sealed class RandomSamplerTests : SamplerConformance
{
    protected override Sampler Create() => new RandomSampler();
}
