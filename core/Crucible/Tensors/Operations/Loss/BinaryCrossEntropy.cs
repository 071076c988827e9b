using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// The cross-entropy -t ln σ(x) - (1 - t) ln(1 - σ(x)) of logits x and targets t, its mean or its sum, computed as
    /// ln(1 + eˣ) - t x, which neither overflows nor takes the logarithm of 0.
    /// </summary>
    /// <param name="target">Targets from 0 to 1, of the same shape and element type as this tensor, the logits.</param>
    /// <param name="reduction">How the losses of the elements are reduced.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> a tensor of this shape. The mean over no elements is NaN.</returns>
    /// <exception cref="ShapeException">The shapes differ; nothing is broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    public Tensor BinaryCrossEntropyWithLogits(Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        ElementLoss.Check("binaryCrossEntropyWithLogits", this, target);
        return BinaryCrossEntropy.Forward(this, target, reduction);
    }
}

/// <summary>ln(1 + eˣ) - t x. ∂/∂x = σ(x) - t, ∂/∂t = -x.</summary>
internal sealed class BinaryCrossEntropy(Tensor logits, Tensor target, LossReduction reduction) : Operation(logits, target)
{
    public override string Name => "binaryCrossEntropyWithLogits";

    public static Tensor Forward(Tensor logits, Tensor target, LossReduction reduction)
    {
        Tensor result = Apply.Binary<Loss>(logits, target, "binaryCrossEntropyWithLogits");
        if (reduction != LossReduction.None) result = ElementLoss.Total(result, reduction.Factor(logits.ElementCount));
        return logits.IsRecorded || target.IsRecorded ? new BinaryCrossEntropy(logits, target, reduction).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        (Tensor? logits, Tensor? target) = (Input(0), Input(1));
        double factor = reduction.Factor(logits.ElementCount);
        if (Needs(1)) Accumulate(1, gradient * -factor * logits);
        if (!Needs(0)) return;
        if (IsDifferentiatedAgain) Accumulate(0, gradient * factor * (logits.Sigmoid() - target));
        else if (reduction == LossReduction.None) Accumulate(0, Apply.Ternary<Derivative>(logits, target, gradient));
        else Accumulate(0, Apply.Binary<Derivative>(logits, target, gradient.ToDouble() * factor));
    }

    private readonly struct Loss : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V target)
            where V : struct, ISimd<V> => VectorMath.Softplus(x) - (target * x);
    }

    private readonly struct Derivative : ITernary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V target, V gradient)
            where V : struct, ISimd<V> => gradient * (VectorMath.Sigmoid(x) - target);
    }
}
