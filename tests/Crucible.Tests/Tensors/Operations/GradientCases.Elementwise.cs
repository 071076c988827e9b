using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Functions of each element by itself.</summary>
public static partial class GradientCases
{
    internal static IEnumerable<GradientCase> Functions =>
    [
        new("exp", t => t[0].Exp(), Values(1, 2, 3)),
        new("log", t => t[0].Log(), Uniform(1, 0.5, 2, 2, 3)),
        new("log10", t => t[0].Log10(), Uniform(1, 0.5, 2, 3)),
        new("log2", t => t[0].Log2(), Uniform(1, 0.5, 2, 3)),
        new("sqrt", t => t[0].Sqrt(), Uniform(1, 0.5, 2, 2, 3)),
        new("square", t => t[0].Square(), Values(1, 2, 3)),
        new("reciprocal", t => t[0].Reciprocal(), Uniform(1, 0.5, 2, 2, 3)),
        new("abs", t => t[0].Abs(), Values(1, 2, 3)),
        new("sin", t => t[0].Sin(), Values(1, 2, 3)),
        new("cos", t => t[0].Cos(), Values(1, 2, 3)),
        new("tan", t => t[0].Tan(), Uniform(1, -1, 1, 2, 3)),
        new("asin", t => t[0].Asin(), Uniform(1, -0.6, 0.6, 2, 3)),
        new("acos", t => t[0].Acos(), Uniform(1, -0.6, 0.6, 2, 3)),
        new("atan", t => t[0].Atan(), Values(1, 2, 3)),
        new("sinh", t => t[0].Sinh(), Values(1, 2, 3)),
        new("cosh", t => t[0].Cosh(), Values(1, 2, 3)),
        new("sigmoid", t => t[0].Sigmoid(), Values(1, 2, 3)),
        new("erf", t => t[0].Erf(), Values(1, 2, 3)),
        new("softplus", t => t[0].Softplus(), Values(1, 2, 3)),
        new("expm1", t => t[0].Expm1(), Values(1, 2, 3)),
        new("log1p", t => t[0].Log1p(), Uniform(1, -0.4, 2, 2, 3)),
        new(
            "piecewise constant beside a smooth term",
            t => t[0].Round() * t[0] + t[0].Sign() + t[0].Floor() + t[0].Ceiling() + t[0].Truncate(),
            Uniform(1, 0.1, 0.4, 2, 3)),
    ];

    internal static IEnumerable<GradientCase> Powers =>
    [
        new("pow 0", t => t[0].Pow(0.0) * t[0], Values(1, 4)),
        new("pow 1", t => t[0].Pow(1.0), Values(1, 4)),
        new("pow 3", t => t[0].Pow(3.0), Values(1, 4)),
        new("pow 4 at 0", t => t[0].Pow(4.0), Tensor.Of(new[] { 0.0, -1.0, 0.5 }, DType.Float64)),
        new("pow -2", t => t[0].Pow(-2.0), Uniform(1, 0.5, 2, 4)),
        new("pow 2.5", t => t[0].Pow(2.5), Uniform(1, 0.5, 2, 4)),
        new("pow of tensors", t => t[0].Pow(t[1]), Uniform(1, 0.5, 2, 2, 3), Values(2, 2, 3)),
        new("pow of tensors broadcast", t => t[0].Pow(t[1]), Uniform(1, 0.5, 2, 2, 1), Values(2, 3)),
        new("pow of a number", t => Tensor.Pow(2.0, t[0]), Values(1, 4)),
    ];

    internal static IEnumerable<GradientCase> Bounds =>
    [
        new("clamp", t => t[0].Clamp(-0.75, 0.5) * t[0], Tensor.Of(new[] { -2.0, -0.5, 0.25, 1.0 }, DType.Float64)),
        new("maximum", t => t[0].Maximum(t[1]) * t[0], Values(1, 2, 3), Values(2, 2, 3)),
        new("maximum broadcast", t => t[0].Maximum(t[1]) * t[1], Values(1, 2, 1), Values(2, 3)),
        new("maximum with a number", t => t[0].Maximum(0.05) * t[0], Values(1, 2, 3)),
        new("minimum", t => t[0].Minimum(t[1]) * t[0], Values(1, 2, 3), Values(2, 2, 3)),
        new("minimum broadcast", t => t[0].Minimum(t[1]) * t[1], Values(1, 2, 1), Values(2, 3)),
    ];

    internal static IEnumerable<GradientCase> Activations =>
    [
        new("relu", t => t[0].Relu() * t[0], Values(1, 2, 3)),
        new("leakyRelu", t => t[0].LeakyRelu(0.2) * t[0], Values(1, 2, 3)),
        new("parametricRelu", t => t[0].ParametricRelu(t[1]) * t[0], Values(1, 2, 3), Values(2)),
        new("parametricRelu by channel", t => t[0].ParametricRelu(t[1]) * t[0], Values(1, 2, 2, 3), Values(2, 3)),
        new("elu", t => t[0].Elu(1.5), Values(1, 2, 3)),
        new("gelu", t => t[0].Gelu(), Values(1, 2, 3)),
        new("gelu approximate", t => t[0].Gelu(approximate: true), Values(1, 2, 3)),
        new("silu", t => t[0].Silu(), Values(1, 2, 3)),
        new("dropout", t => t[0].Dropout(0.4, new Generator(7)) * t[0], Values(1, 4, 5)),
    ];
}
