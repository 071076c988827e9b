using Crucible.Layers;
using Crucible.Tensors;
using Xunit;
using Dropout = Crucible.Layers.Dropout;

namespace Crucible.Tests.Layers;

public class DropoutTests
{
    private const int Count = 100_000;

    /// <summary>The share of Count draws has standard error √(p(1-p) / Count) &lt; 0.0016: five of them.</summary>
    private const double FiveErrors = 0.008;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Training_ManyElements_DropsTheShareAndKeepsTheMean(double probability)
    {
        double[] y = new Dropout(probability).Forward(Tensor.Ones(Count), Pass.Training(new(11))).ToArray();
        Assert.Equal(probability, y.Count(value => value == 0.0) / (double)Count, FiveErrors);
        Assert.All(y, value => Assert.True(value == 0.0 || value == (float)(1.0 / (1.0 - probability))));
        Assert.Equal(1.0, y.Average(), FiveErrors / (1.0 - probability));
    }

    [Fact]
    public void Evaluation_IsTheIdentity()
    {
        Tensor x = Tensor.Ones(3);
        Assert.Same(x, new Dropout(0.5).Forward(x));
    }

    [Fact]
    public void Training_TwoPasses_DropOtherElements_SameSeed_TheSame()
    {
        (Tensor? x, Dropout? dropout, Generator? generator) = (Tensor.Ones(64), new Dropout(0.5), new Generator(1));
        double[] first = dropout.Forward(x, Pass.Training(generator)).ToArray();
        Assert.NotEqual(first, dropout.Forward(x, Pass.Training(generator)).ToArray());
        Assert.Equal(first, dropout.Forward(x, Pass.Training(new(1))).ToArray());
    }

    [Theory]
    [InlineData(-0.1, "dropout: probability must be at least 0 and below 1, but is -0.1")]
    [InlineData(1.0, "dropout: probability must be at least 0 and below 1, but is 1")]
    public void Constructor_WrongProbability_IsRefused(double probability, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(() => new Dropout(probability)).Message);
}
