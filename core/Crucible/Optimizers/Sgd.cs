using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>
/// Gradient descent, with momentum if wanted: g ← g + decay·p, v ← momentum·v + (1 - dampening)·g, p ← p - rate·v, where
/// the first step's v is g; Nesterov: p ← p - rate·(g + momentum·v). Without momentum p ← p - rate·g. The formulas and
/// their order are PyTorch's (the documentation of torch.optim.SGD).
/// </summary>
public sealed class Sgd : Optimizer
{
    private readonly double momentum;
    private readonly double dampening;
    private readonly bool nesterov;
    private readonly Tensor[]? velocity;

    /// <summary>Trains all given parameters alike.</summary>
    /// <param name="parameters">The parameters: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate, momentum, decay.</param>
    /// <exception cref="OptionException">There are no parameters, one comes twice or cannot be trained, or an option is
    /// out of range.</exception>
    public Sgd(IEnumerable<Tensor> parameters, SgdOptions? options = null)
        : this([new ParameterGroup(parameters)], options)
    {
    }

    /// <summary>Trains groups of parameters with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="options">What holds where a group says nothing.</param>
    /// <exception cref="OptionException">As for a single list of parameters.</exception>
    public Sgd(IEnumerable<ParameterGroup> groups, SgdOptions? options = null)
        : base(groups, (options ??= new()).LearningRate, options.WeightDecay)
    {
        momentum = BelowOne("momentum", options.Momentum);
        nesterov = options.Nesterov;
        if (nesterov && momentum == 0.0) throw Errors.Option("sgd", "momentum", "above 0 with nesterov", momentum);
        dampening = BelowOne("dampening", options.Dampening);
        if (nesterov && dampening > 0.0) throw Errors.Option("sgd", "dampening", "0 with nesterov", dampening);
        velocity = momentum > 0.0 ? CreateSlot("velocity") : null;
    }

    /// <inheritdoc/>
    protected override void Update(int index, Tensor parameter, Tensor gradient, double learningRate, double weightDecay) =>
        Run(
            new SgdUpdate(learningRate, momentum, nesterov, weightDecay, StepCount > 1 && momentum > 0.0 ? dampening : 0.0),
            parameter, gradient, velocity?[index], null);
}

/// <summary>Options of <see cref="Sgd"/>: <c>SgdOptions(LearningRate = 0.1, Momentum = 0.9)</c>.</summary>
public sealed class SgdOptions
{
    /// <summary>How far a step goes, above 0.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>The part of the velocity that a step keeps, at least 0 and below 1; 0 for plain gradient descent.</summary>
    public double Momentum { get; init; }

    /// <summary>The part of the gradient that does not enter the velocity after the first step, at least 0 and below 1.</summary>
    public double Dampening { get; init; }

    /// <summary>Looks ahead along the velocity (Sutskever et al. 2013); needs momentum, and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The part of the parameter added to its gradient (an L2 penalty), 0 or more.</summary>
    public double WeightDecay { get; init; }
}

/// <summary>
/// Stochastic gradient descent with momentum μ and dampening τ (Sutskever et al., 2013, as PyTorch writes it): g ← g + λp;
/// v ← μv + (1 − τ)g; p ← p − η·v, or with Nesterov's acceleration p ← p − η·(g + μv). The velocity v starts at 0 and is the first state;
/// without momentum it is not used and may be empty.
/// </summary>
internal readonly struct SgdUpdate(double learningRate, double momentum, bool nesterov, double weightDecay, double dampening = 0.0)
    : IUpdate
{
    public void Run<V, T>(UpdateArrays<T> arrays, int start, int end)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => arrays.Run<Step<V>, V>(
            new(V.Of(-learningRate), V.Of(momentum), V.Of(1 - dampening), nesterov, V.Of(weightDecay)), start, end);

    private readonly struct Step<V>(V rate, V momentum, V rest, bool nesterov, V decay) : IUpdateStep<V>
        where V : unmanaged, ISimd<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(ref V parameter, V gradient, ref V first, ref V second, ref V third)
        {
            gradient = V.MultiplyAdd(parameter, decay, gradient);
            first = V.MultiplyAdd(first, momentum, gradient * rest);
            parameter = V.MultiplyAdd(nesterov ? V.MultiplyAdd(first, momentum, gradient) : first, rate, parameter);
        }
    }
}
