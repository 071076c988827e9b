namespace Crucible.Tensors;

/// <summary>A result whose derivative is not provided: it stays in the graph, so that backward refuses instead of dropping a gradient in silence.</summary>
internal sealed class NoDerivative(string name, params Tensor[] inputs) : Operation(inputs)
{
    public override string Name => name;

    /// <summary>Marks a result as computed from inputs, when one of them is part of a graph.</summary>
    public static Tensor Mark(Tensor result, string name, params Tensor[] inputs) =>
        Array.Exists(inputs, input => input.IsRecorded) ? new NoDerivative(name, inputs).Record(result) : result;
}
