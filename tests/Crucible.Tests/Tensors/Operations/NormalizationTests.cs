using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class NormalizationTests
{
    [Fact]
    public void LayerNorm_EqualsHandValues()
    {
        // 1 3: mean 2, variance 1; with ε = 3 divided by √4: -½ ½; times 2 4, plus 10 20
        Tensor result = Expect.Vector(1, 3).LayerNorm(Expect.Vector(2, 4), Expect.Vector(10, 20), 3);
        Expect.Close(result, Expect.Rounding64, 9, 22);
    }

    [Fact]
    public void LayerNorm_WithoutGainAndBias_HasMeanZeroAndVarianceOne()
    {
        Tensor result = GradientCases.Values(1, 4, 50).LayerNorm(epsilon: 0);
        Expect.Close(result.Sum(-1), Expect.Rounding64 * 50, 0, 0, 0, 0);
        Expect.Close(result.Square().Sum(-1), Expect.Rounding64, 50, 50, 50, 50);
    }

    [Fact]
    public void LayerNorm_ConstantRow_IsTheBias() =>
        Expect.Close(Expect.Vector(7, 7, 7).LayerNorm(Expect.Vector(1, 2, 3), Expect.Vector(4, 5, 6)), 0, 4, 5, 6);

    [Fact]
    public void LayerNorm_LargeOffset_KeepsItsDigits() =>
        // -1 0 1 scaled by √(3/2); in float32 the sum of squares of 1e4 ± 1 would leave no digit of the variance
        Expect.Close(
            Tensor.Of(new[] { 9999f, 10000f, 10001f }).LayerNorm(epsilon: 0), Expect.Rounding32, -Math.Sqrt(1.5), 0, Math.Sqrt(1.5));

    [Fact]
    public void LayerNorm_GradientOfTheInput_IsOrthogonalToOnesAndToTheOutput()
    {
        // y does not change when x is shifted or scaled (ε = 0), so its gradient has no part along 1 and x̂.
        Tensor x = GradientCases.Values(1, 3, 40).AsParameter();
        Tensor y = x.LayerNorm(epsilon: 0);
        Tensor gradient = (y * GradientCases.Values(2, 3, 40)).Sum().Gradients([x], retainGraph: true)[0];
        Expect.Close(gradient.Sum(-1), Expect.Rounding64 * 40, 0, 0, 0);
        Expect.Close((gradient * y.Detach()).Sum(-1), Expect.Rounding64 * 40, 0, 0, 0);
    }

    [Fact]
    public void RmsNorm_EqualsHandValues() =>
        // 1 7: mean square 25; with ε = 11 divided by √36: ⅙ 7⁄6; times 6 12
        Expect.Close(Expect.Vector(1, 7).RmsNorm(Expect.Vector(6, 12), 11), Expect.Rounding64, 1, 14);

    [Fact]
    public void RmsNorm_Zeros_StayZeros() => Expect.Close(Tensor.Zeros(3).RmsNorm(), 0, 0, 0, 0);

    [Fact]
    public void Normalizations_WrongGain_IsNamed()
    {
        Expect.Error<ShapeException>(
            "layerNorm: the gain must have one value for each channel of the last axis, but is [2] and the input is [2, 3]",
            () => Tensor.Zeros(2, 3).LayerNorm(Tensor.Ones(2)));
        Expect.Error<ShapeException>(
            "layerNorm: the bias must have one value for each channel of the last axis, but is [1, 3] and the input is [2, 3]",
            () => Tensor.Zeros(2, 3).LayerNorm(Tensor.Ones(3), Tensor.Ones(1, 3)));
        Expect.Error<DTypeException>(
            "rmsNorm: element types must be equal, but a is float32 and b is float64; convert one with To",
            () => Tensor.Zeros(3).RmsNorm(Expect.Vector(1, 1, 1)));
    }

    [Fact]
    public void Normalizations_OtherWrongInput_IsNamed()
    {
        Expect.Error<ShapeException>("rmsNorm: the input must have at least one axis, but is a scalar", () => Tensor.Scalar(1).RmsNorm());
        Expect.Error<OptionException>("layerNorm: epsilon must be 0 or more, but is -1", () => Tensor.Zeros(3).LayerNorm(epsilon: -1));
        Expect.Error<DTypeException>("layerNorm: elements must be float32 or float64, but are int32; convert with To", () =>
            Tensor.Of(new[] { 1 }).LayerNorm());
    }

    [Fact]
    public void LayerNorm_OfABiasAlone_AddsIt()
    {
        Tensor x = Expect.Vector(1, 3, 1, 3).Reshape(2, 2); // x̂ = -1, 1
        Expect.Close(x.LayerNorm(bias: Expect.Vector(10, 20), epsilon: 0.0), Expect.Rounding64, 9, 21, 9, 21);
    }

    /// <summary>The derivative adds to what others have gathered, in place, but never to what somebody else holds.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradient_OfAnInputThatOthersReadToo_IsTheSumToTheBit(bool centered)
    {
        Tensor x = Values(1).AsParameter(), w = Values(2), v = Values(3), gain = Tensor.Randn(new(4), 8);
        Tensor Norm(Tensor input) => centered ? input.LayerNorm(gain, gain) : input.RmsNorm(gain);
        float[] alone = Alone((Norm(x) * w).Sum());
        float[] expected = [.. alone.Zip(v.ToArray<float>(), (a, b) => a + b)];
        Assert.Equal(expected, Alone((Norm(x) * w).Sum() + (x * v).Sum()));
        Assert.Equal(expected, Alone((x * v).Sum() + (Norm(x) * w).Sum()));

        // A sum hands one gradient to both of its terms, and here it is the caller's.
        float[] seed = w.ToArray<float>();
        Tensor inner = x * 1.0, both = inner + Norm(inner), other = Norm(inner) + inner;
        float[] shared = [.. alone.Zip(seed, (a, b) => a + b)];
        foreach (Tensor root in new[] { both, other })
            for (int walk = 0; walk < 2; walk++)
            {
                Assert.Equal(shared, root.Gradients(w, [x], retainGraph: true)[0].ToArray<float>());
                Assert.Equal(seed, w.ToArray<float>());
            }

        static Tensor Values(int seed) => Tensor.Randn(new(seed), 6, 8);

        float[] Alone(Tensor loss) => loss.Gradients([x])[0].ToArray<float>();
    }
}
