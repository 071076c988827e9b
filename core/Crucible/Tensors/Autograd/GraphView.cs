using System.Text;

namespace Crucible.Tensors;

/// <summary>The graph of a computation as text for Graphviz: boxes are operations with the shape of their output, ovals are parameters and data.</summary>
public static class GraphView
{
    /// <summary>Describes everything that a tensor was computed from.</summary>
    /// <param name="root">A tensor that is part of a graph, before backward drops it.</param>
    /// <returns>A DOT digraph, leaves first; <c>dot -Tsvg</c> draws it.</returns>
    public static string ToDot(Tensor root)
    {
        var text = new StringBuilder("digraph crucible {\n  rankdir=BT;\n  node [fontname=\"sans-serif\"];\n");
        var ids = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        foreach (var tensor in GraphOrder.Of(root))
        {
            var id = ids.Count;
            ids.Add(tensor, id);
            text.Append(Errors.Text($"  n{id} [{Look(tensor)}];\n"));
            foreach (var input in tensor.Source?.Inputs ?? []) text.Append(Errors.Text($"  n{ids[input]} -> n{id};\n"));
        }

        return text.Append("}\n").ToString();
    }

    private static string Look(Tensor tensor)
    {
        var shape = Errors.Text($"{tensor.Shape} {tensor.DType.ToName()}");
        if (tensor.Source is { } source) return Errors.Text($"shape=box, label=\"{source.Name}\\n{shape}\"");
        var name = (tensor.Name ?? (tensor.RequiresGradient ? "parameter" : "data")).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return tensor.RequiresGradient
            ? Errors.Text($"shape=oval, style=filled, fillcolor=\"#dbe9ff\", label=\"{name}\\n{shape}\"")
            : Errors.Text($"shape=oval, style=dashed, label=\"{name}\\n{shape}\"");
    }
}
