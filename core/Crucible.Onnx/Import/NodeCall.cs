using Crucible.Onnx.Schema;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Onnx.Import;

/// <summary>Computes the outputs of a node.</summary>
internal delegate Tensor[] Operator(NodeCall call);

/// <summary>A node that is being computed: its inputs and attributes.</summary>
/// <param name="step">The node.</param>
/// <param name="scope">Where its inputs are.</param>
internal sealed class NodeCall(Step step, Scope scope)
{
    public NodeProto Node => step.Node;

    public int OperatorSet => scope.OperatorSet;

    public int InputCount => Node.Input.Count;

    /// <summary>Whether an optional input is there.</summary>
    public bool Has(int input) => input < Node.Input.Count && Node.Input[input].Length > 0;

    public Tensor Input(int input) => Optional(input) ?? throw Wrong(Invariant($"its input {input} is missing"));

    public Tensor? Optional(int input) => Has(input) ? scope[Node.Input[input]] : null;

    /// <summary>All inputs.</summary>
    public IEnumerable<Tensor> Inputs => Enumerable.Range(0, InputCount).Select(Input);

    /// <summary>Whole numbers that are an input, or an attribute in older versions of the operator; null for neither.</summary>
    public int[]? Integers(int input, string attribute) =>
        Optional(input)?.ToArray<int>() ?? (Attribute(attribute) is { } list ? [.. list.Ints.Select(TensorReader.Clamped)] : null);

    public int[]? Integers(string attribute) =>
        Attribute(attribute) is { } list ? [.. list.Ints.Select(TensorReader.Clamped)] : null;

    public int Integer(string attribute, int usual) => Attribute(attribute) is { } value ? TensorReader.Clamped(value.I) : usual;

    public double Number(string attribute, double usual) => Attribute(attribute)?.F ?? usual;

    public string Text(string attribute, string usual) => Attribute(attribute)?.S.ToStringUtf8() ?? usual;

    public bool HasAttribute(string attribute) => Attribute(attribute) is not null;

    public Tensor? Value(string attribute)
    {
        if (Attribute(attribute)?.T is not { } tensor) return null;
        Tensor value = TensorReader.Read(tensor, out string? problem);
        return problem is null ? value : throw Wrong(Invariant($"{attribute}: {problem}"));
    }

    /// <summary>Runs a graph inside the node, which sees what is around it.</summary>
    public Tensor[] Run(string graph, params IEnumerable<Tensor> inputs) => step.Graphs.TryGetValue(graph, out GraphPlan? plan)
        ? scope.Inside(plan, [.. inputs])
        : throw Wrong(Invariant($"it has no graph {graph}"));

    /// <summary>An error that names the node.</summary>
    public CheckpointException Wrong(string message) => OnnxErrors.Node(Node, message);

    /// <summary>Refuses a variant of an operator.</summary>
    public void Require(bool isKnown, string attribute)
    {
        if (!isKnown) throw Wrong(Invariant($"its {attribute} is one that is not known here"));
    }

    private AttributeProto? Attribute(string name) => Node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}

/// <summary>The values of a graph while it runs; those of the graphs around it are seen too.</summary>
internal sealed class Scope
{
    private readonly Dictionary<string, Tensor> values = new(StringComparer.Ordinal);
    private readonly GraphPlan plan;
    private readonly Scope? outer;

    private Scope(GraphPlan plan, Scope? outer, int operatorSet) => (this.plan, this.outer, OperatorSet) = (plan, outer, operatorSet);

    public int OperatorSet { get; }

    public Tensor this[string name] => values.TryGetValue(name, out Tensor? value) || plan.Values.TryGetValue(name, out value)
        ? value
        : outer is not null ? outer[name] : throw OnnxErrors.Model(Invariant($"{name} was not computed"));

    /// <summary>The outputs of a graph, in order.</summary>
    public static Tensor[] Run(GraphPlan plan, int operatorSet, IReadOnlyList<Tensor> inputs) =>
        new Scope(plan, null, operatorSet).Run(inputs);

    public Tensor[] Inside(GraphPlan inner, IReadOnlyList<Tensor> inputs) => new Scope(inner, this, OperatorSet).Run(inputs);

    private Tensor[] Run(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != plan.Inputs.Count)
            throw OnnxErrors.Model(Invariant($"a graph takes {plan.Inputs.Count} inputs, but is given {inputs.Count}"));
        for (int i = 0; i < inputs.Count; i++) values[plan.Inputs[i].Name] = inputs[i];
        foreach (Step step in plan.Steps)
        {
            Tensor[] made = Compute(step);
            for (int i = 0; i < step.Node.Output.Count; i++)
            {
                if (step.Node.Output[i].Length == 0) continue;
                values[step.Node.Output[i]] = i < made.Length
                    ? made[i]
                    : throw OnnxErrors.Node(step.Node, Invariant($"its output {i} is one that is not known here"));
            }
        }

        return [.. plan.Outputs.Select(output => this[output.Name])];
    }

    private Tensor[] Compute(Step step)
    {
        try
        {
            return step.Operator(new(step, this));
        }
        catch (Exception error) when (error is CrucibleException and not CheckpointException
            or ArgumentException or ArithmeticException or IndexOutOfRangeException or InvalidOperationException)
        {
            // Whatever a node is given that it cannot do: the file is not ours.
            throw OnnxErrors.Node(step.Node, error.Message, error);
        }
    }
}
