using System.Text;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// The graph of a computation as text for Graphviz: boxes are operations with the shape of their output, ovals are
/// parameters and data.
/// </summary>
public static class GraphView
{
    /// <summary>Describes everything that a tensor was computed from.</summary>
    /// <param name="root">A tensor that is part of a graph, before backward drops it.</param>
    /// <returns>A DOT digraph, leaves first; <c>dot -Tsvg</c> draws it.</returns>
    public static string ToDot(Tensor root)
    {
        StringBuilder text = new("digraph crucible {\n  rankdir=BT;\n  node [fontname=\"sans-serif\"];\n");
        Dictionary<Tensor, int> ids = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in GraphOrder.Of(root))
        {
            int id = ids.Count;
            ids.Add(tensor, id);
            text.Append(Invariant($"  n{id} [{Look(tensor)}];\n"));
            foreach (Tensor input in tensor.Source?.Inputs ?? []) text.Append(Invariant($"  n{ids[input]} -> n{id};\n"));
        }

        return text.Append("}\n").ToString();
    }

    private static string Look(Tensor tensor)
    {
        string shape = Invariant($"{tensor.Shape} {tensor.DType.ToName()}");
        if (tensor.Source is { } source) return Invariant($"shape=box, label=\"{source.Name}\\n{shape}\"");
        string name = (tensor.Name ?? (tensor.RequiresGradient ? "parameter" : "data"))
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return tensor.RequiresGradient
            ? Invariant($"shape=oval, style=filled, fillcolor=\"#dbe9ff\", label=\"{name}\\n{shape}\"")
            : Invariant($"shape=oval, style=dashed, label=\"{name}\\n{shape}\"");
    }
}

/// <summary>The tensors of a graph in an order in which each comes after everything it was computed from.</summary>
internal static class GraphOrder
{
    /// <summary>Walks down from a root without recursion, so that depth costs no stack.</summary>
    public static List<Tensor> Of(Tensor root)
    {
        List<Tensor> order = new();
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(Tensor Tensor, int Next)> path = new();
        seen.Add(root);
        path.Push((root, 0));
        while (path.TryPop(out (Tensor Tensor, int Next) top))
        {
            IReadOnlyList<Tensor> inputs = top.Tensor.Source?.Inputs ?? [];
            if (top.Next == inputs.Count)
            {
                order.Add(top.Tensor);
                continue;
            }

            path.Push((top.Tensor, top.Next + 1));
            if (seen.Add(inputs[top.Next])) path.Push((inputs[top.Next], 0));
        }

        return order;
    }
}
