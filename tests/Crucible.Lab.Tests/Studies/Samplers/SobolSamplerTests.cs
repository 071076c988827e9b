using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class SobolSamplerTests : SamplerConformance
{
    protected override Sampler Create() => new SobolSampler();

    [Fact]
    public void Sequence_Point55_IsThatOfPyTorch()
    {
        // torch.quasirandom.SobolEngine(32, scramble=False).draw(64)[37] * 2**30, torch 1.13.1; its points come in the
        // order of a Gray code, and 37 ^ (37 >> 1) = 55.
        uint[] expected =
        [
            989855744, 687865856, 620756992, 989855744, 822083584, 318767104, 184549376, 855638016, 654311424, 184549376, 16777216,
            83886080, 620756992, 922746880, 117440512, 520093696,
            855638016, 452984832, 50331648, 150994944, 1023410176, 83886080, 587202560, 687865856, 318767104, 385875968, 855638016,
            419430400, 553648128, 117440512, 385875968, 150994944,
        ];
        Assert.Equal(expected, Enumerable.Range(0, SobolSequence.Axes).Select(axis => SobolSequence.At(55, axis) >> 2));
    }

    /// <summary>By a few lines of Python after Vegdahl's description: the trials of a seed are those of every version.</summary>
    [Theory]
    [InlineData(989855744u << 2, 0x9E3779B9u, 1394187954u)]
    [InlineData(687865856u << 2, 0x12345678u, 3046698583u)]
    [InlineData(0u, 1u, 3584163389u)]
    public void Scramble_KnownPoints_AreThoseOfTheHash(uint point, uint seed, uint expected) =>
        Assert.Equal(expected, SobolSequence.Scramble(point, seed));

    [Fact]
    public void Sequence_Scrambled_HasOnePointInEachPartOfEachAxis()
    {
        for (int axis = 0; axis < SobolSequence.Axes; axis++)
        {
            // 64 points, 64 equal parts: the upper 6 bits are all different.
            Assert.Equal(
                64,
                Enumerable.Range(0, 64)
                    .Select(i => SobolSequence.Scramble(SobolSequence.At((uint)i, axis), 0x9E3779B9u * (uint)(axis + 1)) >> 26).Distinct()
                    .Count());
        }
    }
}
