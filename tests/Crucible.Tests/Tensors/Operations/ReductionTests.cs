using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Tensors;

public class ReductionTests
{
    private const double Infinity = double.PositiveInfinity;

    private static Tensor Matrix => Tensor.Of(new[,] { { 1.0, 5.0, 3.0 }, { 4.0, 2.0, 9.0 } }, DType.Float64);

    private static Tensor Cube => GradientCases.Values(7, 2, 3, 4);

    [Fact]
    public void Mean_EqualsHandValues()
    {
        Expect.Close(Matrix.Mean(), Expect.Rounding64, 4); // 24 / 6
        Expect.Close(Matrix.Mean(0), Expect.Rounding64, 2.5, 3.5, 6);
        Expect.Close(Matrix.Mean(-1), Expect.Rounding64, 3, 5);
    }

    [Fact]
    public void Var_EqualsHandValues()
    {
        // Row 0: mean 3, deviations -2, 2, 0: 8 / 2 and 8 / 3. Row 1: mean 5, deviations -1, -3, 4: 26 / 2 and 26 / 3.
        Expect.Close(Matrix.Var(1), Expect.Rounding64, 4, 13);
        Expect.Close(Matrix.Var(1, correction: 0), Expect.Rounding64, 8 / 3.0, 26 / 3.0);
        Expect.Close(Matrix.Std(1), Expect.Rounding64, 2, Math.Sqrt(13));
        Expect.Close(Matrix.Var(), Expect.Rounding64, 8); // mean 4, squares 9 + 1 + 1 + 0 + 4 + 25 = 40, over 5
    }

    [Fact]
    public void Var_OfValuesFarFromZero_KeepsItsDigits() =>
        // One pass over squares would leave nothing of 1/2 beside 1e18.
        Expect.Close(Expect.Vector(1e9, 1e9 + 1).Var(), Expect.Rounding64, 0.5);

    [Fact]
    public void Var_OfFewerThanTwo_IsNaN()
    {
        Expect.Close(Expect.Vector(3).Var(), 0, double.NaN);
        Expect.Close(Expect.Vector(3).Std(0, correction: 2), 0, double.NaN);
        Expect.Close(Expect.Vector(3).Var(0, correction: 0), 0, 0);
    }

    [Fact]
    public void Std_OfEqualElements_HasDerivativeZero() =>
        Expect.Close(Expect.Derivative(x => x.Std(), Expect.Vector(2, 2, 2)), 0, 0, 0, 0);

    [Fact]
    public void Max_EqualsHandValues()
    {
        Expect.Close(Matrix.Max(), 0, 9);
        Expect.Close(Matrix.Max(0), 0, 4, 5, 9);
        Expect.Close(Matrix.Min(1), 0, 1, 2);
        Expect.Close(Matrix.Min([0, 1]), 0, 1);
        Expect.Close(Tensor.Of(new[] { 3, -7, 5 }).Min(), 0, -7);
        Expect.Close(Tensor.Of(new[] { 3, -7, 5 }).Max(), 0, 5);
    }

    [Fact]
    public void Max_OfTies_SharesTheDerivativeEqually()
    {
        Expect.Close(Expect.Derivative(x => x.Max(), Expect.Vector(2, 5, 5, 1, 5)), Expect.Rounding64, 0, 1 / 3.0, 1 / 3.0, 0, 1 / 3.0);
        Expect.Close(Expect.Derivative(x => x.Min(0), Tensor.Of(new[,] { { 1.0, 4.0 }, { 1.0, 3.0 } })), 0, 0.5, 0, 0.5, 1);
    }

    [Fact]
    public void Max_OfNaN_IsNaN()
    {
        Expect.Close(Expect.Vector(1, double.NaN, 3).Max(), 0, double.NaN);
        Expect.Close(Expect.Vector(1, 3, double.NaN).Min(), 0, double.NaN);
        Expect.Close(Expect.Vector(-Infinity, -Infinity).Max(), 0, -Infinity);
        Expect.Close(Expect.Derivative(x => x.Max(), Expect.Vector(1, double.NaN, 3)), 0, 0, 1, 0);
    }

    [Fact]
    public void Prod_EqualsHandValues()
    {
        Expect.Close(Matrix.Prod(1), Expect.Rounding64, 15, 72);
        Expect.Close(Tensor.Of(new[] { 2, 3, -4 }).Prod(), 0, -24);
        // Π of the others: 0·3, 2·3, 2·0; with two zeros nothing is left.
        Expect.Close(Expect.Derivative(x => x.Prod(), Expect.Vector(2, 0, 3)), 0, 0, 6, 0);
        Expect.Close(Expect.Derivative(x => x.Prod(), Expect.Vector(0, 0, 3)), 0, 0, 0, 0);
    }

    [Fact]
    public void Prod_ThirdDerivative_IsOneForThreeFactors()
    {
        Tensor x = Expect.Vector(0, 0, 5).AsParameter();
        Tensor first = x.Prod().Gradients([x], createGraph: true)[0]; // b·c, a·c, a·b
        Tensor second = first[0].Gradients([x], createGraph: true)[0]; // 0, c, b
        Expect.Close(second, 0, 0, 5, 0);
        Expect.Close(second[1].Gradients([x])[0], 0, 0, 0, 1);
    }

    [Fact]
    public void LogSumExp_LargeAndInfiniteElements_StaysRight()
    {
        Expect.Close(Expect.Vector(1000, 1000).LogSumExp(), Expect.Rounding64, 1000 + Math.Log(2));
        Expect.Close(Expect.Vector(-1000, -Infinity).LogSumExp(), Expect.Rounding64, -1000);
        Expect.Close(Expect.Vector(-Infinity, -Infinity).LogSumExp(), 0, -Infinity);
        Expect.Close(Expect.Vector(1, Infinity).LogSumExp(), 0, Infinity);
        Expect.Close(Expect.Vector(1, double.NaN).LogSumExp(), 0, double.NaN);
    }

    [Fact]
    public void LogSumExp_Derivative_IsTheSoftmax()
    {
        // 1 : 3 of 4
        Expect.Close(Expect.Derivative(x => x.LogSumExp(), Expect.Vector(0, Math.Log(3), -Infinity)), Expect.Rounding64, 0.25, 0.75, 0);
        Expect.Close(Expect.Derivative(x => x.LogSumExp(), Expect.Vector(-Infinity, -Infinity)), 0, 0, 0);
    }

    [Fact]
    public void Norm_EqualsHandValues()
    {
        Tensor x = Expect.Vector(3, -4, 0);
        Expect.Close(x.Norm(), Expect.Rounding64, 5);
        Expect.Close(x.Norm(1), Expect.Rounding64, 7);
        Expect.Close(x.Norm(3), Expect.Rounding64, Math.Cbrt(27 + 64));
        Expect.Close(x.Norm(Infinity), 0, 4);
        Expect.Close(Matrix.Norm(2, 1), Expect.Rounding64, Math.Sqrt(35), Math.Sqrt(101));
    }

    [Fact]
    public void Norm_Derivative_EqualsHandValues()
    {
        Expect.Close(Expect.Derivative(x => x.Norm(), Expect.Vector(3, -4, 0)), Expect.Rounding64, 0.6, -0.8, 0);
        Expect.Close(Expect.Derivative(x => x.Norm(1), Expect.Vector(3, -4, 0)), 0, 1, -1, 0);
        Expect.Close(Expect.Derivative(x => x.Norm(Infinity), Expect.Vector(4, -4, 0)), 0, 0.5, -0.5, 0);
        Expect.Close(Expect.Derivative(x => x.Norm(), Expect.Vector(0, 0)), 0, 0, 0);
        Expect.Close(Expect.Derivative(x => x.Norm(0.5), Expect.Vector(0, 4)), Expect.Rounding64, 0, 1); // alone, |x| itself
    }

    [Fact]
    public void Any_And_All_FindTruth()
    {
        Tensor x = Tensor.Of(new[,] { { true, false }, { false, false }, { true, true } });
        Assert.Equal([1, 0, 1], x.Any(1).ToArray());
        Assert.Equal([0, 0, 1], x.All(1).ToArray());
        Assert.Equal([1, 1], x.Any(0).ToArray());
        Assert.Equal([0, 0], x.All([0], keepDims: true).ToArray());
        Assert.True(x.Any());
        Assert.False(x.All());
    }

    [Fact]
    public void EmptyReductions_HaveTheirNeutralElement()
    {
        Tensor x = Tensor.Zeros([2, 0], DType.Float64);
        Expect.Close(x.Sum(1), 0, 0, 0);
        Expect.Close(x.Prod(1), 0, 1, 1);
        Expect.Close(x.Mean(1), 0, double.NaN, double.NaN);
        Expect.Close(x.LogSumExp(1), 0, -Infinity, -Infinity);
        Expect.Close(x.Norm(2, 1), 0, 0, 0);
        Expect.Close(x.Mean(), 0, double.NaN);
        Assert.Equal(Shape.From(0), x.Max(0).Shape);
        Assert.Equal([1, 1], x.To(DType.Bool).All(1).ToArray());
        Assert.Equal([0, 0], x.To(DType.Bool).Any(1).ToArray());
    }

    [Fact]
    public void EmptyReductions_WithoutNeutralElement_SaySo()
    {
        Tensor x = Tensor.Zeros(2, 0);
        Expect.Error<ShapeException>("max: there must be at least one element to reduce, but the shape is [2, 0]", () => x.Max(1));
        Expect.Error<ShapeException>("min: there must be at least one element to reduce, but the shape is [2, 0]", x.Min);
        Expect.Error<ShapeException>("argMax: there must be at least one element to reduce, but the shape is [2, 0]", x.ArgMax);
        Expect.Error<ShapeException>("norm: there must be at least one element to reduce, but the shape is [2, 0]", () => x.Norm(Infinity));
    }

    [Fact]
    public void Reductions_OfWrongInput_NameIt()
    {
        Expect.Error<ShapeException>("mean: axis must be between -2 and 1, but is 2 for shape [2, 3]", () => Matrix.Mean(2));
        Expect.Error<ShapeException>("max: axes must be distinct, but axis 1 is repeated", () => Matrix.Max([1, -1]));
        Expect.Error<DTypeException>("mean: elements must be float32 or float64, but are int32; convert with To", () =>
            Tensor.Of(new[] { 1 }).Mean());
        Expect.Error<DTypeException>("std: elements must be float32 or float64, but are int32; convert with To", () =>
            Tensor.Of(new[] { 1 }).Std());
        Expect.Error<DTypeException>("max: elements must be numbers, but are bool; convert with To", () => Tensor.Of(new[] { true }).Max());
        Expect.Error<DTypeException>("any: elements must be bool, but are float64; compare first, as in x.NotEqualTo(0)", () =>
            Matrix.Any());
        Expect.Error<OptionException>("norm: order must be above 0, but is 0", () => Matrix.Norm(0));
    }

    public static TheoryData<string, Func<Tensor, int, Tensor>> OfOneAxis => new()
    {
        { "sum", (x, axis) => x.Sum(axis) },
        { "sum", (x, axis) => x.Sum([axis]) },
        { "mean", (x, axis) => x.Mean([axis]) },
        { "var", (x, axis) => x.Var(axis) },
        { "var", (x, axis) => x.Var([axis]) },
        { "std", (x, axis) => x.Std(axis) },
        { "std", (x, axis) => x.Std([axis]) },
        { "prod", (x, axis) => x.Prod(axis) },
        { "prod", (x, axis) => x.Prod([axis]) },
        { "norm", (x, axis) => x.Norm(2.0, axis) },
        { "norm", (x, axis) => x.Norm(2.0, [axis]) },
        { "max", (x, axis) => x.Max(axis) },
        { "min", (x, axis) => x.Min(axis) },
        { "min", (x, axis) => x.Min([axis]) },
        { "argMax", (x, axis) => x.ArgMax(axis) },
        { "argMin", (x, axis) => x.ArgMin(axis) },
        { "any", (x, axis) => x.Any(axis) },
        { "any", (x, axis) => x.Any([axis]) },
        { "all", (x, axis) => x.All(axis) },
        { "all", (x, axis) => x.All([axis]) },
        { "cumSum", (x, axis) => x.CumSum(axis) },
        { "sort", (x, axis) => x.Sort(axis).Item1 },
        { "argSort", (x, axis) => x.ArgSort(axis) },
        { "topK", (x, axis) => x.TopK(1, axis).Item1 },
        { "logSoftmax", (x, axis) => x.LogSoftmax(axis) },
        { "logSumExp", (x, axis) => x.LogSumExp(axis) },
        { "logSumExp", (x, axis) => x.LogSumExp([axis]) },
    };

    [Theory]
    [MemberData(nameof(OfOneAxis))]
    public void EveryReduction_OfNoSuchAxis_IsRefusedUnderItsName(string name, Func<Tensor, int, Tensor> reduce) =>
        Expect.Error<ShapeException>(name + ": axis must be between -2 and 1, but is 2 for shape [2, 3]", () => reduce(Matrix, 2));

    public static TheoryData<string, Func<Tensor, Tensor>> OfFloats => new()
    {
        { "mean", x => x.Mean() },
        { "var", x => x.Var() },
        { "norm", x => x.Norm() },
        { "logSoftmax", x => x.LogSoftmax() },
        { "logSumExp", x => x.LogSumExp() },
    };

    [Theory]
    [MemberData(nameof(OfFloats))]
    public void EveryReduction_ThatNeedsFloats_RefusesIntegersUnderItsName(string name, Func<Tensor, Tensor> reduce) =>
        Expect.Error<DTypeException>(name + ": elements must be float32 or float64, but are int32; convert with To", () =>
            reduce(Tensor.Of(new[] { 1, 2 })));

    [Fact]
    public void Prod_OfTruthValues_IsRefused() => Expect.Error<DTypeException>(
        "prod: elements must be numbers, but are bool; convert with To", () => Tensor.Of(new[] { true }).Prod());

    [Fact]
    public void Reductions_OverSeveralAxes_EqualOneAfterAnother()
    {
        // Axes that are neighbours, apart, all and none; sums are rounded in another order.
        foreach (int[] axes in new int[][] { [0, 1], [1, 2], [0, 2], [0, 1, 2], [] })
        {
            Tensor one = axes.Reverse().Aggregate(Cube, (x, axis) => x.Sum(axis));
            Expect.Close(Cube.Sum(axes), Expect.Rounding64, one.ToArray());
            Expect.Close(Cube.LogSumExp(axes), Expect.Rounding64, axes.Reverse().Aggregate(Cube, (x, axis) => x.LogSumExp(axis)).ToArray());
            Assert.Equal(axes.Reverse().Aggregate(Cube, (x, axis) => x.Max(axis)).ToArray(), Cube.Max(axes).ToArray());
            Assert.Equal(one.Shape, Cube.Mean(axes).Shape);
            Assert.Equal(axes.Aggregate(Cube, (x, axis) => x.Sum(axis, keepDims: true)).Shape, Cube.Std(axes, keepDims: true).Shape);
        }
    }

    [Property]
    public Property Mean_OfRows_IsTheMeanOfMeans_AndVarianceIgnoresAShift() => Prop.ForAll(
        Gen.Choose(-4000, 4000).Select(value => value / 100.0).NonEmptyListOf().ToArbitrary(),
        Gen.Choose(-1000, 1000).ToArbitrary(),
        (values, shift) =>
        {
            Tensor x = Expect.Vector([.. values]);
            Expect.Close(x.Tile(3, 1).Mean(), Expect.Rounding64, x.Mean().ToDouble());
            // Adding the shift rounds the values by up to 1e-13, beside deviations of up to 40.
            Expect.Close((x + shift).Var(0, correction: 0), 1e-11, x.Var(0, correction: 0).ToDouble());
            Expect.Close(x.Norm() * x.Norm(), Expect.Rounding64 * Math.Max(1, values.Count), (x * x).Sum().ToDouble());
        });
}
