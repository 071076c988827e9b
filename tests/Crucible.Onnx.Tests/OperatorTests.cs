using Crucible.Onnx.Export;
using Crucible.Onnx.Schema;
using Crucible.Tensors;
using Google.Protobuf;
using Xunit;
using static Crucible.Onnx.Tests.Sample;

namespace Crucible.Onnx.Tests;

/// <summary>Operators one by one, in the variants that files of others have, beside OnnxRuntime.</summary>
public sealed class OperatorTests : IDisposable
{
    private static readonly Tensor X = Numbers(2, 3, 7, 9);
    private static readonly Tensor Rows = Numbers(2, 3, 11);
    private static readonly Tensor Integers = Tensor.From([7, -7, 3, 0, 5, -2], 2, 3);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["Conv of rows"] = new("Conv", [Rows, Numbers(4, 3, 3), Numbers(4)], ("strides", Of(2)), ("pads", Of(2, 1)), ("dilations", Of(2))),
        ["Conv, two strides"] = new("Conv", [X, Numbers(3, 1, 3, 3)], ("strides", Of(2, 1)), ("pads", Of(1, 1, 1, 1)), ("group", 3)),
        ["Conv, strides of 4 and 6"] = new("Conv", [X, Numbers(2, 3, 1, 2)], ("strides", Of(4, 6))),
        ["Conv, uneven pads"] = new("Conv", [X, Numbers(2, 3, 2, 4)], ("pads", Of(0, 2, 1, 1))),
        ["Conv, one row"] = new("Conv", [X, Numbers(2, 3, 1, 3)], ("dilations", Of(3, 2)), ("pads", Of(0, 1, 0, 2))),
        ["Conv, same above"] = new("Conv", [X, Numbers(2, 3, 2, 4)], ("strides", Of(2, 2)), ("auto_pad", "SAME_UPPER")),
        ["Conv, same below"] = new("Conv", [X, Numbers(2, 3, 2, 2)], ("strides", Of(2, 2)), ("auto_pad", "SAME_LOWER")),
        ["MaxPool"] = new("MaxPool", [X], ("kernel_shape", Of(3, 2)), ("strides", Of(2, 1)), ("pads", Of(1, 0, 1, 1))),
        ["MaxPool of rows"] = new("MaxPool", [Rows], ("kernel_shape", Of(3)), ("strides", Of(2)), ("dilations", Of(2))),
        ["MaxPool, square"] = new("MaxPool", [X], ("kernel_shape", Of(2, 2)), ("strides", Of(2, 2))),
        ["AveragePool"] = new("AveragePool", [X], ("kernel_shape", Of(3, 2)), ("strides", Of(3, 2))),
        ["AveragePool, padding left out"] = new("AveragePool", [X], ("kernel_shape", Of(3, 3)), ("pads", Of(1, 1, 1, 1))),
        ["AveragePool, padding counted"] = new(
            "AveragePool", [X], ("kernel_shape", Of(2, 3)), ("pads", Of(1, 1, 0, 1)), ("count_include_pad", 1)),
        ["GlobalAveragePool"] = new("GlobalAveragePool", [X]),
        ["Gemm"] = new("Gemm", [Numbers(3, 2), Numbers(4, 3), Numbers(4)], ("transA", 1), ("transB", 1), ("alpha", 0.5), ("beta", 2.0)),
        ["MatMul"] = new("MatMul", [Numbers(2, 1, 3, 4), Numbers(5, 4, 2)]),
        ["Softmax of the old kind"] = new("Softmax", [Numbers(2, 3, 4)]) { OperatorSet = 11 },
        ["Softmax"] = new("Softmax", [Numbers(2, 3, 4)], ("axis", 1)),
        ["ReduceMean of the old kind"] = new("ReduceMean", [X], ("axes", Of(-1, 1)), ("keepdims", 0)) { OperatorSet = 13 },
        ["ReduceMean of all"] = new("ReduceMean", [X]),
        ["ReduceMax"] = new("ReduceMax", [X, Tensor.From([2, 3])]) { Whole = 1 },
        ["ReduceSum"] = new("ReduceSum", [X, Tensor.From([-2])], ("keepdims", 0)) { Whole = 1 },
        ["Clip of the old kind"] = new("Clip", [X], ("min", -0.5), ("max", 0.25)) { OperatorSet = 9 },
        ["Clip from below"] = new("Clip", [X, Tensor.Scalar(0.1)]),
        ["HardSigmoid"] = new("HardSigmoid", [X], ("alpha", 0.3), ("beta", 0.4)),
        ["HardSwish"] = new("HardSwish", [8.0 * X]),
        ["Erf"] = new("Erf", [X]),
        ["PRelu"] = new("PRelu", [X, Numbers(3, 1, 1)]),
        ["Pow"] = new("Pow", [X, Tensor.Scalar(2.0)]),
        ["Pow, an exponent each"] = new("Pow", [X.Abs(), Numbers(9)]),
        ["Div of whole numbers"] = new("Div", [Integers, Tensor.From([2, -3, 4])]),
        ["Min"] = new("Min", [X, Numbers(9), Tensor.Scalar(0.0)]),
        ["Equal"] = new("Equal", [Integers, Tensor.From([7, 0, 3])]),
        ["Slice backwards"] = new("Slice", [X, Of32(-1, 5), Of32(int.MinValue, 1), Of32(3, 2), Of32(-2, -3)]) { Whole = 1 },
        ["Slice beyond the end"] = new("Slice", [X, Of32(-20, 1), Of32(int.MaxValue, -1), Of32(2, 3), Of32(2, 1)]) { Whole = 1 },
        ["Slice of the old kind"] = new("Slice", [X], ("starts", Of(1)), ("ends", Of(3)), ("axes", Of(3))) { OperatorSet = 9 },
        ["Pad, reflected"] = new("Pad", [X, Of32(0, 0, 2, 3, 0, 0, 1, 4)], ("mode", "reflect")) { Whole = 1 },
        ["Pad, edge"] = new("Pad", [Rows, Of32(0, 1, 2, 0, 0, 3)], ("mode", "edge")) { Whole = 1 },
        ["Pad with a number, and take away"] = new("Pad", [Rows, Of32(1, 0, -2, 0, 2, 3), Tensor.Scalar(0.5)]) { Whole = 1 },
        ["Gather, from the end"] = new("Gather", [X, Tensor.From([-1, 0, 1, -2], 2, 2)], ("axis", 1)),
        ["Gather one"] = new("Gather", [X, Tensor.Scalar(-1, DType.Int32)], ("axis", 2)),
        ["Reshape"] = new("Reshape", [X, Of32(0, -1, 9)]) { Whole = 1 },
        ["Squeeze all"] = new("Squeeze", [Numbers(1, 3, 1)]),
        ["Unsqueeze"] = new("Unsqueeze", [Numbers(3, 2), Of32(-1, 0)]) { Whole = 1 },
        ["Split"] = new("Split", [Rows], ("axis", 2), ("num_outputs", 3)) { Outputs = 3 },
        ["Transpose"] = new("Transpose", [X]),
        ["Flatten"] = new("Flatten", [X], ("axis", -1)),
        ["Expand"] = new("Expand", [Numbers(3, 1), Of32(2, 1, 4)]) { Whole = 1 },
        ["Range"] = new("Range", [Tensor.Scalar(1.0), Tensor.Scalar(4.0), Tensor.Scalar(0.75)]),
        ["Cast to whole"] = new("Cast", [3.0 * X], ("to", 6)),
        ["Cast to bool"] = new("Cast", [Integers], ("to", 9)),
        ["Shape"] = new("Shape", [X], ("start", -3), ("end", -1)),
        ["LSTM backwards"] = new(
            "LSTM",
            [Numbers(4, 2, 3), Numbers(1, 20, 3), Numbers(1, 20, 5), Numbers(1, 40), Of32(4, 2), Numbers(1, 2, 5), Numbers(1, 2, 5)],
            ("hidden_size", 5), ("direction", "reverse"))
        { Outputs = 3 },
        ["LSTM without bias"] = new("LSTM", [Numbers(4, 2, 3), Numbers(1, 8, 3), Numbers(1, 8, 2)], ("hidden_size", 2)) { Outputs = 3 },
        ["GRU both ways"] = new(
            "GRU", [Numbers(4, 2, 3), Numbers(2, 15, 3), Numbers(2, 15, 5), Numbers(2, 30), Of32(3, 4)],
            ("hidden_size", 5), ("direction", "bidirectional"), ("linear_before_reset", 1))
        { Outputs = 2 },
        ["RNN"] = new("RNN", [Numbers(4, 2, 3), Numbers(1, 5, 3), Numbers(1, 5, 5), Numbers(1, 10)], ("hidden_size", 5)) { Outputs = 2 },
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Operator_IsAsInOnnxRuntime(string name)
    {
        Case one = Cases[name];
        File.WriteAllBytes(folder.File("one.onnx"), one.Model().ToByteArray());
        using Runtime runtime = new(folder.File("one.onnx"));
        OnnxModel loaded = OnnxFile.Load(folder.File("one.onnx"));
        Dictionary<string, Tensor> inputs = one.Inputs.Index().ToDictionary(input => $"x{input.Index}", input => input.Item);
        Dictionary<string, Tensor> expected = runtime.Run([.. inputs.Select(input => (input.Key, input.Value))]);
        IReadOnlyDictionary<string, Tensor> found = loaded.Forward(inputs, Layers.Pass.Evaluation);
        Assert.Equal(one.Outputs, expected.Count);
        Assert.All(expected, output => AssertClose(output.Value, found[output.Key]));
    }

    [Theory]
    [InlineData("GRU", "linear_before_reset of 0")]
    [InlineData("AveragePool", "ceil_mode")]
    public void Variant_ThatIsNotKnown_IsRefusedByName(string operation, string variant)
    {
        Case one = operation == "GRU"
            ? new("GRU", [Numbers(4, 2, 3), Numbers(1, 15, 3), Numbers(1, 15, 5)], ("hidden_size", 5))
            : new("AveragePool", [X], ("kernel_shape", Of(2, 2)), ("ceil_mode", 1));
        File.WriteAllBytes(folder.File("one.onnx"), one.Model().ToByteArray());
        OnnxModel loaded = OnnxFile.Load(folder.File("one.onnx"));
        Dictionary<string, Tensor> inputs = one.Inputs.Index().ToDictionary(input => $"x{input.Index}", input => input.Item);
        Assert.Equal(
            $"onnx: the node one ({operation}): its {variant} is one that is not known here",
            Assert.Throws<CheckpointException>(() => loaded.Forward(inputs, Layers.Pass.Evaluation)).Message);
    }

    private static int[] Of(params int[] values) => values;

    private static Tensor Of32(params int[] values) => Tensor.From(values);

    /// <summary>A model of one node.</summary>
    private sealed record Case(string Operation, Tensor[] Inputs, params (string Name, object Value)[] Attributes)
    {
        public int OperatorSet { get; init; } = 20;

        public int Outputs { get; init; } = 1;

        /// <summary>From which input on whole numbers are of 64 bits, as sizes and places are.</summary>
        public int Whole { get; init; } = int.MaxValue;

        public ModelProto Model()
        {
            NodeProto node = new() { Name = "one", OpType = Operation };
            GraphProto graph = new() { Name = "graph", Node = { node } };
            foreach ((int index, Tensor input) in Inputs.Index())
            {
                bool isLong = index >= Whole && input.DType == DType.Int32;
                int type = isLong ? (int)TensorProto.Types.DataType.Int64 : (int)TensorBytes.TypeOf(input.DType);
                node.Input.Add($"x{index}");
                graph.Input.Add(Shapes.Of($"x{index}", type, [.. input.Shape.Cast<object>()]));
            }

            for (int i = 0; i < Outputs; i++)
            {
                node.Output.Add($"y{i}");
                graph.Output.Add(new ValueInfoProto { Name = $"y{i}" });
            }

            node.Attribute.AddRange(Attributes.Select(attribute => Export.Attributes.Of(attribute.Name, attribute.Value)));
            return new() { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } }, Graph = graph };
        }
    }
}
