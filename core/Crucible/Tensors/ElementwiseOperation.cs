namespace Crucible.Tensors;

/// <summary>
/// A function of each element by itself. Its Jacobian is diagonal and so its own transpose: a tangent moves forward by the same rule by which a gradient moves back.
/// </summary>
internal abstract class ElementwiseOperation(Tensor x) : Operation(x)
{
    protected internal sealed override Tensor? Tangent(Tensor?[] tangents) => Pull(tangents[0]!, tangents)[0];
}
