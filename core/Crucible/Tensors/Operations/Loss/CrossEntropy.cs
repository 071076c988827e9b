using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Cross-entropy of logits and classes: -Σ q ln softmax(x) for each row, where q is 1 - ε on the target plus ε / C
    /// on every class. With class weights w each term of q is multiplied by its class's weight, and the mean is divided
    /// by the sum of the targets' weights. This is what PyTorch's <c>cross_entropy</c> computes, with the classes along
    /// the last axis.
    /// </summary>
    /// <param name="targets">int32 class numbers from 0 to C - 1, [N…], for this tensor of logits, [N… C].</param>
    /// <param name="reduction">How the losses of the rows are reduced.</param>
    /// <param name="labelSmoothing">ε, from 0 to 1.</param>
    /// <param name="ignoredIndex">
    /// The target of rows to ignore; they do not count in the mean. A mean over no rows is NaN.
    /// </param>
    /// <param name="classWeights">A weight for each class, [C]; not differentiable.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each row, [N…].</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a target is not a class from 0 to C - 1.</exception>
    /// <exception cref="DTypeException">
    /// The logits are not floating point, the targets not int32, or the weights not of the logits' type.
    /// </exception>
    /// <exception cref="OptionException">The smoothing lies outside [0, 1].</exception>
    /// <exception cref="GradientException">The class weights need a gradient.</exception>
    public Tensor CrossEntropy(
        Tensor targets, LossReduction reduction = LossReduction.Mean, double labelSmoothing = 0.0, int? ignoredIndex = null,
        Tensor? classWeights = null)
    {
        ClassTargets.Check(this, targets, labelSmoothing, ignoredIndex, classWeights);
        ClassTargets rows = new(targets, Shape[-1], labelSmoothing, ignoredIndex, classWeights);
        if (classWeights is null || labelSmoothing == 0.0) return Tensors.CrossEntropy.Forward(this, rows, reduction);

        // The smoothed term weighs every class differently, which the fused kernel does not know.
        Tensor losses = -(rows.WithoutIgnored(this).LogSoftmax() * rows.Distribution(this, isWeighted: true)).Sum(-1);
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

    public static Tensor Forward(Tensor logits, ClassTargets targets, LossReduction reduction)
    {
        Tensor saved = Tensor.Allocate(Shape.From(targets.Count, 2), logits.DType);
        Tensor losses = Tensor.Allocate(targets.Shape, logits.DType);
        if (logits.DType == DType.Float32) Forward<float>();
        else Forward<double>();

        Tensor result = targets.IsWeighted ? losses * targets.RowFactors(losses.DType, 1.0) : losses;
        if (reduction != LossReduction.None) result = ElementLoss.Total(result, Scale(targets, reduction));
        if (logits.IsRecorded) return new CrossEntropy(logits, targets, reduction, saved).Record(result);
        saved.Storage.Release();
        return result;

        void Forward<T>()
            where T : unmanaged => Kernels.CrossEntropy.Forward<T>(
                logits.Data<T>(), targets.Classes, targets.ClassCount, targets.Smoothing, targets.Ignored,
                losses.Data<T>(), saved.Data<T>());
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? Composed(gradient) : Fused(gradient));

    protected override void ReleaseSaved() => saved.Storage.Release();

    private static double Scale(ClassTargets targets, LossReduction reduction) =>
        reduction == LossReduction.Mean ? 1.0 / targets.TotalWeight : 1.0;

    private Tensor Composed(Tensor gradient)
    {
        Tensor logits = Input(0);
        Tensor factors = gradient * targets.RowFactors(logits.DType, Scale(targets, reduction));
        Tensor softmax = targets.WithoutIgnored(logits).Softmax();
        return targets.WithoutIgnored(factors.Unsqueeze(-1) * (softmax - targets.Distribution(logits, isWeighted: false)));
    }

    private Tensor Fused(Tensor gradient)
    {
        Tensor logits = Input(0);
        Tensor factors = reduction == LossReduction.None
            ? gradient * targets.RowFactors(logits.DType, 1.0)
            : targets.RowFactors(logits.DType, gradient.ToDouble() * Scale(targets, reduction));
        Tensor result = Tensor.Allocate(logits.Shape, logits.DType);
        if (logits.DType == DType.Float32) Derivative<float>();
        else Derivative<double>();
        return result;

        void Derivative<T>()
            where T : unmanaged => Kernels.CrossEntropy.Backward<T>(
                logits.Data<T>(), targets.Classes, targets.ClassCount, targets.Smoothing, targets.Ignored,
                saved.Data<T>(), factors.Data<T>(), result.Data<T>());
    }
}

/// <summary>The target classes of a cross-entropy, with what says how much each row counts.</summary>
internal sealed class ClassTargets
{
    private readonly Tensor targets;
    private readonly Tensor? weights;

    public ClassTargets(Tensor targets, int classCount, double smoothing, int? ignored, Tensor? weights)
    {
        this.targets = targets;
        this.weights = weights;
        ClassCount = classCount;
        Smoothing = smoothing;
        Ignored = ignored ?? -1;
        foreach (int target in Classes) TotalWeight += Weight(target);
    }

    public int ClassCount { get; }

    public double Smoothing { get; }

    /// <summary>The class to ignore; -1 for none.</summary>
    public int Ignored { get; }

    /// <summary>The sum of the rows' weights: what a mean divides by.</summary>
    public double TotalWeight { get; }

    public bool IsWeighted => weights is not null;

    public int Count => targets.ElementCount;

    public Shape Shape => targets.Shape;

    public ReadOnlySpan<int> Classes => targets.Data<int>();

    /// <summary>Refuses logits, targets and weights that do not fit each other.</summary>
    public static void Check(Tensor logits, Tensor targets, double smoothing, int? ignored, Tensor? weights)
    {
        const string operation = "crossEntropy";
        logits.RequireFloat(operation);
        if (targets.DType != DType.Int32)
            throw Errors.DType(Invariant($"{operation}: targets must be int32 class numbers, but are {targets.DType.ToName()};")
                + " convert with To");
        if (logits.Rank == 0 || !logits.Shape.Without(logits.Rank - 1).Equals(targets.Shape))
            throw Errors.Shape(Invariant($"{operation}: targets must have the logits' shape without its last axis,")
                + Invariant($" the classes, but are {targets.Shape} and the logits are {logits.Shape}"));
        if (!(smoothing is >= 0.0 and <= 1.0)) throw Errors.Option(operation, "labelSmoothing", "between 0 and 1", smoothing);
        CheckWeights(operation, logits, weights);
        Span<int> classes = targets.Data<int>();
        for (int row = 0; row < classes.Length; row++)
            if ((uint)classes[row] >= (uint)logits.Shape[-1] && classes[row] != ignored)
                throw Errors.Shape(Invariant($"{operation}: targets must be classes from 0 to {logits.Shape[-1] - 1},")
                    + Invariant($" but element {row} is {classes[row]}"));
    }

    /// <summary>Everything the loss depends on, so that a change in place before backward is noticed.</summary>
    public Tensor[] InputsWith(Tensor logits) => weights is null ? [logits, targets] : [logits, targets, weights];

    /// <summary>How much each row counts, times a number: the weight of its class, 1 without weights, 0 when ignored.</summary>
    public Tensor RowFactors(DType dtype, double factor)
    {
        Tensor result = Tensor.Full(Shape, factor, dtype);
        if (TotalWeight == Count && !IsWeighted) return result;
        for (int row = 0; row < Count; row++) result.SetElement(row, Weight(Classes[row]) * factor);
        return result;
    }

    /// <summary>Rows [N… C] with zeros where they are ignored, so that nothing of what stands there, be it NaN, goes on.</summary>
    public Tensor WithoutIgnored(Tensor rows) =>
        Classes.Contains(Ignored) ? rows.MaskedFill(targets.EqualTo(Ignored).Unsqueeze(-1), 0.0) : rows;

    /// <summary>
    /// q for every row of [N… C]: 1 - ε on the target plus ε / C on every class, each times its class's weight if asked
    /// for (that of an ignored class too); zeros when the row is ignored.
    /// </summary>
    public Tensor Distribution(Tensor logits, bool isWeighted)
    {
        Tensor result = Tensor.ZerosLike(logits);
        for (int row = 0; row < Count; row++)
        {
            if (Classes[row] == Ignored) continue;
            for (int index = 0; index < ClassCount; index++)
            {
                double probability = (Smoothing / ClassCount) + (index == Classes[row] ? 1.0 - Smoothing : 0.0);
                result.SetElement((row * ClassCount) + index, isWeighted ? probability * weights!.Element(index) : probability);
            }
        }

        return result;
    }

    private double Weight(int target) => target == Ignored ? 0.0 : weights is null ? 1.0 : weights.Element(target);

    private static void CheckWeights(string operation, Tensor logits, Tensor? weights)
    {
        if (weights is null) return;
        if (weights.DType != logits.DType) throw Errors.DTypes(operation, logits.DType, weights.DType);
        if (weights.Rank != 1 || weights.Shape[0] != logits.Shape[-1])
            throw Errors.Shape(Invariant($"{operation}: class weights must be one for each class,")
                + Invariant($" [{logits.Shape[-1]}], but are {weights.Shape}"));
        if (weights.RequiresGradient)
            throw Errors.Gradient(Invariant($"{operation}: class weights have no derivative; detach them with Detach()"));
    }
}
