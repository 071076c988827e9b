using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class ElementwiseTests
{
    private const double Infinity = double.PositiveInfinity;

    /// <summary>Operation, its reference in .NET, and points that include its edges.</summary>
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, Func<double, double> Reference,
        double[] Points)> Functions = new()
        {
            ["exp"] = (x => x.Exp(), Math.Exp, [-1000, -1, 0, 1, 1000, Infinity, -Infinity, double.NaN]),
            ["log"] = (x => x.Log(), Math.Log, [0.5, 1, 2, 0, -1, Infinity, double.NaN]),
            ["log10"] = (x => x.Log10(), Math.Log10, [0.5, 1, 1000, 0, -1, Infinity, double.NaN]),
            ["log2"] = (x => x.Log2(), Math.Log2, [0.5, 1, 8, 0, -1, Infinity, double.NaN]),
            ["sqrt"] = (x => x.Sqrt(), Math.Sqrt, [0, 4, -1, Infinity, double.NaN]),
            ["square"] = (x => x.Square(), x => x * x, [0, -3, 1e300, -Infinity, double.NaN]),
            ["reciprocal"] = (x => x.Reciprocal(), x => 1 / x, [0, -4, -Infinity, double.NaN]),
            ["abs"] = (x => x.Abs(), Math.Abs, [0, -4, 3, -Infinity, double.NaN]),
            ["sin"] = (x => x.Sin(), Math.Sin, [0, 1, -3, 100, double.NaN]),
            ["cos"] = (x => x.Cos(), Math.Cos, [0, 1, -3, 100, double.NaN]),
            ["tan"] = (x => x.Tan(), Math.Tan, [0, 1, -3, 100, double.NaN]),
            ["asin"] = (x => x.Asin(), Math.Asin, [0, 0.5, -1, 1, 1.5, double.NaN]),
            ["acos"] = (x => x.Acos(), Math.Acos, [0, 0.5, -1, 1, 1.5, double.NaN]),
            ["atan"] = (x => x.Atan(), Math.Atan, [0, 0.5, -7, Infinity, -Infinity, double.NaN]),
            ["sinh"] = (x => x.Sinh(), Math.Sinh, [0, 1e-10, 0.5, -0.999, 1, -3, 700, 710.4, 1000, -1000, Infinity, -Infinity, double.NaN]),
            ["cosh"] = (x => x.Cosh(), Math.Cosh, [0, 1e-10, 0.5, 1, -3, 700, -710.4, 1000, Infinity, -Infinity, double.NaN]),
            ["tanh"] = (x => x.Tanh(), Math.Tanh, [0, 1e-10, 0.5, -3, 1000, Infinity, -Infinity, double.NaN]),
            ["sigmoid"] = (x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x)), [0, 2, -2, 1000, -1000, Infinity, -Infinity, double.NaN]),
            ["softplus"] = (
                x => x.Softplus(), x => x > 30 ? x : Math.Log(1 + Math.Exp(x)), [0, 2, -2, 1000, -1000, Infinity, -Infinity, double.NaN]),
            ["floor"] = (x => x.Floor(), Math.Floor, [1.5, -1.5, 2, Infinity, double.NaN]),
            ["ceiling"] = (x => x.Ceiling(), Math.Ceiling, [1.5, -1.5, 2, Infinity, double.NaN]),
            ["round"] = (x => x.Round(), Math.Round, [0.5, 1.5, 2.5, -0.5, -1.4, Infinity, double.NaN]),
            ["truncate"] = (x => x.Truncate(), Math.Truncate, [1.9, -1.9, 0.5, -0.5, Infinity, -Infinity, double.NaN]),
            ["sign"] = (x => x.Sign(), x => double.IsNaN(x) ? x : Math.Sign(x), [1.5, -1.5, 0, Infinity, -Infinity, double.NaN]),
        };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_AtPointsAndEdges_EqualsReference(string name)
    {
        (Func<Tensor, Tensor>? function, Func<double, double>? reference, double[]? points) = Functions[name];
        double[] expected = points.Select(reference).ToArray();
        Expect.Close(function(Expect.Vector(points)), Expect.Rounding64, expected);

        double[] single = points.Where(point => Math.Abs(point) < 80 || !double.IsFinite(point)).ToArray();
        Expect.Close(function(Expect.Vector(single).To(DType.Float32)), Expect.Rounding32, [.. single.Select(point =>
            (double)(float)reference((float)point))]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_OfNoElements_HasNone(string name) =>
        Assert.Equal(Shape.From(0, 3), Functions[name].Function(Tensor.Zeros(0, 3)).Shape);

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_OfTruthValues_IsRefused(string name)
    {
        string operation = name switch { "log10" or "log2" => "log", "square" => "pow", _ => name };
        Expect.Error<DTypeException>(
            $"{operation}: elements must be float32 or float64, but are bool; convert with To",
            () => Functions[name].Function(Tensor.Of(new[] { true })));
    }

    [Fact]
    public void Sinh_CloseToItsOverflowInFloat32_StaysFinite() =>
        Expect.Close(Tensor.Of(new[] { 89.0f, -89.0f }).Sinh(), Expect.Rounding32, Math.Sinh(89), -Math.Sinh(89));

    [Fact]
    public void Erf_AtHalf_EqualsTableValue() =>
        // erf 0.5 = 0.5204998778130465, erf 2 = 0.9953222650189527 (Abramowitz & Stegun, table 7.1)
        Expect.Close(
            Expect.Vector(0, 0.5, -2, Infinity, -Infinity, double.NaN).Erf(),
            Expect.Rounding64,
            0,
            0.5204998778130465,
            -0.9953222650189527,
            1,
            -1,
            double.NaN);

    [Fact]
    public void Expm1_NearZero_KeepsItsDigits() =>
        // e^x - 1 = x + x²/2 + … = 1e-10 + 5e-21; relative to 1e-10
        Expect.Close(Expect.Vector(1e-10, 1).Expm1() * 1e10, Expect.Rounding64, 1 + 5e-11, (Math.E - 1) * 1e10);

    [Fact]
    public void Log1p_NearZero_KeepsItsDigits() =>
        // ln(1 + x) = x - x²/2 + … = 1e-10 - 5e-21; relative to 1e-10
        Expect.Close(
            Expect.Vector(1e-10, 1, -1, -2).Log1p() * 1e10, Expect.Rounding64, 1 - 5e-11, Math.Log(2) * 1e10, -Infinity, double.NaN);

    [Fact]
    public void Abs_AtZero_HasDerivativeZero() => Expect.Close(Expect.Derivative(x => x.Abs(), Expect.Vector(-2, 0, 3)), 0, -1, 0, 1);

    [Fact]
    public void Sqrt_AtZero_HasInfiniteDerivative() =>
        Expect.Close(Expect.Derivative(x => x.Sqrt(), Expect.Vector(0, 4)), 0, Infinity, 0.25);

    [Fact]
    public void AbsAndSign_OfIntegers_StayIntegers()
    {
        Tensor x = Tensor.From([-3, 0, 5, int.MinValue]);
        Assert.Equal(DType.Int32, x.Abs().DType);
        Assert.Equal([3, 0, 5, int.MinValue], x.Abs().ToArray());
        Assert.Equal([-1, 0, 1, -1], x.Sign().ToArray());
    }

    [Fact]
    public void Roundings_KeepTheGraphConnected()
    {
        Tensor x = Expect.Vector(1.2, -0.7).AsParameter();
        foreach (Tensor? rounded in new[] { x.Floor(), x.Ceiling(), x.Round(), x.Truncate(), x.Sign() })
        {
            Assert.True(rounded.RequiresGradient);
            Expect.Close(rounded.Sum().Gradients([x])[0], 0, 0, 0);
        }
    }
}
