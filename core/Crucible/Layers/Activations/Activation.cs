using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// A nonlinearity as a layer. One that is no plain mathematics of tensors has a file of its own, with everything that makes it: the layer,
/// the tensor method (in <see cref="Activations"/>), formula and derivative. Its name is that of its class: a new class is known to <see
/// cref="Named"/> and every command line.
/// </summary>
public abstract class Activation : Layer
{
    /// <summary>The names of all activations: <c>elu</c>, <c>gelu</c>, <c>leakyRelu</c>, …</summary>
    public static IReadOnlyList<string> Names
    {
        [RequiresUnreferencedCode(Naming.AreOfClasses)]
        get => NamedTypes<Activation>.Names;
    }

    /// <summary>
    /// What makes layers of a named activation with its default options: <c>Mlp([13; 40; 1], Activation.Named "silu", generator)</c>.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, in upper or lower case.</param>
    /// <returns>A function that makes a layer each time.</returns>
    /// <exception cref="OptionException">There is none of that name; the message lists the names.</exception>
    [RequiresUnreferencedCode(Naming.AreOfClasses)]
    public static Func<Layer> Named(string name)
    {
        ConstructorInfo constructor = NamedTypes<Activation>.Find(name).GetConstructors()[0];
        object?[] defaults = constructor.GetParameters().Select(parameter => parameter.DefaultValue).ToArray();
        return () => (Layer)constructor.Invoke(defaults);
    }
}

/// <summary>The activations as functions of tensors.</summary>
public static partial class Activations;

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed class Sigmoid : Activation
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Sigmoid();
}

/// <summary>tanh x.</summary>
public sealed class Tanh : Activation
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Tanh();
}

/// <summary>eˣ / Σ eˣ along an axis: rows of probabilities. For training, hand the logits to a cross-entropy instead.</summary>
/// <param name="axis">The axis that sums to 1; negative counts from the last.</param>
public sealed class Softmax(int axis = -1) : Activation
{
    /// <summary>The axis that sums to 1.</summary>
    internal int Axis => axis;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Softmax(axis);
}
