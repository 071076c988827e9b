using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Tests.Oracle;

/// <summary>How Crucible does what each <c>operation</c> of the oracle's cases names.</summary>
internal static partial class OracleOperations
{
    /// <summary>From inputs and attributes to outputs.</summary>
    internal delegate Tensor[] Run(Tensor[] inputs, OracleAttributes attributes);

    /// <summary>By name.</summary>
    internal static IReadOnlyDictionary<string, Run> Table { get; } =
        new[]
        {
            Arithmetic, Comparisons, Elementwise, Reductions, Orders, Shapes, Indexing, Products, Decompositions,
            Normalizations, Attentions, Convolutions, Losses
        }.SelectMany(table => table).ToDictionary();

    private static Dictionary<string, Run> Arithmetic => new()
    {
        ["add"] = (x, _) => [x[0] + x[1]],
        ["subtract"] = (x, _) => [x[0] - x[1]],
        ["multiply"] = (x, _) => [x[0] * x[1]],
        ["divide"] = (x, _) => [x[0] / x[1]],
        ["powTensor"] = (x, _) => [x[0].Pow(x[1])],
        ["maximum"] = (x, _) => [x[0].Maximum(x[1])],
        ["minimum"] = (x, _) => [x[0].Minimum(x[1])],
        ["addNumber"] = (x, a) => [x[0] + a.Number("number")],
        ["subtractNumber"] = (x, a) => [x[0] - a.Number("number")],
        ["multiplyNumber"] = (x, a) => [x[0] * a.Number("number")],
        ["divideNumber"] = (x, a) => [x[0] / a.Number("number")],
        ["numberAdd"] = (x, a) => [a.Number("number") + x[0]],
        ["numberSubtract"] = (x, a) => [a.Number("number") - x[0]],
        ["numberMultiply"] = (x, a) => [a.Number("number") * x[0]],
        ["numberDivide"] = (x, a) => [a.Number("number") / x[0]],
    };

    private static Dictionary<string, Run> Comparisons => new()
    {
        ["equalTo"] = (x, _) => [x[0].EqualTo(x[1])],
        ["notEqualTo"] = (x, _) => [x[0].NotEqualTo(x[1])],
        ["less"] = (x, _) => [x[0].Less(x[1])],
        ["lessOrEqual"] = (x, _) => [x[0].LessOrEqual(x[1])],
        ["greater"] = (x, _) => [x[0].Greater(x[1])],
        ["greaterOrEqual"] = (x, _) => [x[0].GreaterOrEqual(x[1])],
        ["logicalAnd"] = (x, _) => [x[0].And(x[1])],
        ["logicalOr"] = (x, _) => [x[0].Or(x[1])],
        ["logicalNot"] = (x, _) => [x[0].Not()],
    };

    private static Dictionary<string, Run> Elementwise => new()
    {
        ["abs"] = (x, _) => [x[0].Abs()],
        ["ceiling"] = (x, _) => [x[0].Ceiling()],
        ["clamp"] = (x, a) => [x[0].Clamp(a.Number("min"), a.Number("max"))],
        ["cos"] = (x, _) => [x[0].Cos()],
        ["elu"] = (x, a) => [x[0].Elu(a.Number("alpha"))],
        ["erf"] = (x, _) => [x[0].Erf()],
        ["exp"] = (x, _) => [x[0].Exp()],
        ["floor"] = (x, _) => [x[0].Floor()],
        ["gelu"] = (x, a) => [x[0].Gelu(a.Truth("approximate"))],
        ["leakyRelu"] = (x, a) => [x[0].LeakyRelu(a.Number("slope"))],
        ["log"] = (x, _) => [x[0].Log()],
        ["negate"] = (x, _) => [-x[0]],
        ["parametricRelu"] = (x, _) => [x[0].ParametricRelu(x[1])],
        ["pow"] = (x, a) => [x[0].Pow(a.Number("exponent"))],
        ["reciprocal"] = (x, _) => [x[0].Reciprocal()],
        ["relu"] = (x, _) => [x[0].Relu()],
        ["round"] = (x, _) => [x[0].Round()],
        ["sigmoid"] = (x, _) => [x[0].Sigmoid()],
        ["sign"] = (x, _) => [x[0].Sign()],
        ["silu"] = (x, _) => [x[0].Silu()],
        ["sin"] = (x, _) => [x[0].Sin()],
        ["softplus"] = (x, _) => [x[0].Softplus()],
        ["sqrt"] = (x, _) => [x[0].Sqrt()],
        ["square"] = (x, _) => [x[0].Square()],
        ["tan"] = (x, _) => [x[0].Tan()],
        ["tanh"] = (x, _) => [x[0].Tanh()],
    };

    private static Dictionary<string, Run> Products => new()
    {
        ["einsum"] = (x, a) => [Tensor.Einsum(a.Text("equation"), x)],
        ["linear"] = (x, _) => [x[0].Linear(x[1], x.Length > 2 ? x[2] : null)],
        ["matmul"] = (x, _) => [x[0].MatMul(x[1])],
        ["matmulTransposed"] = (x, a) => [x[0].MatMul(x[1], a.Truth("transposeA"), a.Truth("transposeB"))],
    };

    private static Dictionary<string, Run> Decompositions => new()
    {
        ["determinant"] = (x, _) => [x[0].Determinant()],
        ["inverse"] = (x, _) => [x[0].Inverse()],
        ["singularValues"] = (x, _) => [x[0].SVD().Item2],
        ["solve"] = (x, _) => [x[0].Solve(x[1])],
        ["symmetricEigenvalues"] = (x, _) => [x[0].SymmetricEigen().Item1],
    };

    private static Dictionary<string, Run> Normalizations => new()
    {
        ["embedding"] = (x, _) => [EmbeddingOf(x[1]).Forward(x[0])],
        ["layerNorm"] = (x, a) => [x[0].LayerNorm(x[1], x[2], a.Number("epsilon"))],
        ["logSoftmax"] = (x, a) => [x[0].LogSoftmax(a.Int("axis"))],
        ["rmsNorm"] = (x, a) => [x[0].RmsNorm(x[1], a.Number("epsilon"))],
        ["softmax"] = (x, a) => [x[0].Softmax(a.Int("axis"))],
    };

    private static Dictionary<string, Run> Losses => new()
    {
        ["binaryCrossEntropy"] = (x, a) => [Loss.BinaryCrossEntropy(x[0], x[1], Reduction(a))],
        ["binaryCrossEntropyWithLogits"] = (x, a) => [Loss.BinaryCrossEntropyWithLogits(x[0], x[1], Reduction(a))],
        ["crossEntropy"] = (x, a) => [Loss.CrossEntropy(
            x[0], x[1], Reduction(a), a.Number("labelSmoothing"), a.Has("ignoredIndex") ? a.Int("ignoredIndex") : null,
            x.Length > 2 ? x[2] : null)],
        ["huber"] = (x, a) => [Loss.Huber(x[0], x[1], Reduction(a), a.Number("delta"))],
        ["mae"] = (x, a) => [Loss.MeanAbsoluteError(x[0], x[1], Reduction(a))],
        ["mse"] = (x, a) => [Loss.MeanSquaredError(x[0], x[1], Reduction(a))],
    };

    // The layer takes the oracle's own tensor as its table, so that the gradient arrives there.
    private static Embedding EmbeddingOf(Tensor vectors) =>
        new(vectors.Shape[0], vectors.Shape[1], new Generator(1), new Initializer("oracle", (_, _, _) => vectors), vectors.DType);

    private static LossReduction Reduction(OracleAttributes attributes) =>
        Enum.Parse<LossReduction>(attributes.Text("reduction"), ignoreCase: true);
}
