using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>
/// m ← β₁·m + (1 - β₁)·g, v ← β₂·v + (1 - β₂)·g², p ← p - rate·m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 -
/// β₂ᵗ) at step t; weight decay adds decay·p to g. Kingma and Ba 2015, algorithm 1. With AMSGrad the largest v so far
/// takes v's place in v̂ (Reddi, Kale and Kumar 2018, algorithm 2, with PyTorch's corrections of the bias).
/// </summary>
public class Adam : Optimizer
{
    private readonly AdamOptions options;
    private readonly bool isDecoupled;
    private readonly Tensor[] firstMoment;
    private readonly Tensor[] secondMoment;
    private readonly Tensor[]? largestSecondMoment;
    private double correction1;
    private double correction2;

    /// <summary>Trains all given parameters alike.</summary>
    /// <param name="parameters">The parameters: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate, betas, epsilon, decay.</param>
    /// <exception cref="OptionException">There are no parameters, one comes twice or cannot be trained, or an option is
    /// out of range.</exception>
    public Adam(IEnumerable<Tensor> parameters, AdamOptions? options = null)
        : this([new ParameterGroup(parameters)], options)
    {
    }

    /// <summary>Trains groups of parameters with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="options">What holds where a group says nothing.</param>
    /// <exception cref="OptionException">As for a single list of parameters.</exception>
    public Adam(IEnumerable<ParameterGroup> groups, AdamOptions? options = null)
        : this(groups, options ?? new(), 0.0, isDecoupled: false)
    {
    }

    private protected Adam(IEnumerable<ParameterGroup> groups, AdamOptions options, double defaultDecay, bool isDecoupled)
        : base(groups, options.LearningRate, options.WeightDecay ?? defaultDecay)
    {
        BelowOne("beta1", options.Beta1);
        BelowOne("beta2", options.Beta2);
        AboveZero("epsilon", options.Epsilon);
        (this.options, this.isDecoupled) = (options, isDecoupled);
        firstMoment = CreateSlot("firstMoment");
        secondMoment = CreateSlot("secondMoment");
        largestSecondMoment = options.AmsGrad ? CreateSlot("largestSecondMoment") : null;
    }

    /// <inheritdoc/>
    protected sealed override void BeginStep() =>
        (correction1, correction2) = (1.0 - Math.Pow(options.Beta1, StepCount), 1.0 - Math.Pow(options.Beta2, StepCount));

    /// <inheritdoc/>
    protected sealed override void Update(int index, Tensor parameter, Tensor gradient, double learningRate, double weightDecay) => Run(
        new AdamUpdate(
            learningRate, options.Beta1, options.Beta2, options.Epsilon, weightDecay, isDecoupled, correction1, correction2,
            options.AmsGrad),
        parameter, gradient, firstMoment[index], secondMoment[index], largestSecondMoment?[index]);
}

/// <summary>
/// Options of <see cref="Adam"/> and <see cref="AdamW"/>; the defaults are PyTorch's:
/// <c>AdamOptions(LearningRate = 3e-4)</c>.
/// </summary>
public sealed class AdamOptions
{
    /// <summary>How far a step goes, above 0: about what a parameter moves by while its gradient keeps its sign.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The part of the first moment (mean of gradients) that a step keeps, at least 0 and below 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The part of the second moment (mean of squared gradients) that a step keeps, at least 0 and below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment, above 0. Keras uses 1e-7.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// 0 or more. <see cref="Adam"/> adds decay·p to the gradient; <see cref="AdamW"/> shrinks p by rate·decay. Null
    /// stands for 0 in Adam, 0.01 in AdamW.
    /// </summary>
    public double? WeightDecay { get; init; }

    /// <summary>Divides by the root of the largest second moment so far, so that no parameter's steps grow again.</summary>
    public bool AmsGrad { get; init; }
}

/// <summary>
/// Adam with decoupled weight decay: p ← p·(1 - rate·decay), then Adam's step with the bare gradient, so that the decay
/// is not divided by √v̂. Loshchilov and Hutter 2019, algorithm 2, with the decay scaled by the rate as PyTorch does.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Trains all given parameters alike.</summary>
    /// <param name="parameters">The parameters: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate, betas, epsilon, decay.</param>
    /// <exception cref="OptionException">There are no parameters, one comes twice or cannot be trained, or an option is
    /// out of range.</exception>
    public AdamW(IEnumerable<Tensor> parameters, AdamOptions? options = null)
        : this([new ParameterGroup(parameters)], options)
    {
    }

    /// <summary>
    /// Trains groups of parameters with options of their own:
    /// <c>AdamW(ParameterGroup.DecayMatricesOnly model.Parameters)</c>.
    /// </summary>
    /// <param name="groups">The groups.</param>
    /// <param name="options">What holds where a group says nothing.</param>
    /// <exception cref="OptionException">As for a single list of parameters.</exception>
    public AdamW(IEnumerable<ParameterGroup> groups, AdamOptions? options = null)
        : base(groups, options ?? new(), 0.01, isDecoupled: true)
    {
    }
}

/// <summary>
/// Adam (Kingma and Ba, 2015): m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − η/c₁ · m / (√v/√c₂ + ε) with cᵢ = 1 −
/// βᵢ^step. Weight decay λ is added to the gradient (g ← g + λp), or decoupled as in AdamW (Loshchilov and Hutter,
/// 2019): p ← (1 − ηλ)p first. AMSGrad (Reddi, Kale and Kumar, 2018): w ← max(w, v), which takes v's place in p's step;
/// w is the third state, which may be empty without it.
/// </summary>
internal readonly struct AdamUpdate(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled, double correction1,
    double correction2, bool amsGrad = false) : IUpdate
{
    public void Run<V, T>(UpdateArrays<T> arrays, int start, int end)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => arrays.Run<Step<V>, V>(
            new(
                V.Of(beta1), V.Of(1 - beta1), V.Of(beta2), V.Of(1 - beta2), V.Of(epsilon), V.Of(decoupled ? 0 : weightDecay),
                V.Of(decoupled ? 1 - (learningRate * weightDecay) : 1), V.Of(-learningRate / correction1),
                V.Of(1 / Math.Sqrt(correction2)), amsGrad),
            start,
            end);

    private readonly struct Step<V>(V beta1, V rest1, V beta2, V rest2, V epsilon, V decay, V keep, V stepSize, V rootScale, bool amsGrad)
        : IUpdateStep<V>
        where V : unmanaged, ISimd<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(ref V parameter, V gradient, ref V first, ref V second, ref V third)
        {
            gradient = V.MultiplyAdd(parameter, decay, gradient);
            first = V.MultiplyAdd(first, beta1, gradient * rest1);
            second = V.MultiplyAdd(second, beta2, gradient * gradient * rest2);
            if (amsGrad) third = V.Max(third, second);
            V denominator = V.MultiplyAdd(V.Sqrt(amsGrad ? third : second), rootScale, epsilon);
            parameter = V.MultiplyAdd(first / denominator, stepSize, parameter * keep);
        }
    }
}
