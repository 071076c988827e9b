using Crucible.Onnx.Schema;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Onnx.Import;

/// <summary>Reads the graphs of a file into plans, and finds out which of its tensors are weights.</summary>
internal sealed class GraphReader
{
    private const int Deepest = 60; // graphs inside graphs

    private readonly string path;
    private readonly bool hasOnlyNamedWeights;
    private readonly SortedSet<string> unknown = new(StringComparer.Ordinal);
    private readonly HashSet<string> asWeights = new(StringComparer.Ordinal);
    private readonly HashSet<string> asStatistics = new(StringComparer.Ordinal);

    private GraphReader(string path, ModelProto model, string producer)
    {
        this.path = path;
        hasOnlyNamedWeights = model.ProducerName == producer;
        OperatorSet = Version(model);
        Note(model.Graph, 0);
        Plan = Read(model.Graph, []);
        if (Plan.Outputs.Count == 0) throw Damaged("it has no output");
        if (unknown.Count == 0) return;
        string names = string.Join(", ", unknown);
        throw OnnxErrors.File(path, "cannot be read", Invariant($"it uses operators that are not known here: {names}"));
    }

    public int OperatorSet { get; }

    public GraphPlan Plan { get; }

    /// <summary>What training changes, by name, in the order of the file; names may come twice.</summary>
    public List<(string Name, Tensor Tensor, TensorProto Proto)> Weights { get; } = [];

    /// <summary>Statistics that normalizations were trained with.</summary>
    public List<(string Name, Tensor Tensor)> Statistics { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="model">Its content.</param>
    /// <param name="producer">Who writes constants that are no weights into nodes of their own.</param>
    public static GraphReader Read(string path, ModelProto model, string producer) =>
        model.Graph is null ? throw OnnxErrors.File(path, "is damaged", "it has no graph") : new(path, model, producer);

    private int Version(ModelProto model)
    {
        OperatorSetIdProto? own = model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx");
        return own?.Version is >= 1 and <= int.MaxValue ? (int)own.Version : throw Damaged("it names no version of ONNX's operators");
    }

    /// <summary>Looks at how tensors are used: some operators tell that one with a single number is a weight too.</summary>
    private void Note(GraphProto graph, int depth)
    {
        if (depth > Deepest) throw Damaged(Invariant($"its graphs are nested more than {Deepest} deep"));
        foreach (NodeProto node in graph.Node)
        {
            if (node.OpType is "Conv" or "Gemm" or "LSTM" or "GRU" or "RNN" or "LayerNormalization" or "PRelu" or "BatchNormalization")
                asWeights.UnionWith(node.Input.Skip(1));
            if (node.OpType == "BatchNormalization") asStatistics.UnionWith(node.Input.Skip(3));
            foreach (AttributeProto attribute in node.Attribute.Where(attribute => attribute.G is not null)) Note(attribute.G, depth + 1);
        }
    }

    private GraphPlan Read(GraphProto graph, HashSet<string> outer)
    {
        Dictionary<string, Tensor> values = new(StringComparer.Ordinal);
        HashSet<string> known = new(outer, StringComparer.Ordinal);
        foreach (TensorProto tensor in graph.Initializer)
        {
            Tensor value = Value(tensor, tensor.Name);
            if (!values.TryAdd(tensor.Name, value)) throw Damaged(Invariant($"the tensor {tensor.Name} stands in it twice"));
            Keep(tensor.Name, value, tensor, isNamed: true);
        }

        GraphPort[] inputs = [.. graph.Input.Select(GraphPort.Of).Where(port => !values.ContainsKey(port.Name))];
        known.UnionWith(values.Keys);
        known.UnionWith(inputs.Select(port => port.Name));
        List<Step> steps = [];
        foreach (NodeProto node in graph.Node)
        {
            if (node.Input.FirstOrDefault(input => input.Length > 0 && !known.Contains(input)) is { } missing)
                throw Damaged(Invariant($"the node {node.Name} ({node.OpType}) takes {missing}, which nothing before it computes"));
            if (node.Output.Count == 0) throw Damaged(Invariant($"the node {node.Name} ({node.OpType}) has no output"));
            if (node.OpType == "Constant" && IsOwn(node)) values[node.Output[0]] = Constant(node);
            else if (Operators.Find(node) is { } found) steps.Add(new(node, found, Graphs(node, known)));
            else unknown.Add(IsOwn(node) ? node.OpType : Invariant($"{node.Domain}.{node.OpType}"));
            known.UnionWith(node.Output);
        }

        if (graph.Output.FirstOrDefault(output => !known.Contains(output.Name)) is { } lost)
            throw Damaged(Invariant($"nothing computes its output {lost.Name}"));
        return new() { Inputs = inputs, Outputs = [.. graph.Output.Select(GraphPort.Of)], Values = values, Steps = steps };
    }

    private Dictionary<string, GraphPlan> Graphs(NodeProto node, HashSet<string> known)
    {
        Dictionary<string, GraphPlan> graphs = new(StringComparer.Ordinal);
        foreach (AttributeProto attribute in node.Attribute)
            if (attribute.G is not null) graphs[attribute.Name] = Read(attribute.G, known);
        return graphs;
    }

    private Tensor Constant(NodeProto node)
    {
        AttributeProto attribute = node.Attribute.FirstOrDefault() ?? throw Damaged(Invariant($"the constant {node.Name} has no value"));
        if (attribute.Name == "value" && attribute.T is { } tensor)
        {
            Tensor value = Value(tensor, node.Output[0]);
            if (!hasOnlyNamedWeights) Keep(node.Output[0], value, tensor, isNamed: false);
            return value;
        }

        return attribute.Name switch
        {
            "value_float" => Tensor.Scalar(attribute.F),
            "value_int" => Tensor.Scalar(TensorReader.Clamped(attribute.I), DType.Int32),
            "value_floats" => Tensor.From<float>([.. attribute.Floats]),
            "value_ints" => Tensor.From<int>([.. attribute.Ints.Select(TensorReader.Clamped)]),
            _ => throw Damaged(Invariant($"the constant {node.Name} is of a kind that is not known here: {attribute.Name}")),
        };
    }

    /// <summary>Notes a tensor that is trained. One number alone, outside a graph's list of weights, is a constant of a formula.</summary>
    private void Keep(string name, Tensor value, TensorProto proto, bool isNamed)
    {
        if (!value.DType.IsFloat()) return;
        if (asStatistics.Contains(name)) Statistics.Add((name, value));
        else if (asWeights.Contains(name) || value.ElementCount > 1 || (isNamed && value.Rank > 0)) Weights.Add((name, value, proto));
    }

    private Tensor Value(TensorProto proto, string name)
    {
        Tensor value = TensorReader.Read(proto, out string? problem);
        return problem is null ? value : throw Damaged(Invariant($"the tensor {name} cannot be read: {problem}"));
    }

    private static bool IsOwn(NodeProto node) => node.Domain is "" or "ai.onnx";

    private CheckpointException Damaged(string detail) => OnnxErrors.File(path, "is damaged", detail);
}
