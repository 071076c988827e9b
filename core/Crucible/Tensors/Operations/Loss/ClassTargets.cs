namespace Crucible.Tensors;

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
        foreach (var target in Classes) TotalWeight += Weight(target);
    }

    public int ClassCount { get; }

    public double Smoothing { get; }

    /// <summary>The class to ignore; -1, which is no class, when there is none.</summary>
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
        if (targets.DType != DType.Int32) throw Errors.DType(Errors.Text($"{operation}: targets must be int32 class numbers, but are {targets.DType.ToName()}; convert with To"));
        if (logits.Rank == 0 || !logits.Shape.Without(logits.Rank - 1).Equals(targets.Shape)) throw Errors.Shape(Errors.Text($"{operation}: targets must have the logits' shape without its last axis, the classes, but are {targets.Shape} and the logits are {logits.Shape}"));
        if (!(smoothing is >= 0.0 and <= 1.0)) throw Errors.Option(operation, "labelSmoothing", "between 0 and 1", smoothing);
        CheckWeights(operation, logits, weights);
        var classes = targets.Data<int>();
        for (var row = 0; row < classes.Length; row++)
            if ((uint)classes[row] >= (uint)logits.Shape[-1] && classes[row] != ignored) throw Errors.Shape(Errors.Text($"{operation}: targets must be classes from 0 to {logits.Shape[-1] - 1}, but element {row} is {classes[row]}"));
    }

    /// <summary>Everything the loss depends on, so that a change in place before backward is noticed.</summary>
    public Tensor[] InputsWith(Tensor logits) => weights is null ? [logits, targets] : [logits, targets, weights];

    /// <summary>How much each row counts, times a number: the weight of its class, 1 without weights, 0 when ignored.</summary>
    public Tensor RowFactors(DType dtype, double factor)
    {
        var result = Tensor.Full(Shape, factor, dtype);
        if (TotalWeight == Count && !IsWeighted) return result;
        for (var row = 0; row < Count; row++) result.SetElement(row, Weight(Classes[row]) * factor);
        return result;
    }

    /// <summary>q for every row of [N… C]: 1 - ε on the target plus ε / C on every class, each times its class's weight if asked for (that of an ignored class too); zeros when the row is ignored.</summary>
    public Tensor Distribution(Tensor logits, bool isWeighted)
    {
        var result = Tensor.ZerosLike(logits);
        for (var row = 0; row < Count; row++)
        {
            if (Classes[row] == Ignored) continue;
            for (var index = 0; index < ClassCount; index++)
            {
                var probability = (Smoothing / ClassCount) + (index == Classes[row] ? 1.0 - Smoothing : 0.0);
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
        if (weights.Rank != 1 || weights.Shape[0] != logits.Shape[-1]) throw Errors.Shape(Errors.Text($"{operation}: class weights must be one for each class, [{logits.Shape[-1]}], but are {weights.Shape}"));
        if (weights.RequiresGradient) throw Errors.Gradient(Errors.Text($"{operation}: class weights have no derivative; take them out of the graph with Detach()"));
    }
}
