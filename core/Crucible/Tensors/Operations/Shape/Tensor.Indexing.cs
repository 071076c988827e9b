using Bound = Microsoft.FSharp.Core.FSharpOption<int>;

namespace Crucible.Tensors;

/// <summary>
/// Indexing with brackets. F# slices include their end, as everywhere in F#; negative indices count from the end:
/// <c>t[1..3, *]</c>, <c>t[0, 2..]</c>, <c>t[-2.., 0]</c>, <c>t[.. -2]</c> (F# needs the space). An end beyond the axis
/// is cut back to it. A single index drops its axis. Every result is a copy and differentiable. An axis or index that
/// does not exist throws a <see cref="ShapeException"/>.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i] => this.Select(0, i);

    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <param name="j">The index along axis 1; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i, int j] => this.Select(0, i).Select(0, j);

    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <param name="j">The index along axis 1; negative counts from the end.</param>
    /// <param name="k">The index along axis 2; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i, int j, int k] => this.Select(0, i).Select(0, j).Select(0, k);

    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <param name="j">The index along axis 1; negative counts from the end.</param>
    /// <param name="k">The index along axis 2; negative counts from the end.</param>
    /// <param name="l">The index along axis 3; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i, int j, int k, int l] => this.Select(0, i).Select(0, j).Select(0, k).Select(0, l);

    /// <summary><c>t[a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI) =>
        this.Between(0, fromI, toI);

    /// <summary><c>t[a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ) =>
        this.Between(0, fromI, toI).Between(1, fromJ, toJ);

    /// <summary><c>t[a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j) =>
        this.Between(0, fromI, toI).Select(1, j);

    /// <summary><c>t[i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ) =>
        this.Select(0, i).Between(0, fromJ, toJ);

    /// <summary><c>t[a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK) =>
        this.Between(0, fromI, toI).Between(1, fromJ, toJ).Between(2, fromK, toK);

    /// <summary><c>t[a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k) =>
        this.Between(0, fromI, toI).Between(1, fromJ, toJ).Select(2, k);

    /// <summary><c>t[a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK) =>
        this.Between(0, fromI, toI).Select(1, j).Between(1, fromK, toK);

    /// <summary><c>t[a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k) =>
        this.Between(0, fromI, toI).Select(1, j).Select(1, k);

    /// <summary><c>t[i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK) =>
        this.Select(0, i).Between(0, fromJ, toJ).Between(1, fromK, toK);

    /// <summary><c>t[i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k) =>
        this.Select(0, i).Between(0, fromJ, toJ).Select(1, k);

    /// <summary><c>t[i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK) =>
        this.Select(0, i).Select(0, j).Between(0, fromK, toK);

    /// <summary><c>t[a..b, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        this.Between(0, fromI, toI).Between(1, fromJ, toJ).Between(2, fromK, toK).Between(3, fromL, toL);

    /// <summary><c>t[a..b, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l) =>
        this.Between(0, fromI, toI).Between(1, fromJ, toJ).Between(2, fromK, toK).Select(3, l);

    /// <summary><c>t[a..b, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL) =>
        this.Between(0, fromI, toI).Between(1, fromJ, toJ).Select(2, k).Between(2, fromL, toL);

    /// <summary><c>t[a..b, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, int l) =>
        this.Between(0, fromI, toI).Between(1, fromJ, toJ).Select(2, k).Select(2, l);

    /// <summary><c>t[a..b, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        this.Between(0, fromI, toI).Select(1, j).Between(1, fromK, toK).Between(2, fromL, toL);

    /// <summary><c>t[a..b, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, int l) =>
        this.Between(0, fromI, toI).Select(1, j).Between(1, fromK, toK).Select(2, l);

    /// <summary><c>t[a..b, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, Bound? fromL, Bound? toL) =>
        this.Between(0, fromI, toI).Select(1, j).Select(1, k).Between(1, fromL, toL);

    /// <summary><c>t[a..b, i, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, int l) =>
        this.Between(0, fromI, toI).Select(1, j).Select(1, k).Select(1, l);

    /// <summary><c>t[i, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        this.Select(0, i).Between(0, fromJ, toJ).Between(1, fromK, toK).Between(2, fromL, toL);

    /// <summary><c>t[i, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l) =>
        this.Select(0, i).Between(0, fromJ, toJ).Between(1, fromK, toK).Select(2, l);

    /// <summary><c>t[i, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL) =>
        this.Select(0, i).Between(0, fromJ, toJ).Select(1, k).Between(1, fromL, toL);

    /// <summary><c>t[i, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, int l) =>
        this.Select(0, i).Between(0, fromJ, toJ).Select(1, k).Select(1, l);

    /// <summary><c>t[i, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        this.Select(0, i).Select(0, j).Between(0, fromK, toK).Between(1, fromL, toL);

    /// <summary><c>t[i, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, int l) =>
        this.Select(0, i).Select(0, j).Between(0, fromK, toK).Select(1, l);

    /// <summary><c>t[i, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, int k, Bound? fromL, Bound? toL) =>
        this.Select(0, i).Select(0, j).Select(0, k).Between(0, fromL, toL);

    private Tensor Between(int axis, Bound? from, Bound? to)
    {
        int size = Shape[axis];
        // An end of -1 is the last index itself, so that the stop after it is the size.
        int stop = to is null ? size : (to.Value < 0 ? to.Value + size : to.Value) + 1;
        return Slice(axis, from?.Value ?? 0, Math.Max(0, stop));
    }
}
