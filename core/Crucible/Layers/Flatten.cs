using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>Merges all axes but the first, the batch: [N, …] to [N, product of the others].</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Rank > 0
        ? x.Reshape(x.Shape[0], x.Shape.Product(1, x.Rank))
        : throw Errors.Shape("flatten: the input must have a batch axis, but is a scalar");
}
