using Crucible.Tensors;

namespace Crucible.Tests.Oracle;

/// <summary>How Crucible does what each <c>operation</c> of the oracle's cases names.</summary>
internal static partial class OracleOperations
{
    /// <summary>By name: from inputs and attributes to outputs.</summary>
    internal static IReadOnlyDictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>> Table { get; } = Merge(
        Arithmetic, Elementwise, Reductions, Shapes, Products);

    private static Dictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>> Arithmetic => new()
    {
        ["add"] = (x, _) => [x[0] + x[1]],
        ["subtract"] = (x, _) => [x[0] - x[1]],
        ["multiply"] = (x, _) => [x[0] * x[1]],
        ["divide"] = (x, _) => [x[0] / x[1]],
        ["addNumber"] = (x, a) => [x[0] + a.Number("number")],
        ["subtractNumber"] = (x, a) => [x[0] - a.Number("number")],
        ["multiplyNumber"] = (x, a) => [x[0] * a.Number("number")],
        ["divideNumber"] = (x, a) => [x[0] / a.Number("number")],
        ["numberAdd"] = (x, a) => [a.Number("number") + x[0]],
        ["numberSubtract"] = (x, a) => [a.Number("number") - x[0]],
        ["numberMultiply"] = (x, a) => [a.Number("number") * x[0]],
        ["numberDivide"] = (x, a) => [a.Number("number") / x[0]],
    };

    private static Dictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>> Elementwise => new()
    {
        ["negate"] = (x, _) => [-x[0]],
        ["tanh"] = (x, _) => [x[0].Tanh()],
    };

    private static Dictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>> Reductions => new()
    {
        ["sum"] = (x, a) => [a.Has("axes") ? x[0].Sum(a.Ints("axes"), a.Truth("keepDims")) : x[0].Sum()],
    };

    private static Dictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>> Shapes => new()
    {
        ["reshape"] = (x, a) => [(a.Has("transposed") ? x[0].Transpose(0, 1) : x[0]).Reshape(a.Ints("shape"))],
        ["flatten"] = (x, a) => [x[0].Flatten(a.Int("axis"))],
        ["squeeze"] = (x, a) => [x[0].Squeeze(a.Int("axis"))],
        ["unsqueeze"] = (x, a) => [x[0].Unsqueeze(a.Int("axis"))],
        ["permute"] = (x, a) => [x[0].Permute(a.Ints("axes"))],
        ["transpose"] = (x, a) => [x[0].Transpose(a.Ints("axes")[0], a.Ints("axes")[1])],
        ["concat"] = (x, a) => [Tensor.Concat(x, a.Int("axis"))],
        ["stack"] = (x, a) => [Tensor.Stack(x, a.Int("axis"))],
        ["split"] = (x, a) => x[0].Split(a.Ints("sizes"), a.Int("axis")),
        ["chunk"] = (x, a) => x[0].Chunk(a.Int("count"), a.Int("axis")),
        ["select"] = (x, a) => [x[0].Select(a.Int("axis"), a.Int("index"))],
        ["slice"] = (x, a) => [x[0].Slice(a.Int("axis"), a.Int("start"), a.Int("stop"), a.Int("step"))],
        ["pad"] = (x, a) => [x[0].Pad(a.Int("axis"), a.Int("before"), a.Int("after"), a.Number("value"))],
        ["expand"] = (x, a) => [x[0].Expand(a.Ints("shape"))],
    };

    private static Dictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>> Products => new()
    {
        ["matmul"] = (x, _) => [x[0].MatMul(x[1])],
        ["matmulTransposed"] = (x, a) => [x[0].MatMul(x[1], a.Truth("transposeA"), a.Truth("transposeB"))],
        ["linear"] = (x, _) => [x[0].Linear(x[1], x.Length > 2 ? x[2] : null)],
    };

    private static Dictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>> Merge(params Dictionary<string, Func<Tensor[], OracleAttributes, Tensor[]>>[] tables) =>
        tables.SelectMany(table => table).ToDictionary();
}
