using Crucible.Tensors;
using Microsoft.FSharp.Core;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>Layers one after the other, named 0, 1, 2, …; what <c>a --&gt; b --&gt; c</c> builds.</summary>
public class Sequential : Layer
{
    private readonly Layer[] layers;
    private readonly LinearReluChain?[] chains; // that begin at each layer

    /// <summary>A sequence.</summary>
    /// <param name="layers">The first is applied to the input. A sequence among them is replaced by its members.</param>
    public Sequential(params IEnumerable<Layer> layers)
    {
        this.layers = [.. layers.SelectMany(layer => layer is Sequential inner ? inner.layers : [layer])];
        for (int i = 0; i < this.layers.Length; i++) Child(Invariant($"{i}"), this.layers[i]);
        chains = [.. this.layers.Select((_, i) => LinearReluChain.From(this.layers, i))];
    }

    /// <summary>The members, in order.</summary>
    public IReadOnlyList<Layer> Layers => layers;

    /// <inheritdoc/>
    internal override string Label => "model";

    /// <inheritdoc/>
    protected sealed override Tensor Compute(Tensor x, Pass pass)
    {
        int i = 0;
        while (i < layers.Length)
        {
            if (chains[i] is { } chain && chain.Takes(x, pass))
            {
                x = chain.Forward(x, pass);
                i += chain.Length;
            }
            else
            {
                x = layers[i++].Forward(x, pass);
            }
        }

        return x;
    }
}

/// <summary>A function without parameters as a layer: <c>Lambda(fun x -&gt; tanh x)</c>.</summary>
/// <param name="function">Takes the input and returns the output, built from differentiable operations.</param>
public sealed class Lambda(Func<Tensor, Tensor> function) : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => function(x);
}

/// <summary>Merges all axes but the first, the batch: [N, …] to [N, product of the others].</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Rank > 0
        ? x.Reshape(x.Shape[0], x.Shape.Product(1, x.Rank))
        : throw Errors.Shape("flatten: the input must have a batch axis, but is a scalar");
}

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
