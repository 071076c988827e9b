using Crucible.Tensors;

namespace Crucible.Onnx.Export;

/// <summary>The operators that layers are written with. Sizes that depend on the input are values of the graph themselves.</summary>
public sealed partial class OnnxGraph
{
    /// <summary>A number of the model's element type.</summary>
    internal OnnxValue Number(double value) => Constant(Tensor.Scalar(value, DType));

    internal OnnxValue Integers(params long[] values) => Constant(TensorBytes.Write(values, isScalar: false), 1);

    internal OnnxValue Integer(long value) => Constant(TensorBytes.Write([value], isScalar: true), 0);

    internal OnnxValue Elementwise(string operation, params OnnxValue[] inputs) =>
        Node(operation, inputs.Max(input => input.Rank), inputs);

    internal OnnxValue Add(OnnxValue a, OnnxValue b) => Elementwise("Add", a, b);

    internal OnnxValue Multiply(OnnxValue a, OnnxValue b) => Elementwise("Mul", a, b);

    internal OnnxValue Sigmoid(OnnxValue x) => Elementwise("Sigmoid", x);

    internal OnnxValue Tanh(OnnxValue x) => Elementwise("Tanh", x);

    internal OnnxValue MatMul(OnnxValue a, OnnxValue b) => Node("MatMul", Math.Max(a.Rank, b.Rank), [a, b]);

    internal OnnxValue Softmax(OnnxValue x, int axis = -1) => Node("Softmax", x.Rank, [x], ("axis", axis));

    internal OnnxValue Transpose(OnnxValue x, params int[] axes) => Node("Transpose", x.Rank, [x], ("perm", axes));

    /// <summary>Sizes of 0 are those of the input at the same place, -1 what is left.</summary>
    internal OnnxValue Reshape(OnnxValue x, params long[] sizes) => Node("Reshape", sizes.Length, [x, Integers(sizes)]);

    internal OnnxValue Unsqueeze(OnnxValue x, int axis) => Node("Unsqueeze", x.Rank + 1, [x, Integers(axis)]);

    internal OnnxValue Squeeze(OnnxValue x, int axis) => Node("Squeeze", x.Rank - 1, [x, Integers(axis)]);

    internal OnnxValue Concat(int axis, params OnnxValue[] parts) => Node("Concat", parts[0].Rank, parts, ("axis", axis));

    /// <summary>Parts of given sizes along an axis.</summary>
    internal OnnxValue[] Split(OnnxValue x, int axis, params long[] sizes) => sizes.Length == 1
        ? [x]
        : Nodes("Split", [.. sizes.Select(_ => x.Rank)], [x, Integers(sizes)], ("axis", axis));

    /// <summary>The rows from one to another along an axis; the bounds are values [1].</summary>
    internal OnnxValue Slice(OnnxValue x, int axis, OnnxValue from, OnnxValue to) =>
        Node("Slice", x.Rank, [x, from, to, Integers(axis)]);

    /// <summary>The elements at one place of an axis, which goes away.</summary>
    internal OnnxValue Select(OnnxValue x, int axis, int place) => Node("Gather", x.Rank - 1, [x, Integer(place)], ("axis", axis));

    /// <summary>The size along an axis, [1].</summary>
    internal OnnxValue Size(OnnxValue x, int axis) => axis is -1
        ? Node("Shape", 1, [x], ("start", -1))
        : Node("Shape", 1, [x], ("start", axis), ("end", axis + 1));

    /// <summary>From one whole number up to another, [to - from]; the bounds are values [1].</summary>
    internal OnnxValue Range(OnnxValue from, OnnxValue to) => Node("Range", 1, [Squeeze(from, 0), Squeeze(to, 0), Integer(1)]);

    internal OnnxValue ReduceMean(OnnxValue x, bool keepDims, params long[] axes) =>
        Node("ReduceMean", keepDims ? x.Rank : x.Rank - axes.Length, [x, Integers(axes)], ("keepdims", keepDims ? 1 : 0));

    internal OnnxValue ReduceSum(OnnxValue x, bool keepDims, params long[] axes) =>
        Node("ReduceSum", keepDims ? x.Rank : x.Rank - axes.Length, [x, Integers(axes)], ("keepdims", keepDims ? 1 : 0));

    internal OnnxValue Cast(OnnxValue x, DType dtype) => Node("Cast", x.Rank, [x], ("to", (int)TensorBytes.TypeOf(dtype)));

    /// <summary>Zeros in the shape of a value [B, channels], with other channels perhaps.</summary>
    internal OnnxValue Zeros(OnnxValue like, int channels) =>
        Node("Expand", 2, [Number(0.0), Concat(0, Size(like, 0), Integers(channels))]);
}
