using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The squared error (prediction - target)², its mean or its sum.</summary>
    /// <param name="target">The target, of the same shape and element type as this tensor, the prediction.</param>
    /// <param name="reduction">How the errors of the elements are reduced.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> a tensor of this shape. The mean over no elements is NaN.</returns>
    /// <exception cref="ShapeException">
    /// The shapes differ: nothing is broadcast, because [N] against [N, 1] would silently become [N, N].
    /// </exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    public Tensor MeanSquaredError(Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        ElementLoss.Check("meanSquaredError", this, target);
        return Tensors.MeanSquaredError.Forward(this, target, reduction);
    }
}

/// <summary>(p - t)². ∂/∂p = 2 (p - t), ∂/∂t = -2 (p - t).</summary>
internal sealed class MeanSquaredError(Tensor prediction, Tensor target, LossReduction reduction) : Operation(prediction, target)
{
    public static Tensor Forward(Tensor prediction, Tensor target, LossReduction reduction)
    {
        Tensor result = reduction == LossReduction.None
            ? Apply.Binary<SquaredDifference>(prediction, target, "meanSquaredError")
            : Tensor.Scalar(Sum(prediction, target) * reduction.Factor(prediction.ElementCount), prediction.DType);
        return prediction.IsRecorded || target.IsRecorded ? new MeanSquaredError(prediction, target, reduction).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        Tensor derivative = IsDifferentiatedAgain ? Composed(gradient) : Fused(gradient);
        if (Needs(1)) Accumulate(1, -derivative);
        if (Needs(0)) Accumulate(0, derivative);
    }

    private static double Sum(Tensor prediction, Tensor target) => prediction.DType == DType.Float32
        ? Reduce.SumOf<SquaredDifference, float>(prediction.Data<float>(), target.Data<float>())
        : Reduce.SumOf<SquaredDifference, double>(prediction.Data<double>(), target.Data<double>());

    private Tensor Composed(Tensor gradient) => gradient * (2.0 * reduction.Factor(Input(0).ElementCount)) * (Input(0) - Input(1));

    private Tensor Fused(Tensor gradient) => reduction == LossReduction.None
        ? Apply.Ternary<Derivative>(Input(0), Input(1), gradient)
        : Apply.Binary<Derivative>(Input(0), Input(1), gradient.ToDouble() * reduction.Factor(Input(0).ElementCount));

    private readonly struct SquaredDifference : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V prediction, V target)
            where V : struct, ISimd<V> => (prediction - target) * (prediction - target);
    }

    private readonly struct Derivative : ITernary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V prediction, V target, V gradient)
            where V : struct, ISimd<V> => (prediction - target) * (gradient + gradient);
    }
}

/// <summary>What the losses of element against element share.</summary>
internal static class ElementLoss
{
    /// <summary>Refuses a target that does not match the prediction.</summary>
    public static void Check(string operation, Tensor prediction, Tensor target)
    {
        if (!prediction.Shape.Equals(target.Shape)) throw Errors.LossShapes(operation, prediction.Shape, target.Shape);
        if (prediction.DType != target.DType) throw Errors.DTypes(operation, prediction.DType, target.DType);
        prediction.RequireFloat(operation);
    }

    /// <summary>The sum of the losses times a number, as a scalar; the losses are released.</summary>
    public static Tensor Total(Tensor losses, double factor)
    {
        double sum = losses.DType == DType.Float32 ? Reduce.Sum<float>(losses.Data<float>()) : Reduce.Sum<double>(losses.Data<double>());
        Tensor result = Tensor.Scalar(sum * factor, losses.DType);
        losses.Storage.Release();
        return result;
    }

    /// <summary>What the sum over the elements is multiplied by.</summary>
    public static double Factor(this LossReduction reduction, int count) => reduction == LossReduction.Mean ? 1.0 / count : 1.0;
}

/// <summary>How a loss reduces the losses of its rows or elements.</summary>
public enum LossReduction
{
    /// <summary>Their mean (with class weights: the weighted mean), a scalar.</summary>
    Mean,

    /// <summary>Their sum, a scalar.</summary>
    Sum,

    /// <summary>All of them, one by one.</summary>
    None,
}
