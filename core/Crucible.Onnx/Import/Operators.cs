using Crucible.Layers;
using Crucible.Onnx.Schema;
using Crucible.Tensors;

namespace Crucible.Onnx.Import;

/// <summary>ONNX's operators by name, computed with the library's, so that gradients pass through them.</summary>
internal static partial class Operators
{
    private static readonly Dictionary<string, Operator> All = new(StringComparer.Ordinal)
    {
        // element by element
        ["Abs"] = Unary(x => x.Abs()),
        ["Ceil"] = Unary(x => x.Ceiling()),
        ["Cos"] = Unary(x => x.Cos()),
        ["Erf"] = Unary(x => x.Erf()),
        ["Exp"] = Unary(x => x.Exp()),
        ["Floor"] = Unary(x => x.Floor()),
        ["Identity"] = Unary(x => x),
        ["Dropout"] = Unary(x => x),
        ["Log"] = Unary(x => x.Log()),
        ["Neg"] = Unary(x => -x),
        ["Not"] = Unary(x => x.Not()),
        ["Reciprocal"] = Unary(x => x.Reciprocal()),
        ["Relu"] = Unary(x => x.Relu()),
        ["Round"] = Unary(x => x.Round()),
        ["Sigmoid"] = Unary(x => x.Sigmoid()),
        ["Sin"] = Unary(x => x.Sin()),
        ["Softplus"] = Unary(x => x.Softplus()),
        ["Sqrt"] = Unary(x => x.Sqrt()),
        ["Tanh"] = Unary(x => x.Tanh()),
        ["Add"] = Binary((a, b) => a + b),
        ["Sub"] = Binary((a, b) => a - b),
        ["Mul"] = Binary((a, b) => a * b),
        ["Div"] = Divide,
        ["Pow"] = Power,
        ["PRelu"] = Binary((x, slope) => x.Relu() + (slope * x.Minimum(0.0))),
        ["And"] = Binary((a, b) => a.And(b)),
        ["Or"] = Binary((a, b) => a.Or(b)),
        ["Equal"] = Binary((a, b) => a.EqualTo(b)),
        ["Greater"] = Binary((a, b) => a.Greater(b)),
        ["GreaterOrEqual"] = Binary((a, b) => a.GreaterOrEqual(b)),
        ["Less"] = Binary((a, b) => a.Less(b)),
        ["LessOrEqual"] = Binary((a, b) => a.LessOrEqual(b)),
        ["Max"] = call => [call.Inputs.Aggregate((a, b) => a.Maximum(b))],
        ["Min"] = call => [call.Inputs.Aggregate((a, b) => a.Minimum(b))],
        ["Where"] = call => [Tensor.Where(call.Input(0), call.Input(1), call.Input(2))],
        ["Clip"] = Clip,
        ["Cast"] = Cast,
        ["Elu"] = call => [call.Input(0).Elu(call.Number("alpha", 1.0))],
        ["LeakyRelu"] = call => [call.Input(0).LeakyRelu(call.Number("alpha", 0.01))],
        ["Gelu"] = call => [call.Input(0).Gelu(call.Text("approximate", "none") == "tanh")],
        ["HardSigmoid"] = call => [HardSigmoid(call.Input(0), call.Number("alpha", 0.2), call.Number("beta", 0.5))],
        ["HardSwish"] = Unary(x => x * HardSigmoid(x, 1.0 / 6.0, 0.5)),

        // sums and norms
        ["ReduceMean"] = Reduce((x, axes, keepDims) => x.Mean(axes, keepDims), 18),
        ["ReduceSum"] = Reduce((x, axes, keepDims) => x.Sum(axes, keepDims), 13),
        ["ReduceMax"] = Reduce((x, axes, keepDims) => x.Max(axes, keepDims), 18),
        ["ReduceMin"] = Reduce((x, axes, keepDims) => x.Min(axes, keepDims), 18),
        ["Softmax"] = Softmax,
        ["LayerNormalization"] = LayerNormalization,
        ["BatchNormalization"] = BatchNormalization,

        // products
        ["MatMul"] = Binary((a, b) => a.MatMul(b)),
        ["Gemm"] = Gemm,
        ["Conv"] = Convolution,
        ["MaxPool"] = MaxPool,
        ["AveragePool"] = AveragePool,
        ["GlobalAveragePool"] = Unary(x => x.Mean(Enumerable.Range(2, Math.Max(0, x.Rank - 2)), keepDims: true)),

        // sizes and places
        ["Concat"] = call => [Tensor.Concat(call.Inputs, call.Integer("axis", 0))],
        ["ConstantOfShape"] = ConstantOfShape,
        ["Expand"] = Expand,
        ["Flatten"] = Flatten,
        ["Gather"] = Gather,
        ["Pad"] = Pad,
        ["Range"] = Range,
        ["Reshape"] = Reshape,
        ["Shape"] = ShapeOf,
        ["Size"] = Unary(x => Tensor.Scalar(x.ElementCount, DType.Int32)),
        ["Slice"] = Slice,
        ["Split"] = Split,
        ["Squeeze"] = Squeeze,
        ["Transpose"] = call => [call.Input(0).Permute(call.Integers("perm") ?? [.. Enumerable.Range(0, call.Input(0).Rank).Reverse()])],
        ["Unsqueeze"] = Unsqueeze,

        // what repeats or chooses
        ["GRU"] = Recurrent,
        ["LSTM"] = Recurrent,
        ["RNN"] = Recurrent,
        ["If"] = call => call.Run(call.Input(0).ToDouble() != 0.0 ? "then_branch" : "else_branch"),
        ["Scan"] = Scan,
    };

    /// <summary>What computes a node; null where it is not known.</summary>
    public static Operator? Find(NodeProto node) => node.Domain is "" or "ai.onnx" ? All.GetValueOrDefault(node.OpType) : null;

    private static Operator Unary(Func<Tensor, Tensor> function) => call => [function(call.Input(0))];

    private static Operator Binary(Func<Tensor, Tensor, Tensor> function) => call => [function(call.Input(0), call.Input(1))];

    /// <summary>Axes are an attribute in older versions and an input in newer ones; without any, all of them.</summary>
    private static Operator Reduce(Func<Tensor, int[], bool, Tensor> function, int axesAreInputFrom) => call =>
    {
        Tensor x = call.Input(0);
        int[]? axes = call.OperatorSet >= axesAreInputFrom ? call.Integers(1, "axes") : call.Integers("axes");
        if (axes is not { Length: > 0 })
        {
            if (call.Integer("noop_with_empty_axes", 0) != 0) return [x];
            axes = [.. Enumerable.Range(0, x.Rank)];
        }

        return [axes.Length == 0 ? x : function(x, axes, call.Integer("keepdims", 1) != 0)];
    };

    private static Tensor[] Divide(NodeCall call)
    {
        (Tensor a, Tensor b) = (call.Input(0), call.Input(1));
        if (a.DType.IsFloat()) return [a / b];
        if (b.ToArray<int>().Contains(0)) throw call.Wrong("it divides a whole number by 0");
        return [Apply.Scalarwise<int, int>(a, b, (x, y) => y == -1 ? unchecked(-x) : x / y, "div")];
    }

    private static Tensor[] Power(NodeCall call)
    {
        (Tensor x, Tensor exponent) = (call.Input(0), call.Input(1));
        // A number has a derivative of its own, which is not NaN below 0.
        bool isNumber = exponent is { ElementCount: 1, RequiresGradient: false } && exponent.Rank <= x.Rank;
        return [isNumber ? x.Pow(exponent.ToDouble()) : x.Pow(exponent.To(x.DType))];
    }

    private static Tensor[] Clip(NodeCall call)
    {
        Tensor x = call.Input(0);
        double low = call.Optional(1)?.ToDouble() ?? call.Number("min", double.NegativeInfinity);
        double high = call.Optional(2)?.ToDouble() ?? call.Number("max", double.PositiveInfinity);
        return [x.DType.IsFloat() ? x.Clamp(low, high) : x.To(DType.Float64).Clamp(low, high).To(x.DType)];
    }

    private static Tensor[] Cast(NodeCall call)
    {
        TensorProto.Types.DataType to = (TensorProto.Types.DataType)call.Integer("to", 0);
        return [call.Input(0).To(TensorReader.DTypeOf(to) ?? throw call.Wrong($"it converts to {to}, which is not known here"))];
    }

    private static Tensor HardSigmoid(Tensor x, double slope, double offset) => ((x * slope) + offset).Clamp(0.0, 1.0);

    private static Tensor[] Softmax(NodeCall call)
    {
        Tensor x = call.Input(0);
        if (call.OperatorSet >= 13) return [x.Softmax(call.Integer("axis", -1))];
        // Before, all axes from one on were one.
        int axis = x.Shape.Axis(call.Integer("axis", 1), "softmax");
        return [axis == x.Rank - 1 ? x.Softmax() : x.Reshape(x.Shape.Product(0, axis), -1).Softmax().Reshape(x.Shape)];
    }

    private static Tensor[] LayerNormalization(NodeCall call)
    {
        Tensor x = call.Input(0);
        call.Require(x.Shape.Axis(call.Integer("axis", -1), "layerNorm") == x.Rank - 1, "axis");
        return [x.LayerNorm(call.Input(1), call.Optional(2), call.Number("epsilon", 1e-5))];
    }

    private static Tensor[] BatchNormalization(NodeCall call)
    {
        Tensor x = call.Input(0);
        Tensor Channels(int input) => call.Input(input).Reshape([-1, .. Enumerable.Repeat(1, x.Rank - 2)]);
        Tensor scale = Channels(1) * (Channels(4) + call.Number("epsilon", 1e-5)).Sqrt().Reciprocal();
        return [((x - Channels(3)) * scale) + Channels(2)];
    }
}
