using System.Collections;
using Microsoft.FSharp.Core;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>The sizes of a tensor along its axes, outermost first; a scalar has none. Immutable.</summary>
[StructuredFormatDisplay("{Text}")] // F#'s %A and fsi would show a sequence
public sealed class Shape : IReadOnlyList<int>, IEquatable<Shape>
{
    /// <summary>The shape of a scalar: no axes, one element.</summary>
    public static readonly Shape Scalar = new([]);

    /// <summary>The largest number of axes, as in NumPy: index arithmetic of every operation fits on the stack.</summary>
    public const int MaxRank = 64;

    /// <summary>
    /// The largest product of sizes, in which a size of 0 counts as 1. It is what a .NET array can hold (2³¹ - 57) less a
    /// million, so that int arithmetic holds everywhere: strides, products of some of the sizes, and the end of a part
    /// that begins inside a tensor.
    /// </summary>
    internal const int MaxElements = int.MaxValue - (1 << 20);

    // A training loop makes the same few shapes again and again; those it made last are kept.
    private const int RecentShapes = 64;

    [ThreadStatic]
    private static Shape?[]? recent;

    private readonly int[] sizes;

    private Shape(int[] sizes)
    {
        this.sizes = sizes;
        if (sizes.Length > MaxRank)
            throw Errors.Shape(Invariant($"shape: a tensor must have at most {MaxRank} axes, but has {sizes.Length}"));
        long room = 1L;
        bool isEmpty = false;
        foreach (int size in sizes)
        {
            if (size < 0) throw Errors.Shape(Invariant($"shape: sizes must be 0 or more, but are {Format(sizes)}"));
            isEmpty |= size == 0;
            // Checked at every step, so that it cannot overflow: both factors are below 2³¹.
            room *= Math.Max(1, size);
            if (room > MaxElements) throw Errors.TooManyElements(this, MaxElements);
        }

        ElementCount = isEmpty ? 0 : (int)room;
    }

    /// <summary>The number of axes.</summary>
    public int Rank => sizes.Length;

    /// <summary>The number of elements: the product of the sizes.</summary>
    public int ElementCount { get; }

    int IReadOnlyCollection<int>.Count => sizes.Length;

    /// <summary>The size along an axis; negative axes count from the last.</summary>
    /// <param name="axis">From -rank to rank - 1.</param>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int this[int axis] => (uint)axis < (uint)sizes.Length ? sizes[axis] : sizes[Axis(axis, "shape")];

    /// <summary>A shape from its sizes.</summary>
    /// <param name="sizes">Each 0 or more.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="ShapeException">A size is negative, there are more than 64, or the elements exceed what an array holds.</exception>
    public static Shape From(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length == 0) return Scalar;
        int hash = sizes.Length;
        foreach (int size in sizes) hash = (hash * 31) + size;
        ref Shape? slot = ref (recent ??= new Shape?[RecentShapes])[(hash ^ (hash >> 6)) & (RecentShapes - 1)];
        return slot is not null && sizes.SequenceEqual(slot.sizes) ? slot : slot = new([.. sizes]);
    }

    /// <summary>A shape from any sequence of sizes, for example an F# list.</summary>
    /// <param name="sizes">Each 0 or more.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="ShapeException">A size is negative, there are more than 64, or the elements exceed what an array holds.</exception>
    public static Shape From(IEnumerable<int> sizes) => sizes as Shape ?? From(sizes.ToArray().AsSpan());

    private string Text => Format(sizes);

    /// <summary>The sizes, for code inside the core.</summary>
    internal ReadOnlySpan<int> Sizes => sizes;

    /// <summary>An axis counted from 0, from one that may be negative.</summary>
    internal int Axis(int axis, string operation)
    {
        int counted = axis < 0 ? axis + sizes.Length : axis;
        if (sizes.Length == 0) throw Errors.Shape(Invariant($"{operation}: a scalar has no axes, but the axis is {axis}"));
        return (uint)counted < (uint)sizes.Length
            ? counted
            : throw Errors.Shape(Invariant($"{operation}: axis must be between {-sizes.Length} and {sizes.Length - 1},")
                + Invariant($" but is {axis} for shape {this}"));
    }

    /// <summary>An index along an axis counted from 0, from one that may be negative.</summary>
    internal int Index(int axis, int index, string operation)
    {
        int size = sizes[axis];
        int counted = index < 0 ? index + size : index;
        if ((uint)counted < (uint)size) return counted;
        throw Errors.Shape(size == 0
            ? Invariant($"{operation}: axis {axis} of {this} is empty, but the index is {index}")
            : Invariant($"{operation}: the index must be between {-size} and {size - 1}, but is {index} along axis {axis} of {this}"));
    }

    /// <summary>A size along an axis, computed without overflow; refuses one that no tensor can have.</summary>
    internal static int Size(long size, string operation) => size <= MaxElements
        ? (int)size
        : throw Errors.Shape(Invariant($"{operation}: sizes must be at most {MaxElements}, but one would be {size}"));

    /// <summary>Sorted, distinct axes counted from 0.</summary>
    internal int[] Axes(IEnumerable<int> axes, string operation)
    {
        int[] counted = axes.Select(axis => Axis(axis, operation)).Order().ToArray();
        for (int i = 1; i < counted.Length; i++)
            if (counted[i] == counted[i - 1])
                throw Errors.Shape(Invariant($"{operation}: axes must be distinct, but axis {counted[i]} is repeated"));
        return counted;
    }

    /// <summary>The product of the sizes of axes <paramref name="from"/> up to but not including <paramref name="to"/>.</summary>
    internal int Product(int from, int to)
    {
        int product = 1;
        for (int axis = from; axis < to; axis++) product *= sizes[axis];
        return product;
    }

    /// <summary>This shape with another size along one axis.</summary>
    internal Shape With(int axis, int size)
    {
        Span<int> changed = stackalloc int[sizes.Length];
        sizes.CopyTo(changed);
        changed[axis] = size;
        return From(changed);
    }

    /// <summary>This shape without an axis.</summary>
    internal Shape Without(int axis)
    {
        Span<int> left = stackalloc int[sizes.Length - 1];
        sizes.AsSpan(0, axis).CopyTo(left);
        sizes.AsSpan(axis + 1).CopyTo(left[axis..]);
        return From(left);
    }

    /// <summary>This shape with an axis more.</summary>
    internal Shape Insert(int axis, int size)
    {
        Span<int> longer = stackalloc int[sizes.Length + 1];
        sizes.AsSpan(0, axis).CopyTo(longer);
        longer[axis] = size;
        sizes.AsSpan(axis).CopyTo(longer[(axis + 1)..]);
        return From(longer);
    }

    /// <summary>NumPy's rule: shapes are aligned at their last axes; sizes must be equal or one of them 1.</summary>
    internal static Shape Broadcast(Shape a, Shape b, string operation)
    {
        if (ReferenceEquals(a, b) || a.Equals(b)) return a;
        int rank = Math.Max(a.Rank, b.Rank);
        int[] sizes = new int[rank];
        for (int back = 1; back <= rank; back++)
        {
            int sizeA = back <= a.Rank ? a.sizes[^back] : 1;
            int sizeB = back <= b.Rank ? b.sizes[^back] : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1) throw Errors.Broadcast(operation, a, b, -back);
            sizes[^back] = sizeA == 1 ? sizeB : sizeA;
        }

        return From(sizes);
    }

    /// <summary>The distance between neighbours along each axis of <paramref name="target"/>, 0 where this shape is repeated.</summary>
    internal int[] StridesWithin(Shape target)
    {
        int[] strides = new int[target.Rank];
        int stride = 1;
        for (int back = 1; back <= Rank; back++)
        {
            strides[^back] = sizes[^back] == 1 ? 0 : stride;
            stride *= sizes[^back];
        }

        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && sizes.AsSpan().SequenceEqual(other.sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default(HashCode);
        foreach (int size in sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>The sizes in brackets: <c>[32, 64]</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Format(sizes);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => sizes.GetEnumerator();

    private static string Format(int[] sizes) => "[" + string.Join(", ", sizes.Select(size => Invariant($"{size}"))) + "]";
}
