using Crucible.Benchmarks.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>The tests by which the suite judges searches, beside SciPy's exact ones.</summary>
public sealed class RanksTests
{
    [Fact]
    public void Of_EqualValues_ShareTheirRank() => Assert.Equal([1, 2.5, 2.5, 4], Ranks.Of([-1, 3, 3, 7]));

    // scipy.stats.mannwhitneyu(first, second, alternative='greater', method='exact')
    [Fact]
    public void Chance_ByAllWays_IsSciPys() =>
        Assert.Equal(0.03174603174603175, Ranks.Chance([3.1, 4.5, 2.2, 6.7], [1.2, 2.0, 3.0, 0.4, 2.5]), 1e-14);

    // Of ranks 2.5 (four times) and 5 two are taken: none of the ways has a sum below the 5 that there is.
    [Fact]
    public void Chance_EqualValues_CountHalf() => Assert.Equal(1.0, Ranks.Chance([1, 1], [1, 1, 2]), 1e-14);

    // scipy.stats.wilcoxon(differences, alternative='greater', mode='exact'); the second with all signs turned
    [Fact]
    public void SignedChance_ByAllWays_IsSciPys()
    {
        double[] differences = [0.3, -0.1, 0.5, 0.2, -0.4, 0.7, 0.9, 0.6];
        Assert.Equal(0.0390625, Ranks.SignedChance(differences), 1e-14);
        Assert.Equal(0.97265625, Ranks.SignedChance([.. differences.Select(value => -value)]), 1e-14);
    }

    // Of 1, 1 and 2, whose ranks are 1.5, 1.5 and 3, all 6 are above 0: one of 8 ways. The 0 is left out.
    [Fact]
    public void SignedChance_AllAbove_IsOneWay() => Assert.Equal(0.125, Ranks.SignedChance([1, 0, 1, 2]), 1e-14);

    [Fact]
    public void SignedChance_NoDifference_IsCertain() => Assert.Equal(1.0, Ranks.SignedChance([0, 0]));
}
