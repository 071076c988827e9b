using System.Collections.Frozen;
using Crucible.Layers;
using Crucible.Onnx.Import;
using Crucible.Onnx.Schema;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Onnx;

/// <summary>
/// The graph of an ONNX file as a layer: what <see cref="OnnxFile.Load"/> gives. Its weights are parameters under the names that
/// they have in the file (a dot becomes a slash), so that it is trained further like any other; the statistics of normalizations are
/// buffers, which training leaves alone. Whole numbers of 64 bits are int32 here.
/// </summary>
/// <remarks>
/// A training pass computes what an evaluation does: files of other programs say nothing of dropout, and batch normalization keeps
/// the statistics that it was trained with.
/// </remarks>
public sealed class OnnxModel : Layer
{
    private readonly ModelProto file;
    private readonly GraphReader reader;
    private readonly GraphPlan plan;

    internal OnnxModel(ModelProto file, GraphReader reader)
    {
        (this.file, this.reader, plan) = (file, reader, reader.Plan);
        HashSet<string> used = new(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor, _) in reader.Weights) Parameter(Unique(name), tensor);
        foreach ((string name, Tensor tensor) in reader.Statistics) Buffer(Unique(name), tensor);

        string Unique(string name)
        {
            string own = name.Length == 0 ? "weight" : name.Replace('.', '/'), unique = own;
            for (int i = 1; !used.Add(unique); i++) unique = Invariant($"{own}_{i}");
            return unique;
        }
    }

    /// <summary>The names of the inputs, in order.</summary>
    public IReadOnlyList<string> Inputs => [.. plan.Inputs.Select(port => port.Name)];

    /// <summary>The names of the outputs, in order.</summary>
    public IReadOnlyList<string> Outputs => [.. plan.Outputs.Select(port => port.Name)];

    /// <inheritdoc/>
    public override string ToString()
    {
        string ports = Invariant($"{string.Join("; ", plan.Inputs)} -> {string.Join("; ", plan.Outputs)}");
        return Invariant($"OnnxModel({ports}; {plan.Steps.Count} nodes, {ParameterCount} parameters)");
    }

    /// <summary>Applies a model of any number of inputs.</summary>
    /// <param name="inputs">A tensor for each of <see cref="Inputs"/>.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>A tensor for each of <see cref="Outputs"/>.</returns>
    /// <exception cref="CrucibleException">An input is missing or does not fit, or a node refuses it; the message names it.</exception>
    public IReadOnlyDictionary<string, Tensor> Forward(IReadOnlyDictionary<string, Tensor> inputs, Pass pass)
    {
        if (!plan.Inputs.All(port => inputs.ContainsKey(port.Name)))
            throw Errors.Option("onnx", "inputs", "one for each of " + string.Join(", ", Inputs), string.Join(", ", inputs.Keys));
        Tensor[] made = [];
        Run(pass, () => (made = Compute([.. plan.Inputs.Select(port => inputs[port.Name])]))[0]);
        return plan.Outputs.Zip(made).ToFrozenDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>The first output of a model of one input.</summary>
    /// <param name="x">The input.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>The output.</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => plan.Inputs.Count == 1
        ? Compute([x])[0]
        : throw Errors.Option("onnx", "inputs", Invariant($"named where there are several ({string.Join(", ", Inputs)})"), "one tensor");

    private Tensor[] Compute(Tensor[] inputs)
    {
        foreach ((GraphPort port, Tensor tensor) in plan.Inputs.Zip(inputs))
            if (!port.Fits(tensor))
                throw Errors.Shape(Invariant($"onnx: the input must be {port}, but is {tensor.DType.ToName()} {tensor.Shape}"));
        return Scope.Run(plan, reader.OperatorSet, inputs);
    }

    /// <summary>The file that was read, with the weights as they are now.</summary>
    internal ModelProto Current()
    {
        foreach ((_, Tensor tensor, TensorProto proto) in reader.Weights) TensorReader.WriteBack(tensor, proto);
        return file;
    }
}
