using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>A function applied to every element (softmax: to every row), as a layer. The formulas stand with the tensor operations of the same names.</summary>
public abstract class Activation : Layer
{
    private readonly Func<Tensor, Tensor> function;

    private protected Activation(Func<Tensor, Tensor> function) => this.function = function;

    /// <inheritdoc/>
    protected sealed override Tensor Compute(Tensor x, Pass pass) => function(x);
}

/// <summary>max(x, 0).</summary>
public sealed class Relu() : Activation(x => x.Relu());

/// <summary>x where x > 0, else slope·x.</summary>
/// <param name="slope">The slope below 0.</param>
public sealed class LeakyRelu(double slope = 0.01) : Activation(x => x.LeakyRelu(slope))
{
    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"LeakyRelu({slope})");
}

/// <summary>x where x > 0, else alpha·(eˣ - 1).</summary>
/// <param name="alpha">The limit at -∞, with its sign turned.</param>
public sealed class Elu(double alpha = 1.0) : Activation(x => x.Elu(alpha))
{
    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"Elu({alpha})");
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed class Sigmoid() : Activation(x => x.Sigmoid());

/// <summary>tanh x.</summary>
public sealed class Tanh() : Activation(x => x.Tanh());

/// <summary>x·Φ(x), with the normal distribution function Φ.</summary>
/// <param name="approximate">Use the tanh form, as GPT-2 does.</param>
public sealed class Gelu(bool approximate = false) : Activation(x => x.Gelu(approximate))
{
    /// <inheritdoc/>
    public override string ToString() => approximate ? "Gelu(tanh)" : "Gelu";
}

/// <summary>x·sigmoid x.</summary>
public sealed class Silu() : Activation(x => x.Silu());

/// <summary>ln(1 + eˣ).</summary>
public sealed class Softplus() : Activation(x => x.Softplus());

/// <summary>eˣ / Σ eˣ along an axis: rows of probabilities. For training, hand the logits to a cross-entropy instead.</summary>
/// <param name="axis">The axis that sums to 1; negative counts from the last.</param>
public sealed class Softmax(int axis = -1) : Activation(x => x.Softmax(axis));
