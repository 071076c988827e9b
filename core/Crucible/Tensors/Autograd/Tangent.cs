namespace Crucible.Tensors;

/// <summary>How a tensor changes with the variable of one forward-mode call; a tensor may carry one for each of several nested calls.</summary>
/// <param name="Level">The call.</param>
/// <param name="Value">The change, in the tensor's shape and element type; it carries tangents of outer calls itself.</param>
/// <param name="Next">The tangent for another call, or null.</param>
internal sealed record Tangent(DerivativeLevel Level, Tensor Value, Tangent? Next);
