using static System.FormattableString;
using Bound = Microsoft.FSharp.Core.FSharpOption<int>;

namespace Crucible.Tensors;

/// <summary>
/// Indexing with brackets, up to five axes. F# slices include their end, as everywhere in F#; negative indices count
/// from the end: <c>t[1..3, *]</c>, <c>t[0, 2..]</c>, <c>t[-2.., 0]</c>, <c>t[.. -2]</c> (F# needs the space). A range
/// is cut back to the axis, as of an F# list: beyond its end it is empty. A single index drops its axis. Every result
/// is a copy and differentiable. An axis or index that does not exist throws a <see cref="ShapeException"/>.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i] => Cut(At(i));

    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <param name="j">The index along axis 1; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i, int j] => Cut(At(i), At(j));

    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <param name="j">The index along axis 1; negative counts from the end.</param>
    /// <param name="k">The index along axis 2; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i, int j, int k] => Cut(At(i), At(j), At(k));

    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <param name="j">The index along axis 1; negative counts from the end.</param>
    /// <param name="k">The index along axis 2; negative counts from the end.</param>
    /// <param name="l">The index along axis 3; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i, int j, int k, int l] => Cut(At(i), At(j), At(k), At(l));

    /// <summary>The part at an index along each of the first axes, which are dropped.</summary>
    /// <param name="i">The index along axis 0; negative counts from the end.</param>
    /// <param name="j">The index along axis 1; negative counts from the end.</param>
    /// <param name="k">The index along axis 2; negative counts from the end.</param>
    /// <param name="l">The index along axis 3; negative counts from the end.</param>
    /// <param name="m">The index along axis 4; negative counts from the end.</param>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor this[int i, int j, int k, int l, int m] => Cut(At(i), At(j), At(k), At(l), At(m));

    /// <summary><c>t[a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI) =>
        Cut(Range(fromI, toI));

    /// <summary><c>t[a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ));

    /// <summary><c>t[a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j) =>
        Cut(Range(fromI, toI), At(j));

    /// <summary><c>t[i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ) =>
        Cut(At(i), Range(fromJ, toJ));

    /// <summary><c>t[a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), Range(fromK, toK));

    /// <summary><c>t[a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), At(k));

    /// <summary><c>t[a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK) =>
        Cut(Range(fromI, toI), At(j), Range(fromK, toK));

    /// <summary><c>t[a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k) =>
        Cut(Range(fromI, toI), At(j), At(k));

    /// <summary><c>t[i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK) =>
        Cut(At(i), Range(fromJ, toJ), Range(fromK, toK));

    /// <summary><c>t[i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k) =>
        Cut(At(i), Range(fromJ, toJ), At(k));

    /// <summary><c>t[i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK) =>
        Cut(At(i), At(j), Range(fromK, toK));

    /// <summary><c>t[a..b, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), Range(fromK, toK), Range(fromL, toL));

    /// <summary><c>t[a..b, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), Range(fromK, toK), At(l));

    /// <summary><c>t[a..b, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), At(k), Range(fromL, toL));

    /// <summary><c>t[a..b, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, Bound? fromJ, Bound? toJ, int k, int l) =>
        Cut(Range(fromI, toI), Range(fromJ, toJ), At(k), At(l));

    /// <summary><c>t[a..b, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        Cut(Range(fromI, toI), At(j), Range(fromK, toK), Range(fromL, toL));

    /// <summary><c>t[a..b, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, Bound? fromK, Bound? toK, int l) =>
        Cut(Range(fromI, toI), At(j), Range(fromK, toK), At(l));

    /// <summary><c>t[a..b, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, Bound? fromL, Bound? toL) =>
        Cut(Range(fromI, toI), At(j), At(k), Range(fromL, toL));

    /// <summary><c>t[a..b, i, i, i]</c> in F#.</summary>
    public Tensor GetSlice(Bound? fromI, Bound? toI, int j, int k, int l) =>
        Cut(Range(fromI, toI), At(j), At(k), At(l));

    /// <summary><c>t[i, a..b, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        Cut(At(i), Range(fromJ, toJ), Range(fromK, toK), Range(fromL, toL));

    /// <summary><c>t[i, a..b, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, Bound? fromK, Bound? toK, int l) =>
        Cut(At(i), Range(fromJ, toJ), Range(fromK, toK), At(l));

    /// <summary><c>t[i, a..b, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, Bound? fromL, Bound? toL) =>
        Cut(At(i), Range(fromJ, toJ), At(k), Range(fromL, toL));

    /// <summary><c>t[i, a..b, i, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, Bound? fromJ, Bound? toJ, int k, int l) =>
        Cut(At(i), Range(fromJ, toJ), At(k), At(l));

    /// <summary><c>t[i, i, a..b, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, Bound? fromL, Bound? toL) =>
        Cut(At(i), At(j), Range(fromK, toK), Range(fromL, toL));

    /// <summary><c>t[i, i, a..b, i]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, Bound? fromK, Bound? toK, int l) =>
        Cut(At(i), At(j), Range(fromK, toK), At(l));

    /// <summary><c>t[i, i, i, a..b]</c> in F#.</summary>
    public Tensor GetSlice(int i, int j, int k, Bound? fromL, Bound? toL) =>
        Cut(At(i), At(j), At(k), Range(fromL, toL));

    /// <summary>The parts along axis 0, which is dropped: <c>for row in t do</c>. Each is a copy and differentiable.</summary>
    /// <returns>An enumerator; a tensor is no sequence, so that <c>[ for row in t -> … ]</c> makes one.</returns>
    /// <exception cref="ShapeException">This is a scalar.</exception>
    public IEnumerator<Tensor> GetEnumerator()
    {
        int count = Shape[Shape.Axis(0, "for")];
        return Enumerable.Range(0, count).Select(i => this[i]).GetEnumerator();
    }

    private static Part At(int index) => new(index, null, null);

    private static Part Range(Bound? from, Bound? to) => new(null, from?.Value, to?.Value);

    /// <summary>One index or range for each of the first axes.</summary>
    private Tensor Cut(params ReadOnlySpan<Part> parts)
    {
        if (parts.Length > Rank)
            throw Errors.Shape(Invariant($"index: there must be at most one index for each axis of {Shape}, but there are {parts.Length}"));
        (Tensor result, int kept) = (this, 0);
        for (int axis = 0; axis < parts.Length; axis++)
        {
            Part part = parts[axis];
            if (part.Index is { } index) result = result.Select(kept, Shape.Index(axis, index, "index"));
            else result = result.Slice(kept++, part.Start(Shape[axis]), part.Stop(Shape[axis]));
        }

        return result;
    }

    /// <summary>An index, or a range whose end is included.</summary>
    private readonly record struct Part(int? Index, int? From, int? To)
    {
        public int Start(int size) => (int)Math.Clamp(Counted(From ?? 0, size), 0, size);

        // An end of -1 is the last index itself, so that the stop after it is the size.
        public int Stop(int size) => To is { } last ? (int)Math.Clamp(Counted(last, size) + 1, 0, size) : size;

        private static long Counted(int index, int size) => index < 0 ? (long)index + size : index;
    }
}
