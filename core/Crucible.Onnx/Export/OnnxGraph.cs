using Crucible.Layers;
using Crucible.Onnx.Schema;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Onnx.Export;

/// <summary>A tensor that a graph computes.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Rank">The number of its axes.</param>
public sealed record OnnxValue(string Name, int Rank);

/// <summary>
/// A graph of ONNX's operators that is being written, from inputs to outputs: what a layer of one's own adds itself to
/// (<see cref="IOnnxLayer"/>).
/// </summary>
public sealed partial class OnnxGraph
{
    private readonly Names names;
    private readonly Dictionary<string, OnnxValue> constants = new(StringComparer.Ordinal);
    private string path = string.Empty; // of the layer that is being written

    internal OnnxGraph(Layer model, DType dtype)
        : this(new Names(model, dtype))
    {
    }

    private OnnxGraph(Names names) => this.names = names;

    /// <summary>The element type of the model's numbers.</summary>
    public DType DType => names.DType;

    internal GraphProto Proto { get; } = new();

    /// <summary>Where attention layers find and leave keys and values of earlier positions; null when there are none.</summary>
    internal AttentionPast? Past { get; set; }

    /// <summary>What a layer inside the model makes of a value.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">Its input.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="CheckpointException">The layer, or one inside it, has no form in ONNX; the message names its path.</exception>
    public OnnxValue Layer(Layer layer, OnnxValue x) => Inside(layer, () => LayerWriter.Write(this, layer, x));

    /// <summary>The logits of a translator.</summary>
    internal OnnxValue Layer(Models.Translator model, OnnxValue source, OnnxValue target) =>
        Inside(model, () => LayerWriter.Translator(this, model, source, target));

    /// <summary>A node with one output.</summary>
    /// <param name="operation">The operator's name, <c>Add</c>, one of ONNX's own.</param>
    /// <param name="rank">The number of axes of its output.</param>
    /// <param name="inputs">Its inputs in order; null for an optional one that is left out.</param>
    /// <param name="attributes">Its attributes by name: int, double, string or array of int.</param>
    /// <returns>The output.</returns>
    /// <exception cref="OptionException">An attribute is of another type.</exception>
    public OnnxValue Node(string operation, int rank, OnnxValue?[] inputs, params (string Name, object Value)[] attributes) =>
        Nodes(operation, [rank], inputs, attributes)[0];

    /// <summary>A tensor that training of the file's model changes: a parameter, by its name.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Its value; the same tensor is written once.</returns>
    public OnnxValue Weight(Tensor tensor) => Weight(tensor, NameOf(tensor), () => tensor);

    /// <summary>A tensor that stays as it is.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Its value.</returns>
    public OnnxValue Constant(Tensor tensor) => Constant(TensorBytes.Write(tensor), tensor.Rank);

    internal OnnxValue[] Nodes(string operation, int[] ranks, OnnxValue?[] inputs, params (string Name, object Value)[] attributes)
    {
        string name = names.Unique(path.Length == 0 ? operation : path + "/" + operation);
        NodeProto node = new() { Name = name, OpType = operation };
        node.Input.AddRange(inputs.Select(input => input?.Name ?? string.Empty));
        foreach ((string key, object value) in attributes) node.Attribute.Add(Attributes.Of(key, value));
        string[] outputs = ranks.Length == 1 ? [name] : [.. Enumerable.Range(0, ranks.Length).Select(i => Invariant($"{name}:{i}"))];
        node.Output.AddRange(outputs);
        Proto.Node.Add(node);
        return [.. outputs.Zip(ranks, (output, rank) => new OnnxValue(output, rank))];
    }

    /// <summary>A weight that stands in the file in another form than in the model.</summary>
    /// <param name="source">The tensor of the model that it is made of.</param>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes it.</param>
    internal OnnxValue Weight(Tensor source, string name, Func<Tensor> make)
    {
        if (names.Weights.TryGetValue((source, name), out OnnxValue? written)) return written;
        Tensor tensor = Tensor.Evaluate(make);
        OnnxValue value = new(names.Unique(name), tensor.Rank);
        TensorProto proto = TensorBytes.Write(tensor);
        proto.Name = value.Name;
        names.Initializers.Add(proto);
        return names.Weights[(source, name)] = value;
    }

    /// <summary>The path of a parameter or buffer in the model.</summary>
    internal string NameOf(Tensor tensor) => names.Tensors.GetValueOrDefault(tensor, "weight");

    internal OnnxValue Constant(TensorProto tensor, int rank)
    {
        string key = Invariant($"{tensor.DataType} [{tensor.Dims}] {tensor.RawData.ToBase64()}");
        if (!constants.TryGetValue(key, out OnnxValue? value))
            constants[key] = value = Node("Constant", rank, [], ("value", tensor));
        return value;
    }

    /// <summary>Writes what a layer does under its path.</summary>
    internal T Inside<T>(Layer layer, Func<T> write)
    {
        string outer = path;
        if (names.Paths.TryGetValue(layer, out string? own)) path = own;
        T result = write();
        path = outer;
        return result;
    }

    /// <summary>A graph inside this one, for what is repeated.</summary>
    internal OnnxGraph Inner()
    {
        OnnxGraph inner = new(names) { path = path };
        inner.Proto.Name = "body";
        return inner;
    }

    /// <summary>A layer as messages name it: <c>model.2 (Lambda)</c>.</summary>
    internal string Describe(Layer layer)
    {
        string own = names.Paths.GetValueOrDefault(layer, string.Empty);
        return Invariant($"{names.Model.Label}{(own.Length == 0 ? string.Empty : ".")}{own} ({layer.GetType().Name})");
    }

    /// <summary>An input; axes are sizes, or names of free ones.</summary>
    internal OnnxValue Input(string name, int dataType, params object[] axes)
    {
        string unique = names.Unique(name);
        Proto.Input.Add(Shapes.Of(unique, dataType, axes));
        return new(unique, axes.Length);
    }

    /// <summary>Makes a value an output; axes are sizes, or names of free ones.</summary>
    internal void Output(OnnxValue value, string name, int dataType, params object[] axes)
    {
        string unique = names.Unique(name);
        NodeProto node = new() { Name = unique, OpType = "Identity" };
        node.Input.Add(value.Name);
        node.Output.Add(unique);
        Proto.Node.Add(node);
        Proto.Output.Add(Shapes.Of(unique, dataType, axes));
    }

    /// <summary>The graph with its weights.</summary>
    internal GraphProto Finished()
    {
        Proto.Name = names.Model.GetType().Name;
        Proto.Initializer.AddRange(names.Initializers);
        return Proto;
    }

    /// <summary>What a graph and those inside it share.</summary>
    private sealed class Names
    {
        private readonly HashSet<string> used = new(StringComparer.Ordinal);

        public Names(Layer model, DType dtype)
        {
            (Model, DType) = (model, dtype);
            model.Visit(string.Empty, (path, layer) => Paths.TryAdd(layer, path));
            foreach (Tensor tensor in model.State) Tensors[tensor] = tensor.Name!;
        }

        public Layer Model { get; }

        public DType DType { get; }

        public Dictionary<Layer, string> Paths { get; } = new(ReferenceEqualityComparer.Instance);

        public Dictionary<Tensor, string> Tensors { get; } = new(ReferenceEqualityComparer.Instance);

        public Dictionary<(Tensor Source, string Name), OnnxValue> Weights { get; } = [];

        public List<TensorProto> Initializers { get; } = [];

        public string Unique(string name)
        {
            string unique = name;
            for (int i = 1; !used.Add(unique); i++) unique = Invariant($"{name}_{i}");
            return unique;
        }
    }
}

/// <summary>A layer of one's own that says what it is in ONNX; all layers of the library can be written without it.</summary>
/// <example>
/// <code>
/// type Residual(inner: Layer) =                                              // F#
///     inherit Layer()
///     let inner = base.Child("inner", inner)
///     override _.Compute(x, pass) = x + inner.Forward(x, pass)
///     interface IOnnxLayer with
///         member _.Write(graph, x) = graph.Node("Add", x.Rank, [| x; graph.Layer(inner, x) |])
/// </code>
/// </example>
public interface IOnnxLayer
{
    /// <summary>Adds what the layer computes in evaluation to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The layer's input; its sizes are not known, so that the file takes batches of any size.</param>
    /// <returns>The layer's output.</returns>
    OnnxValue Write(OnnxGraph graph, OnnxValue x);
}
