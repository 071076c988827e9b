using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Inverted dropout: each element becomes 0 with the given probability, else x / (1 - p), so that its expectation stays x (Srivastava et al. 2014).
    /// For training only: in evaluation leave it out.
    /// </summary>
    /// <param name="probability">p, from 0 to 1; with 0 the tensor itself is returned.</param>
    /// <param name="generator">The source of randomness; its state moves on by one number an element.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="OptionException">The probability lies outside [0, 1].</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Dropout(double probability, Generator generator)
    {
        if (!(probability is >= 0.0 and <= 1.0)) throw Errors.Option("dropout", "probability", "between 0 and 1", probability);
        RequireFloat("dropout");
        return probability == 0.0 ? this : Tensors.Dropout.Of(this, probability, generator);
    }
}

/// <summary>x · mask, where the mask holds 0 or 1 / (1 - p). d/dx = mask.</summary>
internal sealed class Dropout(Tensor x, Tensor mask) : Operation(x)
{
    public static Tensor Of(Tensor x, double probability, Generator generator)
    {
        var mask = Tensor.Rand(generator, x.Shape, x.DType);
        var scale = probability == 1.0 ? 0.0 : 1.0 / (1.0 - probability);
        if (x.DType == DType.Float32) Elementwise.Zip3<Threshold, float>(mask.Data<float>(), (float)probability, (float)scale, mask.Data<float>());
        else Elementwise.Zip3<Threshold, double>(mask.Data<double>(), probability, scale, mask.Data<double>());
        var result = Apply.Binary<Kernels.Multiply>(x, mask, "dropout");
        if (x.IsRecorded) return new Dropout(x, mask).Record(result);
        mask.Storage.Release();
        return result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * mask);

    protected override void ReleaseSaved() => mask.Storage.Release();

    /// <summary>0 below the probability, else the scale.</summary>
    private readonly struct Threshold : ITernary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V uniform, V probability, V scale)
            where V : struct, ISimd<V> => (uniform >= probability) & scale;
    }
}
