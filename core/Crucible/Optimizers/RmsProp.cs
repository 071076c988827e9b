using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>
/// g ← g + decay·p, s ← α·s + (1 - α)·g², p ← p - rate·g / (√s + ε); with momentum v ← momentum·v + g / (√s + ε), p ← p
/// - rate·v. Tieleman and Hinton 2012, lecture 6.5, in PyTorch's form. Centered: m ← α·m + (1 - α)·g, and s - m², the
/// gradients' variance, takes s's place under the root (Graves 2013, equations 38 to 41).
/// </summary>
public sealed class RmsProp : Optimizer
{
    private readonly RmsPropOptions options;
    private readonly Tensor[] squareMean;
    private readonly Tensor[]? velocity;
    private readonly Tensor[]? mean;

    /// <summary>Trains all given parameters alike.</summary>
    /// <param name="parameters">The parameters: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate, alpha, epsilon, momentum, decay.</param>
    /// <exception cref="OptionException">There are no parameters, one comes twice or cannot be trained, or an option is
    /// out of range.</exception>
    public RmsProp(IEnumerable<Tensor> parameters, RmsPropOptions? options = null)
        : this([new ParameterGroup(parameters)], options)
    {
    }

    /// <summary>Trains groups of parameters with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="options">What holds where a group says nothing.</param>
    /// <exception cref="OptionException">As for a single list of parameters.</exception>
    public RmsProp(IEnumerable<ParameterGroup> groups, RmsPropOptions? options = null)
        : base(groups, (options ??= new()).LearningRate, options.WeightDecay)
    {
        this.options = options;
        BelowOne("alpha", options.Alpha);
        AboveZero("epsilon", options.Epsilon);
        squareMean = CreateSlot("squareMean");
        velocity = BelowOne("momentum", options.Momentum) > 0.0 ? CreateSlot("velocity") : null;
        mean = options.Centered ? CreateSlot("mean") : null;
    }

    /// <inheritdoc/>
    protected override void Update(int index, Tensor parameter, Tensor gradient, double learningRate, double weightDecay) => Run(
        new RmsPropUpdate(learningRate, options.Alpha, options.Epsilon, options.Momentum, weightDecay, options.Centered),
        parameter, gradient, squareMean[index], velocity?[index], mean?[index]);
}

/// <summary>Options of <see cref="RmsProp"/>; the defaults are PyTorch's.</summary>
public sealed class RmsPropOptions
{
    /// <summary>How far a step goes, above 0.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>The part of the mean of squared gradients that a step keeps, at least 0 and below 1. Keras uses 0.9.</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>Added to the root of the mean, above 0. Keras uses 1e-7.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The part of the velocity that a step keeps, at least 0 and below 1.</summary>
    public double Momentum { get; init; }

    /// <summary>Divides by the root of the gradients' variance instead of that of the mean of their squares.</summary>
    public bool Centered { get; init; }

    /// <summary>The part of the parameter added to its gradient (an L2 penalty), 0 or more.</summary>
    public double WeightDecay { get; init; }
}

/// <summary>
/// RMSprop (Hinton, 2012) with momentum μ: g ← g + λp; v ← αv + (1 − α)g²; b ← μb + g / (√v + ε); p ← p − η·b.
/// v is the first state, b the second; without momentum b may be empty. Centered: m ← αm + (1 − α)g, the third state, and
/// v − m² takes v's place under the root; it is held at 0, below which only rounding takes it.
/// </summary>
internal readonly struct RmsPropUpdate(
    double learningRate, double alpha, double epsilon, double momentum, double weightDecay, bool centered = false) : IUpdate
{
    public void Run<V, T>(UpdateArrays<T> arrays, int start, int end)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => arrays.Run<Step<V>, V>(
            new(V.Of(-learningRate), V.Of(alpha), V.Of(1 - alpha), V.Of(epsilon), V.Of(momentum), V.Of(weightDecay), centered), start, end);

    private readonly struct Step<V>(V rate, V alpha, V rest, V epsilon, V momentum, V decay, bool centered) : IUpdateStep<V>
        where V : unmanaged, ISimd<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(ref V parameter, V gradient, ref V first, ref V second, ref V third)
        {
            gradient = V.MultiplyAdd(parameter, decay, gradient);
            first = V.MultiplyAdd(first, alpha, gradient * gradient * rest);
            if (centered) third = V.MultiplyAdd(third, alpha, gradient * rest);
            V variance = centered ? V.AtLeast(V.MultiplyAdd(-third, third, first), 0) : first;
            second = V.MultiplyAdd(second, momentum, gradient / (V.Sqrt(variance) + epsilon));
            parameter = V.MultiplyAdd(second, rate, parameter);
        }
    }
}
