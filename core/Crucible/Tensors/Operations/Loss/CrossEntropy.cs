namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Cross-entropy of logits and classes: -Σ q ln softmax(x) for each row, where q is 1 - ε on the target plus ε / C on every class. With class
    /// weights w each term of q is multiplied by its class's weight, and the mean is divided by the sum of the targets' weights.
    /// This is what PyTorch's <c>cross_entropy</c> computes, with the classes along the last axis.
    /// </summary>
    /// <param name="targets">int32 class numbers from 0 to C - 1, [N…], for this tensor of logits, [N… C].</param>
    /// <param name="reduction">What to make of the losses of the rows.</param>
    /// <param name="labelSmoothing">ε, from 0 to 1.</param>
    /// <param name="ignoredIndex">The target that marks rows without loss; they do not count in the mean either. A mean over no rows is NaN.</param>
    /// <param name="classWeights">A weight for each class, [C]; not differentiable.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each row, [N…].</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a target is no class.</exception>
    /// <exception cref="DTypeException">The logits are not floating point, the targets not int32, or the weights not of the logits' type.</exception>
    /// <exception cref="OptionException">The smoothing lies outside [0, 1].</exception>
    /// <exception cref="GradientException">The class weights need a gradient.</exception>
    public Tensor CrossEntropy(Tensor targets, LossReduction reduction = LossReduction.Mean, double labelSmoothing = 0.0, int? ignoredIndex = null, Tensor? classWeights = null)
    {
        ClassTargets.Check(this, targets, labelSmoothing, ignoredIndex, classWeights);
        var rows = new ClassTargets(targets, Shape[-1], labelSmoothing, ignoredIndex, classWeights);
        if (classWeights is null || labelSmoothing == 0.0) return Tensors.CrossEntropy.Of(this, rows, reduction);

        // The smoothed term weighs every class differently, which the fused kernel does not know.
        var losses = -(LogSoftmax() * rows.Distribution(this, isWeighted: true)).Sum(-1);
        return reduction == LossReduction.None ? losses : losses.Sum() / (reduction == LossReduction.Mean ? rows.TotalWeight : 1.0);
    }
}

/// <summary>-Σ q ln softmax(x) of each row, times the weight of its target. ∂/∂x = softmax(x) - q, times the weight.</summary>
internal sealed class CrossEntropy : Operation
{
    private readonly ClassTargets targets;
    private readonly LossReduction reduction;
    private readonly Tensor saved;

    private CrossEntropy(Tensor logits, ClassTargets targets, LossReduction reduction, Tensor saved)
        : base(targets.InputsWith(logits)) => (this.targets, this.reduction, this.saved) = (targets, reduction, saved);

    public static Tensor Of(Tensor logits, ClassTargets targets, LossReduction reduction)
    {
        var saved = Tensor.Allocate(Shape.Of(targets.Count, 2), logits.DType);
        var losses = Tensor.Allocate(targets.Shape, logits.DType);
        if (logits.DType == DType.Float32) Forward<float>();
        else Forward<double>();

        var result = targets.IsWeighted ? losses * targets.RowFactors(losses.DType, 1.0) : losses;
        if (reduction != LossReduction.None) result = ElementLoss.Total(result, Scale(targets, reduction));
        if (logits.IsRecorded) return new CrossEntropy(logits, targets, reduction, saved).Record(result);
        saved.Storage.Release();
        return result;

        void Forward<T>()
            where T : unmanaged => Kernels.CrossEntropy.Forward<T>(
                logits.Data<T>(), targets.Classes, targets.ClassCount, targets.Smoothing, targets.Ignored, losses.Data<T>(), saved.Data<T>());
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, IsDifferentiatedAgain ? Composed(gradient) : Fused(gradient));

    protected override void ReleaseSaved() => saved.Storage.Release();

    private static double Scale(ClassTargets targets, LossReduction reduction) => reduction == LossReduction.Mean ? 1.0 / targets.TotalWeight : 1.0;

    private Tensor Composed(Tensor gradient)
    {
        var logits = Input(0);
        var factors = gradient * targets.RowFactors(logits.DType, Scale(targets, reduction));
        return factors.Unsqueeze(-1) * (logits.Softmax() - targets.Distribution(logits, isWeighted: false));
    }

    private Tensor Fused(Tensor gradient)
    {
        var logits = Input(0);
        var factors = reduction == LossReduction.None
            ? gradient * targets.RowFactors(logits.DType, 1.0)
            : targets.RowFactors(logits.DType, gradient.ToDouble() * Scale(targets, reduction));
        var result = Tensor.Allocate(logits.Shape, logits.DType);
        if (logits.DType == DType.Float32) Derivative<float>();
        else Derivative<double>();
        return result;

        void Derivative<T>()
            where T : unmanaged => Kernels.CrossEntropy.Backward<T>(
                logits.Data<T>(), targets.Classes, targets.ClassCount, targets.Smoothing, targets.Ignored, saved.Data<T>(), factors.Data<T>(), result.Data<T>());
    }
}
