using System.Numerics;
using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> share: two moments of the gradient and their bias corrections.</summary>
public abstract class AdamBase : Optimizer
{
    private readonly AdamOptions options;
    private readonly Tensor[] firstMoment;
    private readonly Tensor[] secondMoment;
    private double firstCorrection;
    private double secondCorrectionRoot;

    private protected AdamBase(IEnumerable<ParameterGroup> groups, AdamOptions options, double defaultDecay)
        : base(groups, options.LearningRate, options.WeightDecay ?? defaultDecay)
    {
        this.options = options;
        BelowOne("beta1", options.Beta1);
        BelowOne("beta2", options.Beta2);
        AboveZero("epsilon", options.Epsilon);
        firstMoment = CreateSlot("firstMoment");
        secondMoment = CreateSlot("secondMoment");
    }

    /// <inheritdoc/>
    protected override void BeginStep()
    {
        firstCorrection = 1.0 - Math.Pow(options.Beta1, StepCount);
        secondCorrectionRoot = Math.Sqrt(1.0 - Math.Pow(options.Beta2, StepCount));
    }

    /// <summary>p ← shrink·p, g ← g + decay·p, then Adam's step.</summary>
    private protected void Move(int index, Tensor parameter, Tensor gradient, double learningRate, double decay, double shrink)
    {
        if (parameter.DType == DType.Float32) Move<float>(index, parameter, gradient, learningRate, decay, shrink);
        else Move<double>(index, parameter, gradient, learningRate, decay, shrink);
    }

    private void Move<T>(int index, Tensor parameter, Tensor gradient, double learningRate, double decay, double shrink)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Kernels.Update.Adam(parameter.Data<T>(), gradient.Data<T>(), firstMoment[index].Data<T>(), secondMoment[index].Data<T>(), options.Beta1, options.Beta2, learningRate / firstCorrection, secondCorrectionRoot, options.Epsilon, decay, shrink);
}
