using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Tensors;

public class SoftmaxTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void Softmax_EqualsHandValues() =>
        // e⁰ : e^(ln 2) : e^(ln 5) = 1 : 2 : 5 of 8
        Expect.Close(Expect.Vector(0, Math.Log(2), Math.Log(5)).Softmax(), Expect.Rounding64, 0.125, 0.25, 0.625);

    [Fact]
    public void Softmax_LargeLogits_StaysFinite()
    {
        Expect.Close(Expect.Vector(1e300, 1e300, -1e300).Softmax(), Expect.Rounding64, 0.5, 0.5, 0);
        Expect.Close(Expect.Vector(1e300, 1e300, -1e300).LogSoftmax(), Expect.Rounding64, -Math.Log(2), -Math.Log(2), -2e300);
    }

    [Fact]
    public void Softmax_MaskedLogits_HaveProbabilityAndGradientZero()
    {
        Tensor logits = Expect.Vector(0, -Infinity, 0);
        Expect.Close(logits.Softmax(), Expect.Rounding64, 0.5, 0, 0.5);
        Expect.Close(logits.LogSoftmax(), Expect.Rounding64, -Math.Log(2), -Infinity, -Math.Log(2));
        // y (g - Σ g y) with g = 1, 5, 3: Σ g y = 2, so ½·(1 - 2), 0, ½·(3 - 2)
        Expect.Close(Expect.Derivative(x => x.Softmax() * Expect.Vector(1, 5, 3), logits), Expect.Rounding64, -0.5, 0, 0.5);
    }

    [Fact]
    public void Softmax_NothingButMasked_IsNaN() => Expect.Close(Expect.Vector(-Infinity, -Infinity).Softmax(), 0, double.NaN, double.NaN);

    [Fact]
    public void Softmax_AlongAnotherAxis_EqualsTheTransposedOne()
    {
        Tensor logits = GradientCases.Values(1, 3, 4, 5);
        for (int axis = 0; axis < 3; axis++)
        {
            Assert.Equal(logits.Transpose(axis, 2).Softmax().Transpose(axis, 2).ToArray(), logits.Softmax(axis).ToArray());
            Assert.Equal(logits.Transpose(axis, 2).LogSoftmax().Transpose(axis, 2).ToArray(), logits.LogSoftmax(axis - 3).ToArray());
        }
    }

    [Fact]
    public void Softmax_OfAnAxisThatIsNotThere_NamesIt() =>
        Expect.Error<ShapeException>("softmax: axis must be between -2 and 1, but is 2 for shape [2, 3]", () =>
            Tensor.Zeros(2, 3).Softmax(2));

    [Fact]
    public void Softmax_OfIntegers_IsRefused() => Expect.Error<DTypeException>(
        "logSoftmax: elements must be float32 or float64, but are int32; convert with To", () => Tensor.Of(new[] { 1, 2 }).LogSoftmax());

    [Property]
    public Property Softmax_SumsToOne_AndIgnoresAShift() => Prop.ForAll(
        Gen.Choose(-4000, 4000).Select(value => value / 100.0).NonEmptyListOf().ToArbitrary(),
        Gen.Choose(-1000, 1000).ToArbitrary(),
        (logits, shift) =>
        {
            Tensor x = Expect.Vector([.. logits]);
            Expect.Close(x.Softmax().Sum(), Expect.Rounding64, 1);
            // Adding the shift rounds the logits themselves by up to 1e-13.
            Expect.Close((x + shift).Softmax(), 1e-12, x.Softmax().ToArray());
            Expect.Close(x.LogSoftmax().Exp(), Expect.Rounding64, x.Softmax().ToArray());
        });
}
