using Crucible.Tensors;
using Microsoft.FSharp.Core;

namespace Crucible.Layers;

/// <summary>Composition: <c>Linear(13, 40, g) --&gt; Relu() --&gt; Linear(40, 1, g)</c> in F#.</summary>
public abstract partial class Layer
{
    /// <summary><c>first --&gt; second</c>: the layer that applies the first, then the second.</summary>
    /// <param name="first">Applied first; the members of a sequence are taken over one by one.</param>
    /// <param name="second">Applied to the result.</param>
    /// <returns>One flat sequence.</returns>
    public static Sequential op_MinusMinusGreater(Layer first, Layer second) => new(first, second);

    /// <summary><c>layer --&gt; fun x -&gt; tanh x</c>: the layer that applies an F# function to the result of a layer.</summary>
    /// <param name="first">Applied first.</param>
    /// <param name="second">A function without parameters of its own.</param>
    /// <returns>One flat sequence.</returns>
    public static Sequential op_MinusMinusGreater(Layer first, FSharpFunc<Tensor, Tensor> second) => new(first, new Lambda(second.Invoke));

    /// <summary><c>flatten --&gt; layer</c>: the layer that applies an F# function, then a layer.</summary>
    /// <param name="first">A function without parameters of its own.</param>
    /// <param name="second">Applied to the result.</param>
    /// <returns>One flat sequence.</returns>
    public static Sequential op_MinusMinusGreater(FSharpFunc<Tensor, Tensor> first, Layer second) => new(new Lambda(first.Invoke), second);
}
