
namespace Crucible.Tensors;

/// <summary>The tensors of a graph in an order in which each comes after everything it was computed from.</summary>
internal static class GraphOrder
{
    /// <summary>Walks down from a root without recursion, so that depth costs no stack.</summary>
    public static List<Tensor> Of(Tensor root)
    {
        var order = new List<Tensor>();
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var path = new Stack<(Tensor Tensor, int Next)>();
        seen.Add(root);
        path.Push((root, 0));
        while (path.TryPop(out var top))
        {
            var inputs = top.Tensor.Source?.Inputs ?? [];
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
