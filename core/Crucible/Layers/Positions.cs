using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>What the layers of positions share.</summary>
internal static class Positions
{
    /// <summary>The rows of a table [context, channels] for the positions of x [… T, C].</summary>
    public static Tensor Rows(string layer, Tensor table, Tensor x, Pass pass)
    {
        if (x.Rank < 2 || x.Shape[-1] != table.Shape[1]) throw Errors.PositionChannels(layer, table.Shape[1], x.Shape);
        var first = pass.FirstPosition;
        Check(table.Shape[0], first, x.Shape[-2]);
        return table.Slice(0, first, first + x.Shape[-2]);
    }

    /// <summary>Refuses positions beyond the context.</summary>
    public static void Check(int context, int first, int count)
    {
        if (first + count > context) throw Errors.Context(context, first + count);
    }
}
