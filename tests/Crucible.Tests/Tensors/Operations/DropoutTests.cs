using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class DropoutTests
{
    private const int Count = 100_000;

    // The kept share has standard deviation √(p (1 - p) / Count) = 0.0014 for p = 0.3: four of them.
    private const double ShareTolerance = 0.006;

    [Fact]
    public void Dropout_KeepsItsShare_AndScalesWhatIsKept()
    {
        double[] kept = Tensor.Ones(Count).Dropout(0.3, new Generator(1)).ToArray();
        Assert.All(kept, value => Assert.True(value == 0.0 || value == 1f / 0.7f));
        Assert.Equal(0.7, kept.Count(value => value != 0.0) / (double)Count, ShareTolerance);
    }

    [Fact]
    public void Dropout_Gradient_IsTheMaskItself()
    {
        Tensor x = Tensor.Ones(100).AsParameter();
        Tensor result = x.Dropout(0.5, new Generator(2));
        double[] values = result.ToArray();
        Assert.Equal(values, result.Sum().Gradients([x])[0].ToArray());
    }

    [Fact]
    public void Dropout_SameSeed_DropsTheSame() =>
        Assert.Equal(Tensor.Ones(50).Dropout(0.5, new Generator(3)).ToArray(), Tensor.Ones(50).Dropout(0.5, new Generator(3)).ToArray());

    [Fact]
    public void Dropout_AtItsEnds_DropsNothingOrAll()
    {
        Tensor x = Tensor.Ones(20);
        Assert.Same(x, x.Dropout(0, new Generator(4)));
        Assert.All(x.Dropout(1, new Generator(4)).ToArray(), value => Assert.Equal(0.0, value));
    }

    [Theory]
    [InlineData(-0.1, "-0.1")]
    [InlineData(1.1, "1.1")]
    [InlineData(double.NaN, "NaN")]
    public void Dropout_ImpossibleProbability_IsNamed(double probability, string shown) => Expect.Error<OptionException>(
        $"dropout: probability must be between 0 and 1, but is {shown}", () => Tensor.Ones(2).Dropout(probability, new Generator(5)));
}
