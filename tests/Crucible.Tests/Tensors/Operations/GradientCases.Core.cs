using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Arithmetic, products, and the operations that only move elements.</summary>
public static partial class GradientCases
{
    internal static IEnumerable<GradientCase> Arithmetic =>
    [
        new("add", t => t[0] + t[1], Values(1, 2, 3), Values(2, 2, 3)),
        new("add broadcast", t => t[0] + t[1], Values(1, 2, 1, 3), Values(2, 4, 1)),
        new("add to itself", t => t[0] + t[0], Values(1, 3)),
        new("subtract", t => t[0] - t[1], Values(1, 2, 3), Values(2, 3)),
        new("multiply", t => t[0] * t[1], Values(1, 2, 3), Values(2, 2, 3)),
        new("multiply broadcast", t => t[0] * t[1], Values(1, 2, 1, 3), Values(2, 4, 1)),
        new("multiply by itself", t => t[0] * t[0], Values(1, 3)),
        new("divide", t => t[0] / t[1], Values(1, 2, 3), Uniform(2, 0.5, 2, 2, 3)),
        new("divide broadcast", t => t[0] / t[1], Values(1, 3), Uniform(2, 0.5, 2, 2, 1)),
        new("negate", t => -t[0], Values(1, 2, 3)),
        new("tanh", t => t[0].Tanh(), Values(1, 2, 3)),
        new("cast", t => t[0].To(DType.Float32).To(DType.Float64) * t[0], Tensor.Of(new[] { -1.5, 0.25, 3.0 }, DType.Float64)),
    ];

    internal static IEnumerable<GradientCase> Products =>
    [
        new("matmul", t => t[0].MatMul(t[1]), Values(1, 2, 3), Values(2, 3, 4)),
        new("matmul transposed a", t => t[0].MatMul(t[1], transposeA: true), Values(1, 3, 2), Values(2, 3, 4)),
        new("matmul transposed b", t => t[0].MatMul(t[1], transposeB: true), Values(1, 2, 3), Values(2, 4, 3)),
        new("matmul both transposed", t => t[0].MatMul(t[1], true, true), Values(1, 3, 2), Values(2, 4, 3)),
        new("matmul stack by matrix", t => t[0].MatMul(t[1]), Values(1, 2, 2, 3), Values(2, 3, 4)),
        new("matmul broadcast stacks", t => t[0].MatMul(t[1]), Values(1, 2, 1, 2, 3), Values(2, 3, 3, 2)),
        new("matmul vectors", t => t[0].MatMul(t[1]), Values(1, 3), Values(2, 3)),
        new("linear", t => t[0].Linear(t[1], t[2]), Values(1, 2, 3), Values(2, 3, 4), Values(3, 4)),
        new("linear maps with ReLU between", t => LinearReluChainOperation.Forward(t, Precision.Full),
            Values(1, 4, 3), Values(2, 3, 5), Values(3, 5), Values(4, 5, 4), Values(5, 4), Values(6, 4, 2), Values(7, 2)),
        new("linear on a stack", t => t[0].Linear(t[1], t[2]), Values(1, 2, 2, 3), Values(2, 3, 4), Values(3, 4)),
    ];

    internal static IEnumerable<GradientCase> Movements =>
    [
        new("sum", t => t[0].Sum(), Values(1, 2, 3)),
        new("sum over an axis", t => t[0].Sum(1), Values(1, 2, 3, 2)),
        new("sum keeping the axis", t => t[0].Sum(0, keepDims: true), Values(1, 2, 3)),
        new("sum over axes", t => t[0].Sum([0, 2]), Values(1, 2, 3, 2)),
        new("reshape", t => t[0].Reshape(3, 2), Values(1, 2, 3)),
        new("permute", t => t[0].Permute(2, 0, 1), Values(1, 2, 3, 4)),
        new("expand", t => t[0].Expand(2, 4, 3), Values(1, 4, 1)),
        new("slice", t => t[0].Slice(1, 1, 6, 2), Values(1, 2, 7)),
        new("pad", t => t[0].Pad(1, 2, 1, 5.0), Values(1, 2, 3)),
        new("concat", t => Tensor.Concat([t[0], t[1]], 1), Values(1, 2, 3), Values(2, 2, 1)),
        new("values forgotten and computed again", t => Forgotten(t[0].LayerNorm(t[2]), y => Forgotten(y.MatMul(t[1]), z => z * z)),
            Values(1, 6, 4), Values(2, 4, 4), Values(3, 4)),
        new("a part computed again", t => Recomputation.Forward(_ => t[0].Tanh() * t[1], null, t), Values(1, 2, 3), Values(2, 2, 3)),
    ];

    /// <summary>What a function makes of a value that is then forgotten.</summary>
    private static Tensor Forgotten(Tensor value, Func<Tensor, Tensor> read)
    {
        Tensor result = read(value);
        value.Forget();
        return result;
    }
}
