using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>Pictures and what each shows.</summary>
/// <param name="Pictures">float32 from 0 to 1, [N, channels, height, width].</param>
/// <param name="Labels">The class of each, int32 [N], from 0.</param>
/// <param name="Classes">The names of the classes.</param>
public sealed record LabeledPictures(Tensor Pictures, Tensor Labels, IReadOnlyList<string> Classes)
{
    /// <summary>The number of pictures.</summary>
    public int Count => Pictures.Shape[0];

    /// <summary>The first ones, in order.</summary>
    /// <param name="count">How many; all there are when there are fewer.</param>
    public LabeledPictures Take(int count) =>
        this with { Pictures = Pictures.Slice(0, 0, Math.Min(count, Count)), Labels = Labels.Slice(0, 0, Math.Min(count, Count)) };

    /// <summary>The name of the class of each picture.</summary>
    public IReadOnlyList<string> Names => [.. Labels.ToArray<int>().Select(label => Classes[label])];

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Count} pictures {Pictures.Shape}, {Classes.Count} classes");
}
