using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>Layers one after the other, named 0, 1, 2, …; what <c>a --&gt; b --&gt; c</c> builds.</summary>
public class Sequential : Layer
{
    private readonly Layer[] layers;

    /// <summary>A sequence.</summary>
    /// <param name="layers">The first is applied to the input. A sequence among them is replaced by its members.</param>
    public Sequential(params IEnumerable<Layer> layers)
    {
        this.layers = [.. layers.SelectMany(layer => layer is Sequential inner ? inner.layers : [layer])];
        for (var i = 0; i < this.layers.Length; i++) Child(Errors.Text($"{i}"), this.layers[i]);
    }

    /// <summary>The members, in order.</summary>
    public IReadOnlyList<Layer> Layers => layers;

    /// <inheritdoc/>
    internal override string Label => "model";

    /// <inheritdoc/>
    protected sealed override Tensor Compute(Tensor x, Pass pass)
    {
        foreach (var layer in layers) x = layer.Forward(x, pass);
        return x;
    }
}
