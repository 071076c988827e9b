using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// silu(g)·h of the two halves of the last axis, g the first of them: a gate g on the channels h (Shazeer 2020,
    /// "GLU variants improve transformer").
    /// </summary>
    /// <returns>A tensor [… C], this one being [… 2C].</returns>
    /// <exception cref="ShapeException">This tensor is a scalar, or its last size is odd.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor SwiGlu()
    {
        RequireFloat("swiGlu");
        if (Rank == 0 || Shape[-1] % 2 != 0)
            throw Errors.Shape("swiGlu: the last size must be even,"
                + Invariant($" as gates and channels lie side by side, but the shape is {Shape}"));
        return Tensors.SwiGlu.Forward(this);
    }
}

/// <summary>y = silu(g)·h with silu(g) = g·s and s = sigmoid(g). With the gradient d: dg = d·h·s·(1 + g·(1 - s)), dh = d·g·s.</summary>
internal sealed class SwiGlu(Tensor x) : Operation(x), IRepeatable
{
    public static Tensor Forward(Tensor x)
    {
        Tensor result = Tensor.Allocate(x.Shape.With(x.Rank - 1, x.Shape[-1] / 2), x.DType);
        if (x.DType == DType.Float32) GatedSilu.Forward<float>(x.Data<float>(), result.Shape[-1], result.Data<float>());
        else GatedSilu.Forward<double>(x.Data<double>(), result.Shape[-1], result.Data<double>());
        return x.IsRecorded ? new SwiGlu(x).Record(result) : result;
    }

    public Tensor Again() => Forward(Input(0));

    protected internal override void Backward(Tensor gradient)
    {
        Tensor x = Input(0);
        if (IsDifferentiatedAgain)
        {
            int size = gradient.Shape[-1];
            Tensor gate = x.Slice(-1, 0, size).Clamp(-Saturation.Limit, double.PositiveInfinity);
            Tensor channels = x.Slice(-1, size);
            Tensor sigmoid = gate.Sigmoid();
            Tensor saturated = gate.Clamp(-Saturation.Limit, Saturation.Limit);
            Tensor gateGradient = gradient * channels * sigmoid * (1.0 + (saturated * (1.0 - sigmoid)));
            Accumulate(0, Tensor.Concat([gateGradient, gradient * gate * sigmoid], -1));
            return;
        }

        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32)
            GatedSilu.Backward<float>(x.Data<float>(), gradient.Data<float>(), gradient.Shape[-1], result.Data<float>());
        else GatedSilu.Backward<double>(x.Data<double>(), gradient.Data<double>(), gradient.Shape[-1], result.Data<double>());
        Accumulate(0, result);
    }
}
