using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Statistics;

public class TSneTests
{
    [Fact]
    public void Fit_ThreeFarGroups_KeepsEachTogether()
    {
        const int each = 20;
        Generator generator = new(1);
        Tensor groups = Tensor.Concat(Enumerable.Range(0, 3).Select(group =>
        {
            float[] centre = new float[10];
            centre[group] = 20;
            return Tensor.Randn(generator, each, 10) + Tensor.From(centre, 1, 10);
        }));

        double[] y = TSne.Fit(groups, perplexity: 10, iterations: 400).Places.ToArray();

        for (int i = 0; i < 3 * each; i++)
        {
            int nearest = Enumerable.Range(0, 3 * each).Where(j => j != i).MinBy(j => Distance(y, i, j));
            Assert.Equal(i / each, nearest / each);
        }
    }

    [Fact]
    public void Fit_Twice_HasTheSameBits()
    {
        Tensor rows = Tensor.Randn(new Generator(2), 30, 5);

        Assert.Equal(TSne.Fit(rows, 5, 100).Places.ToArray(), TSne.Fit(rows, 5, 100).Places.ToArray());
    }

    [Fact]
    public void Fit_MoreIterations_LowerTheDivergence()
    {
        Tensor rows = Tensor.Randn(new Generator(3), 60, 5);

        Assert.True(TSne.Fit(rows, 10, 400).Divergence < TSne.Fit(rows, 10, 40).Divergence);
    }

    [Fact]
    public void Fit_EqualRowsAmongOthers_StaysFinite()
    {
        Tensor rows = Tensor.Concat([Tensor.Zeros(10, 3), Tensor.Randn(new Generator(4), 10, 3)]);

        Assert.All(TSne.Fit(rows, 3, 100).Places.ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(3, 1.0, "t-SNE: the number of rows must be from 4 to 5000, but is 3")]
    [InlineData(10, 4.0, "t-SNE: perplexity must be from 1 to 3, a third of the other rows, but is 4")]
    [InlineData(10, double.NaN, "t-SNE: perplexity must be from 1 to 3, a third of the other rows, but is NaN")]
    public void Fit_NumbersOutOfRange_AreRefused(int rows, double perplexity, string message)
    {
        OptionException error = Assert.Throws<OptionException>(() => TSne.Fit(Tensor.Randn(new Generator(5), rows, 3), perplexity));

        Assert.Equal(message, error.Message);
    }

    private static double Distance(double[] y, int i, int j) =>
        Math.Pow(y[2 * i] - y[2 * j], 2) + Math.Pow(y[(2 * i) + 1] - y[(2 * j) + 1], 2);
}
