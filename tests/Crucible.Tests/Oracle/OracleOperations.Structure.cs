using Crucible.Tensors;

namespace Crucible.Tests.Oracle;

/// <summary>Operations that reduce, move or pick elements.</summary>
internal static partial class OracleOperations
{
    private static Dictionary<string, Run> Reductions => new()
    {
        ["logSumExp"] = (x, a) => [a.Has("axes") ? x[0].LogSumExp(a.Ints("axes"), a.Truth("keepDims")) : x[0].LogSumExp()],
        ["max"] = (x, a) => [a.Has("axes") ? x[0].Max(a.Ints("axes"), a.Truth("keepDims")) : x[0].Max()],
        ["mean"] = (x, a) => [a.Has("axes") ? x[0].Mean(a.Ints("axes"), a.Truth("keepDims")) : x[0].Mean()],
        ["min"] = (x, a) => [a.Has("axes") ? x[0].Min(a.Ints("axes"), a.Truth("keepDims")) : x[0].Min()],
        ["norm"] = (x, a) =>
            [a.Has("axes") ? x[0].Norm(a.Number("order"), a.Ints("axes"), a.Truth("keepDims")) : x[0].Norm(a.Number("order"))],
        ["prod"] = (x, a) => [a.Has("axes") ? x[0].Prod(a.Ints("axes"), a.Truth("keepDims")) : x[0].Prod()],
        ["std"] = (x, a) => [x[0].Std(AxesOrAll(x[0], a), a.Truth("keepDims"), a.Int("correction"))],
        ["sum"] = (x, a) => [a.Has("axes") ? x[0].Sum(a.Ints("axes"), a.Truth("keepDims")) : x[0].Sum()],
        ["var"] = (x, a) => [x[0].Var(AxesOrAll(x[0], a), a.Truth("keepDims"), a.Int("correction"))],
    };

    private static Dictionary<string, Run> Orders => new()
    {
        ["argMax"] = (x, a) => [x[0].ArgMax(a.Int("axis"), a.Truth("keepDims"))],
        ["argMin"] = (x, a) => [x[0].ArgMin(a.Int("axis"), a.Truth("keepDims"))],
        ["cumSum"] = (x, a) => [x[0].CumSum(a.Int("axis"))],
        ["sort"] = (x, a) => Pair(x[0].Sort(a.Int("axis"), a.Has("descending") && a.Truth("descending"))),
        ["topK"] = (x, a) => Pair(x[0].TopK(a.Int("count"), a.Int("axis"))),
    };

    private static Dictionary<string, Run> Shapes => new()
    {
        ["chunk"] = (x, a) => x[0].Chunk(a.Int("count"), a.Int("axis")),
        ["concat"] = (x, a) => [Tensor.Concat(x, a.Int("axis"))],
        ["expand"] = (x, a) => [x[0].Expand(a.Ints("shape"))],
        ["flatten"] = (x, a) => [x[0].Flatten(a.Int("axis"))],
        ["flip"] = (x, a) => [x[0].Flip(a.Ints("axes"))],
        ["pad"] = (x, a) => [x[0].Pad(a.Int("axis"), a.Int("before"), a.Int("after"), a.Number("value"))],
        ["permute"] = (x, a) => [x[0].Permute(a.Ints("axes"))],
        ["reshape"] = (x, a) => [(a.Has("transposed") ? x[0].Transpose(0, 1) : x[0]).Reshape(a.Ints("shape"))],
        ["select"] = (x, a) => [x[0].Select(a.Int("axis"), a.Int("index"))],
        ["slice"] = (x, a) => [x[0].Slice(a.Int("axis"), a.Int("start"), a.Int("stop"), a.Int("step"))],
        ["split"] = (x, a) => x[0].Split(a.Ints("sizes"), a.Int("axis")),
        ["squeeze"] = (x, a) => [x[0].Squeeze(a.Int("axis"))],
        ["stack"] = (x, a) => [Tensor.Stack(x, a.Int("axis"))],
        ["tile"] = (x, a) => [x[0].Tile(a.Ints("repeats"))],
        ["transpose"] = (x, a) => [x[0].Transpose(a.Ints("axes")[0], a.Ints("axes")[1])],
        ["unsqueeze"] = (x, a) => [x[0].Unsqueeze(a.Int("axis"))],
    };

    private static Dictionary<string, Run> Indexing => new()
    {
        ["gather"] = (x, a) => [x[0].Gather(a.Int("axis"), x[1])],
        ["indexSelect"] = (x, a) => [x[0].IndexSelect(a.Int("axis"), x[1])],
        ["maskedFill"] = (x, a) => [x[0].MaskedFill(x[1], a.Number("value"))],
        ["scatterAdd"] = (x, a) => [x[0].ScatterAdd(a.Int("axis"), x[1], x[2])],
        ["tril"] = (x, a) => [x[0].Tril(a.Int("diagonal"))],
        ["triu"] = (x, a) => [x[0].Triu(a.Int("diagonal"))],
        ["where"] = (x, _) => [Tensor.Where(x[0], x[1], x[2])],
    };

    private static int[] AxesOrAll(Tensor x, OracleAttributes attributes) =>
        attributes.Has("axes") ? attributes.Ints("axes") : [.. Enumerable.Range(0, x.Rank)];

    private static Tensor[] Pair(Tuple<Tensor, Tensor> pair) => [pair.Item1, pair.Item2];
}
