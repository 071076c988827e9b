namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Lays copies of the whole tensor side by side: [1, 2] tiled by 3 is [1, 2, 1, 2, 1, 2].</summary>
    /// <param name="repeats">How many copies along each axis, aligned at the last one; more numbers than axes add axes in front.</param>
    /// <returns>A copy whose sizes are multiplied by the repeats.</returns>
    /// <exception cref="OptionException">A number is negative.</exception>
    public Tensor Tile(params int[] repeats)
    {
        foreach (var count in repeats)
            if (count < 0) throw Errors.Option("tile", "repeats", "0 or more", count);
        var rank = Math.Max(Rank, repeats.Length);
        int[] sizes = [.. Enumerable.Repeat(1, rank - Rank), .. Shape];
        int[] counts = [.. Enumerable.Repeat(1, rank - repeats.Length), .. repeats];

        // [n, m] -> [1, n, 1, m] -> [a, n, b, m] -> [a·n, b·m]
        return Reshape([.. sizes.SelectMany(size => new[] { 1, size })])
            .Expand(Shape.From(sizes.SelectMany((size, axis) => new[] { counts[axis], size })))
            .Reshape([.. sizes.Select((size, axis) => size * counts[axis])]);
    }

    /// <summary>Repeats every slice of an axis in its place: [1, 2] repeated 3 times is [1, 1, 1, 2, 2, 2].</summary>
    /// <param name="repeats">How many times, 0 or more.</param>
    /// <param name="axis">The axis.</param>
    /// <returns>A copy whose size along the axis is multiplied by the repeats.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="OptionException">The number is negative.</exception>
    public Tensor RepeatInterleave(int repeats, int axis)
    {
        if (repeats < 0) throw Errors.Option("repeatInterleave", "repeats", "0 or more", repeats);
        axis = Shape.Axis(axis, "repeatInterleave");
        return Unsqueeze(axis + 1).Expand(Shape.Insert(axis + 1, repeats)).ReshapeTo(Shape.With(axis, Shape[axis] * repeats));
    }
}
