using Crucible.Layers;
using Crucible.Optimizers;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// One update of a model's parameters: forward, loss, backward, clip, step. Nothing is updated when the loss or a
/// gradient is not finite.
/// </summary>
/// <remarks>A custom loop in a script is the same five lines; this class is what <see cref="Trainer"/> repeats.</remarks>
public sealed class TrainingStep
{
    private readonly Optimizer optimizer;
    private readonly Func<Batch, Pass, Tensor> loss;
    private readonly double? clipNorm;
    private readonly Tensor[] parameters;

    /// <summary>Puts the parts of a step together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer of its parameters.</param>
    /// <param name="loss">Takes prediction and target, returns a scalar.</param>
    /// <param name="clipNorm">The largest norm of all gradients together, or null.</param>
    public TrainingStep(Layer model, Optimizer optimizer, Func<Tensor, Tensor, Tensor> loss, double? clipNorm = null)
        : this(model, optimizer, (batch, pass) => loss(model.Forward(batch.Inputs, pass), batch.Targets), clipNorm)
    {
    }

    internal TrainingStep(Layer model, Optimizer optimizer, Func<Batch, Pass, Tensor> loss, double? clipNorm)
    {
        (this.optimizer, this.loss, this.clipNorm) = (optimizer, loss, clipNorm);
        parameters = [.. model.Parameters];
    }

    /// <summary>Updates made.</summary>
    public int Updates { get; internal set; }

    /// <summary>The Euclidean norm of all gradients together in the last step, before clipping.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>Makes one update.</summary>
    /// <param name="x">The inputs, first axis rows.</param>
    /// <param name="target">The targets, as many rows.</param>
    /// <param name="pass">A training pass.</param>
    /// <returns>The loss before the update.</returns>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the parameters are as before.</exception>
    /// <exception cref="GradientException">A parameter got no gradient.</exception>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    public double Run(Tensor x, Tensor target, Pass pass) => Run(new Batch(x.Shape[0], x, target), pass);

    /// <summary>Makes one update.</summary>
    /// <param name="batch">What to learn from.</param>
    /// <param name="pass">A training pass.</param>
    /// <returns>The loss before the update.</returns>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the parameters are as before.</exception>
    /// <exception cref="GradientException">A parameter got no gradient.</exception>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    public double Run(Batch batch, Pass pass)
    {
        optimizer.ZeroGradients();
        Tensor value = loss(batch, pass);
        double before = LossOf(value);
        if (!double.IsFinite(before)) throw Errors.NonFiniteLoss(Updates + 1, before, FirstBad(value));
        value.Backward();
        GradientNorm = clipNorm is { } limit ? GradientClipping.ByNorm(parameters, limit) : GradientClipping.Norm(parameters);
        if (!double.IsFinite(GradientNorm)) throw Errors.NonFiniteGradient(Updates + 1, Array.Find(parameters, HasBadGradient)?.Describe());
        optimizer.Step();
        Updates++;
        return before;
    }

    /// <summary>The number that a loss is.</summary>
    /// <exception cref="ShapeException">It is more than one.</exception>
    internal static double LossOf(Tensor loss) => loss.ElementCount == 1 ? loss.ToDouble() : throw Errors.LossShape(loss.Shape);

    private static string? FirstBad(Tensor root)
    {
        Tensor? bad = GraphOrder.Of(root).FirstOrDefault(tensor => tensor.DType.IsFloat() && !tensor.AllFinite());
        return bad?.Source is { } source ? Invariant($"the output of {source.Name} {bad.Shape}") : bad?.Describe();
    }

    private static bool HasBadGradient(Tensor parameter) => parameter.Gradient is { } gradient && !gradient.AllFinite();
}
