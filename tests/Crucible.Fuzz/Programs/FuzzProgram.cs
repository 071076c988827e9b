using System.Globalization;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>One application of an operation: what runs, what it means, and how F# says it.</summary>
/// <param name="Operation">The row of the table that it was drawn from.</param>
/// <param name="Inputs">The nodes that it is applied to.</param>
/// <param name="Run">Crucible's own.</param>
/// <param name="Define">The definition.</param>
/// <param name="Text">The F# expression, from the names of the inputs.</param>
internal sealed record Call(
    string Operation,
    int[] Inputs,
    Func<Tensor[], Tensor> Run,
    Func<SlowTensor[], SlowTensor> Define,
    Func<string[], string> Text);

/// <summary>A tensor of a program: data, or the result of a call. Its value is the slow interpreter's.</summary>
internal sealed record Node(SlowTensor Value, Call? Call = null);

/// <summary>A program without branches: data and calls, each of nodes before it.</summary>
internal sealed class FuzzProgram(IEnumerable<Node> nodes)
{
    private const double MostValue = 1e3, MostFirst = 1e5, MostSecond = 1e7;

    public List<Node> Nodes { get; } = [.. nodes];

    public int CallCount => Nodes.Count(node => node.Call is not null);

    /// <summary>The roundoff of the least precise element type in it.</summary>
    public double Roundoff => Nodes.Any(node => node.Value.Type == DType.Float32) ? 1.2e-7 : 2.3e-16;

    /// <summary>The floating-point nodes that nothing is computed from: what is differentiated.</summary>
    public int[] Results
    {
        get
        {
            HashSet<int> used = [.. Nodes.SelectMany(node => node.Call?.Inputs ?? [])];
            bool IsResult(int i) => !used.Contains(i) && Nodes[i] is { Value.IsFloat: true, Call: not null };
            return [.. Enumerable.Range(0, Nodes.Count).Where(IsResult)];
        }
    }

    public int[] FloatLeaves => [.. Enumerable.Range(0, Nodes.Count).Where(i => Nodes[i].Call is null && Nodes[i].Value.IsFloat)];

    /// <summary>The node of a call by its definition; null where it is not finite, too large, or near a kink, and so of no use.</summary>
    public Node? Evaluate(Call call)
    {
        SlowTensor value = null!;
        SlowTensor[] inputs = [.. call.Inputs.Select(input => Nodes[input].Value)];
        if (Jet.ComesNearKink(() => value = call.Define(inputs))) return null;
        bool isUseful = value.Items.All(item => Math.Abs(item.X.Value) <= MostValue && Math.Abs(item.D.Value) <= MostFirst
            && Math.Abs(item.DD.Value) <= MostSecond);
        return isUseful ? new(value, call) : null;
    }

    /// <summary>The same calls on changed data, or null where a result is of no use.</summary>
    public FuzzProgram? With(IReadOnlyDictionary<int, SlowTensor> leaves)
    {
        FuzzProgram changed = new([]);
        for (int i = 0; i < Nodes.Count; i++)
        {
            Node? node = leaves.TryGetValue(i, out SlowTensor? leaf) ? new(leaf)
                : Nodes[i].Call is { } call ? changed.Evaluate(call)
                : Nodes[i];
            if (node is null) return null;
            changed.Nodes.Add(node);
        }

        return changed.WithoutUnused();
    }

    /// <summary>The program up to a node, with only what that needs.</summary>
    public FuzzProgram UpTo(int last)
    {
        SortedSet<int> needed = [last];
        for (int i = last; i >= 0; i--)
            if (needed.Contains(i) && Nodes[i].Call is { } call) needed.UnionWith(call.Inputs);
        int[] order = [.. needed];
        return new(order.Select(i => Nodes[i].Call is { } call
            ? Nodes[i] with { Call = call with { Inputs = [.. call.Inputs.Select(input => Array.IndexOf(order, input))] } }
            : Nodes[i]));
    }

    /// <summary>Every node computed by Crucible.</summary>
    /// <param name="leaf">Makes the data of a node.</param>
    public Tensor[] Run(Func<int, Tensor> leaf)
    {
        Tensor[] tensors = new Tensor[Nodes.Count];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = Nodes[i].Call is { } call ? call.Run([.. call.Inputs.Select(input => tensors[input])]) : leaf(i);
        return tensors;
    }

    /// <summary>The data of a node as a tensor.</summary>
    public Tensor Data(int node)
    {
        SlowTensor value = Nodes[node].Value;
        return Tensor.From([.. value.Items.Select(item => item.X.Value)], value.Shape).To(value.Type);
    }

    /// <summary>The data of a node; a parameter when it is floating point.</summary>
    public Tensor Parameter(int node)
    {
        Tensor data = Data(node);
        return data.DType.IsFloat() ? data.AsParameter() : data;
    }

    /// <summary>F# that computes the same, ready for a session.</summary>
    public override string ToString()
    {
        string[] names = [.. Enumerable.Range(0, Nodes.Count).Select(i => Invariant($"t{i}"))];
        IEnumerable<string> lines = Nodes.Select((node, i) => node.Call is { } call
            ? Invariant($"let {names[i]} = {call.Text([.. call.Inputs.Select(input => names[input])])} // {Describe(node)}")
            : Invariant($"let {names[i]} = {Text(node.Value)}"));
        return string.Join('\n', ["open Crucible.Layers", "open Crucible.Tensors", .. lines]);
    }

    private FuzzProgram WithoutUnused() => UpTo(Nodes.Count - 1);

    private static string Describe(Node node) => Invariant($"{node.Value.Type.ToName()} [{string.Join(", ", node.Value.Shape)}]");

    private static string Text(SlowTensor value)
    {
        string shape = Invariant($"[{string.Join("; ", value.Shape)}]");
        if (value.Count == 0) return Invariant($"Tensor.Zeros({shape}, DType.{value.Type})");
        IEnumerable<string> items = value.Items.Select(item => item.X.Value.ToString("0.0###############", CultureInfo.InvariantCulture));
        string values = string.Join("; ", items);
        return Invariant($"Tensor.Of([ {values} ], DType.Float64).Reshape({shape}).To DType.{value.Type}");
    }
}
