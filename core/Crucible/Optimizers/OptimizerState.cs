using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>What an optimizer must save to go on with the same bits: named tensors and named numbers.</summary>
/// <param name="tensors">By <c>path.slot</c>, as <c>0.weight.firstMoment</c>.</param>
/// <param name="numbers">By name: <c>step</c>, <c>learningRate</c>.</param>
public sealed class OptimizerState(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, double> numbers)
{
    /// <summary>The tensors, by <c>path.slot</c>: <c>0.weight.firstMoment</c>.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = tensors;

    /// <summary>The numbers, by name: <c>step</c>, <c>learningRate</c>.</summary>
    public IReadOnlyDictionary<string, double> Numbers { get; } = numbers;
}
