using Crucible.Onnx.Schema;
using Crucible.Tensors;
using static System.FormattableString;
using DataType = Crucible.Onnx.Schema.TensorProto.Types.DataType;

namespace Crucible.Onnx.Import;

/// <summary>A graph that was checked: each step's operator is known, and its inputs are there when it comes.</summary>
internal sealed class GraphPlan
{
    /// <summary>The inputs that a caller gives: those that have no value of their own.</summary>
    public required IReadOnlyList<GraphPort> Inputs { get; init; }

    public required IReadOnlyList<GraphPort> Outputs { get; init; }

    /// <summary>What is there before the first step, by name.</summary>
    public required Dictionary<string, Tensor> Values { get; init; }

    public required IReadOnlyList<Step> Steps { get; init; }
}

/// <summary>A node and what computes it, with the graphs inside it by the names of its attributes.</summary>
internal sealed record Step(NodeProto Node, Operator Operator, IReadOnlyDictionary<string, GraphPlan> Graphs);

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its element type; null where the file does not say.</param>
/// <param name="Axes">Its sizes, -1 for free ones; null where the file does not say.</param>
internal sealed record GraphPort(string Name, DType? DType, int[]? Axes)
{
    public static GraphPort Of(ValueInfoProto proto)
    {
        TypeProto.Types.Tensor? type = proto.Type?.TensorType;
        return new(
            proto.Name,
            type is null ? null : TensorReader.DTypeOf((DataType)type.ElemType),
            type?.Shape is null ? null : [.. type.Shape.Dim.Select(axis => SizeOf(axis.DimValue))]);

        static int SizeOf(long size) => size is > 0 and <= int.MaxValue ? (int)size : -1;
    }

    /// <summary>As messages show it: <c>x, float32 [*, 3, 48, *]</c>.</summary>
    public override string ToString()
    {
        string axes = Axes is null ? "" : Invariant($" [{string.Join(", ", Axes.Select(size => size < 0 ? "*" : Invariant($"{size}")))}]");
        return Invariant($"{Name}{(DType is { } dtype ? ", " + dtype.ToName() : "")}{axes}");
    }

    public bool Fits(Tensor tensor) => (DType is not { } dtype || tensor.DType == dtype)
        && (Axes is null || (Axes.Length == tensor.Rank
            && Axes.Zip(tensor.Shape).All(pair => pair.First < 0 || pair.First == pair.Second)));
}
