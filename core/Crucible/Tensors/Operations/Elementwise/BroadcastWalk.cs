namespace Crucible.Tensors;

/// <summary>
/// Visits the innermost runs of a broadcast pair: neighbouring axes that both operands step through alike are merged, so that
/// [B, T, C] + [C] is B·T runs of C and [B, T, C] · [B, T, 1] is B·T runs of C against one element.
/// </summary>
internal struct BroadcastWalk
{
    private readonly int[] sizes;
    private readonly int[] stridesA;
    private readonly int[] stridesB;
    private readonly int[] index;
    private readonly int outer;

    public BroadcastWalk(Shape a, Shape b, Shape result)
    {
        var rank = result.Rank;
        var fullA = a.StridesWithin(result);
        var fullB = b.StridesWithin(result);
        sizes = new int[rank];
        stridesA = new int[rank];
        stridesB = new int[rank];
        index = new int[rank];
        var axes = 0;
        for (var axis = 0; axis < rank; axis++)
        {
            var size = result[axis];
            if (size == 1) continue;
            if (axes > 0 && stridesA[axes - 1] == fullA[axis] * size && stridesB[axes - 1] == fullB[axis] * size) axes--;
            else sizes[axes] = 1;
            sizes[axes] *= size;
            stridesA[axes] = fullA[axis];
            stridesB[axes] = fullB[axis];
            axes++;
        }

        if (axes == 0)
        {
            // A single element: one run of one.
            sizes = stridesA = stridesB = index = [1];
            axes = 1;
        }

        outer = axes - 1;
        RunLength = sizes[outer];
        RunA = stridesA[outer] == 0 ? 1 : RunLength;
        RunB = stridesB[outer] == 0 ? 1 : RunLength;
    }

    public int RunLength { get; }

    public int RunA { get; }

    public int RunB { get; }

    public int OffsetA { get; private set; }

    public int OffsetB { get; private set; }

    public void Next()
    {
        for (var axis = outer - 1; axis >= 0; axis--)
        {
            OffsetA += stridesA[axis];
            OffsetB += stridesB[axis];
            if (++index[axis] < sizes[axis]) return;
            OffsetA -= stridesA[axis] * sizes[axis];
            OffsetB -= stridesB[axis] * sizes[axis];
            index[axis] = 0;
        }
    }
}
