namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Inverted dropout: each element becomes 0 with the given probability, else x / (1 - p), so that its expectation
    /// stays x (Srivastava et al. 2014). For training only: do not apply it in evaluation.
    /// </summary>
    /// <param name="probability">p, from 0 to 1; with 0 the tensor itself is returned.</param>
    /// <param name="generator">The source of randomness; its state advances unless the probability is 0.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="OptionException">The probability lies outside [0, 1].</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Dropout(double probability, Generator generator)
    {
        if (!(probability is >= 0.0 and <= 1.0)) throw Errors.Option("dropout", "probability", "between 0 and 1", probability);
        RequireFloat("dropout");
        return probability == 0.0 ? this : DropoutOperation.Forward(this, probability, generator);
    }
}

/// <summary>x · mask, where the mask holds 0 or 1 / (1 - p). d/dx = mask.</summary>
internal sealed class DropoutOperation(Tensor x, Tensor mask) : ElementwiseOperation(x), IRepeatable
{
    public static Tensor Forward(Tensor x, double probability, Generator generator)
    {
        Tensor mask = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) generator.DropoutMask(mask.Data<float>(), probability);
        else generator.DropoutMask(mask.Data<double>(), probability);
        Tensor result = Masked(x, mask);
        if (x.IsRecorded) return new DropoutOperation(x, mask).Record(result);
        mask.Storage.Release();
        return result;
    }

    public Tensor Again() => Masked(Input(0), mask);

    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * mask);

    protected override void ReleaseSaved() => mask.Storage.Release();

    private static Tensor Masked(Tensor x, Tensor mask) => Apply.Binary<Kernels.Multiply>(x, mask, "dropout");
}
