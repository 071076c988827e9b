using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>A function without parameters as a layer: <c>Lambda(fun x -&gt; tanh x)</c>.</summary>
/// <param name="function">Takes the input and returns the output, built from differentiable operations.</param>
public sealed class Lambda(Func<Tensor, Tensor> function) : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => function(x);
}
