using static System.FormattableString;


namespace Crucible.Tensors;

/// <summary>Differentiation: <c>loss.Backward()</c> for training, <c>Gradients</c> for everything else.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// Computes the derivative of this scalar with respect to every leaf that it depends on and adds it to the leaf's
    /// <see cref="Gradient"/>.
    /// </summary>
    /// <param name="createGraph">Record the derivative itself, so that it can be differentiated again.</param>
    /// <param name="retainGraph">
    /// Keep the graph for another backward; otherwise it is dropped, and its memory is reused when the next step
    /// begins.
    /// </param>
    /// <exception cref="GradientException">
    /// This is not a scalar, does not require a gradient, or its graph was dropped; or an operation has no derivative.
    /// </exception>
    public void Backward(bool createGraph = false, bool retainGraph = false)
    {
        CheckDifferentiable("backward");
        if (ElementCount != 1)
            throw Errors.Gradient(Invariant($"backward: the root must be a scalar, but is {Shape};")
                + " reduce it with Mean() or Sum(), or pass the gradient to start from");
        BackwardPass.Run(this, null, null, createGraph, retainGraph);
    }

    /// <summary>Like <see cref="Backward(bool, bool)"/> from any shape: the derivative of Σ this · <paramref name="gradient"/>.</summary>
    /// <param name="gradient">Weights in this tensor's shape and element type.</param>
    /// <param name="createGraph">Record the derivative itself.</param>
    /// <param name="retainGraph">Keep the graph for another backward.</param>
    /// <exception cref="ShapeException">The gradient has another shape.</exception>
    /// <exception cref="GradientException">As for a scalar.</exception>
    public void Backward(Tensor gradient, bool createGraph = false, bool retainGraph = false)
    {
        CheckSeed("backward", gradient);
        BackwardPass.Run(this, gradient, null, createGraph, retainGraph);
    }

    /// <summary>The derivatives of this scalar with respect to the given tensors; no leaf's <see cref="Gradient"/> changes.</summary>
    /// <param name="targets">Tensors that require a gradient; leaves or computed ones.</param>
    /// <param name="createGraph">Record the derivatives themselves, so that they can be differentiated again.</param>
    /// <param name="retainGraph">Keep the graph for another walk.</param>
    /// <returns>One tensor per target, in its shape; zeros where this tensor does not depend on it.</returns>
    /// <exception cref="GradientException">As for <see cref="Backward(bool, bool)"/>, or a target does not require a gradient.</exception>
    public Tensor[] Gradients(Tensor[] targets, bool createGraph = false, bool retainGraph = false)
    {
        CheckDifferentiable("gradients");
        if (ElementCount != 1)
            throw Errors.Gradient(Invariant($"gradients: the root must be a scalar, but is {Shape};")
                + " reduce it with Mean() or Sum(), or pass the gradient to start from");
        return Gradients(Full(Shape, 1.0, DType), targets, createGraph, retainGraph);
    }

    /// <summary>
    /// The derivatives of Σ this · <paramref name="gradient"/> with respect to the given tensors (a vector-Jacobian
    /// product).
    /// </summary>
    /// <param name="gradient">Weights in this tensor's shape and element type.</param>
    /// <param name="targets">Tensors that require a gradient.</param>
    /// <param name="createGraph">Record the derivatives themselves.</param>
    /// <param name="retainGraph">Keep the graph for another walk.</param>
    /// <returns>One tensor per target, in its shape; zeros where this tensor does not depend on it.</returns>
    /// <exception cref="GradientException">As for a scalar.</exception>
    public Tensor[] Gradients(Tensor gradient, Tensor[] targets, bool createGraph = false, bool retainGraph = false)
    {
        CheckSeed("gradients", gradient);
        foreach (Tensor target in targets)
            if (!target.RequiresGradient)
                throw Errors.Gradient(Invariant($"gradients: {target.Describe()} does not require a gradient; mark it with AsParameter()"));
        Tensor?[] found = BackwardPass.Run(this, gradient, targets, createGraph, retainGraph);
        return [.. targets.Select((target, index) => found[index] ?? ZerosLike(target))];
    }

    /// <summary>Clears the accumulated gradient: it is null again.</summary>
    public void ClearGradient()
    {
        BackwardPass.ReleaseFinished();
        if (Gradient is { Source: null } gradient) gradient.Storage.Release();
        Gradient = null;
    }

    /// <summary>The name when there is one, and the shape.</summary>
    internal string Describe() => Name is null ? Invariant($"a tensor of shape {Shape}") : Invariant($"{Name} {Shape}");

    /// <summary>
    /// Adds to the gradient, which has memory of its own: optimizers and clipping write over it. A buffer that others
    /// hold too (the sum rule hands one gradient to both terms), the caller's seed, and what a recorded walk may read
    /// again would change under their hands.
    /// </summary>
    internal void AccumulateGradient(Tensor gradient, bool createGraph)
    {
        if (createGraph)
        {
            Gradient = Gradient is null ? gradient.Copy() : Gradient + gradient;
        }
        else if (Gradient is null)
        {
            bool isOwn = gradient.Storage.IsLastUse;
            gradient.Storage.Holders--;
            Gradient = isOwn ? gradient : gradient.Clone();
            Gradient.Storage.Holders++;
        }
        else
        {
            Tensor sum = Gradient + gradient;
            gradient.Storage.Holders--;
            Gradient.CopyInPlace(sum);
        }
    }

    private void CheckDifferentiable(string operation)
    {
        RequireFloat(operation);
        if (!RequiresGradient)
            throw Errors.Gradient(Invariant($"{operation}: {Describe()} was not computed from anything that requires a gradient;")
                + " mark the parameters with AsParameter() and compute outside of NoGrad()");
    }

    private void CheckSeed(string operation, Tensor gradient)
    {
        CheckDifferentiable(operation);
        if (!gradient.Shape.Equals(Shape))
            throw Errors.Shape(Invariant($"{operation}: the gradient to start from must have the root's shape {Shape},")
                + Invariant($" but is {gradient.Shape}"));
        if (gradient.DType != DType) throw Errors.DTypes(operation, DType, gradient.DType);
    }
}
