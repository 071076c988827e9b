using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The affine map y = x·W + b of a layer, bias added in the product's own pass.</summary>
    /// <param name="weight">W [inputs, outputs]; this tensor is x [… inputs].</param>
    /// <param name="bias">b [outputs], or null for none.</param>
    /// <param name="precision">How exactly it is multiplied, here and for the gradients.</param>
    /// <returns>y [… outputs].</returns>
    /// <exception cref="ShapeException">The sizes do not fit.</exception>
    /// <exception cref="DTypeException">The element types are not all float32 or all float64.</exception>
    public Tensor Linear(Tensor weight, Tensor? bias = null, Precision precision = Precision.Full)
    {
        if (bias is null) return MatMul(weight, precision: precision);
        weight.RequireRank(2, "linear");
        if (Rank == 0 || Shape[-1] != weight.Shape[0])
            throw Errors.Shape("linear: the input's last size must be the weight's first,"
                + Invariant($" but the input is {Shape} and the weight is {weight.Shape}"));
        if (bias.Rank != 1 || bias.Shape[0] != weight.Shape[1])
            throw Errors.Shape("linear: the bias must have one value for each output,"
                + Invariant($" but is {bias.Shape} and the weight is {weight.Shape}"));
        if (DType != weight.DType) throw Errors.DTypes("linear", DType, weight.DType);
        if (DType != bias.DType) throw Errors.DTypes("linear", DType, bias.DType);
        RequireFloat("linear");
        return Rank == 2
            ? LinearOperation.Forward(this, weight, bias, precision)
            : LinearOperation.Forward(ReshapeTo(Shape.From(Shape.Product(0, Rank - 1), Shape[-1])), weight, bias, precision)
                .ReshapeTo(Shape.With(Rank - 1, weight.Shape[1]));
    }
}

/// <summary>y = x·W + b. ∂/∂x = g·Wᵀ, ∂/∂W = xᵀ·g, ∂/∂b = Σ rows of g.</summary>
internal sealed class LinearOperation(Tensor x, Tensor weight, Tensor bias) : Operation(x, weight, bias), IRepeatable
{
    public static Tensor Forward(Tensor x, Tensor weight, Tensor bias, Precision precision)
    {
        Tensor result = Value(x, weight, bias, precision);
        return x.IsRecorded || weight.IsRecorded || bias.IsRecorded
            ? new LinearOperation(x, weight, bias) { Precision = precision }.Record(result)
            : result;
    }

    /// <summary>The output for x [N, inputs], or the ReLU of it, not recorded.</summary>
    public static unsafe Tensor Value(Tensor x, Tensor weight, Tensor bias, Precision precision, bool isRectified = false)
    {
        (int rows, int inputs, int outputs) = (x.Shape[0], weight.Shape[0], weight.Shape[1]);
        Tensor result = Tensor.Allocate(Shape.From(rows, outputs), x.DType);
        if (x.DType == DType.Float32)
        {
            fixed (float* px = x.Data<float>(), pw = weight.Data<float>(), pb = bias.Data<float>(), py = result.Data<float>())
            {
                float* gate = isRectified ? py : null;
                if (precision == Precision.Mixed)
                    Kernels.BFloat16Products.Multiply(rows, outputs, inputs, px, inputs, false, pw, outputs, false, py, outputs, pb, gate);
                else Kernels.MatMul.Multiply(rows, outputs, inputs, px, inputs, false, pw, outputs, false, py, outputs, false, pb, gate);
            }
        }
        else
        {
            fixed (double* px = x.Data<double>(), pw = weight.Data<double>(), pb = bias.Data<double>(), py = result.Data<double>())
                Kernels.MatMul.Multiply(
                    rows, outputs, inputs, px, inputs, false, pw, outputs, false, py, outputs, false, pb, isRectified ? py : null);
        }

        return result;
    }

    /// <summary>The gradient of x, where it is the ReLU of what was before: g·Wᵀ where x is above 0, else 0. Not recorded.</summary>
    public static unsafe Tensor RectifiedGradient(Tensor gradient, Tensor weight, Tensor x, Precision precision)
    {
        (int rows, int inputs, int outputs) = (x.Shape[0], weight.Shape[0], weight.Shape[1]);
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32)
        {
            fixed (float* pg = gradient.Data<float>(), pw = weight.Data<float>(), px = x.Data<float>(), pr = result.Data<float>())
            {
                if (precision == Precision.Mixed)
                    Kernels.BFloat16Products.Multiply(rows, inputs, outputs, pg, outputs, false, pw, outputs, true, pr, inputs, gate: px);
                else Kernels.MatMul.Multiply(rows, inputs, outputs, pg, outputs, false, pw, outputs, true, pr, inputs, gate: px);
            }
        }
        else
        {
            fixed (double* pg = gradient.Data<double>(), pw = weight.Data<double>(), px = x.Data<double>(), pr = result.Data<double>())
                Kernels.MatMul.Multiply(rows, inputs, outputs, pg, outputs, false, pw, outputs, true, pr, inputs, gate: px);
        }

        return result;
    }

    public Tensor Again() => Value(Input(0), Input(1), Input(2), Precision);

    protected internal override void Backward(Tensor gradient)
    {
        // First what reads x: where that was forgotten, its room is then free for its gradient.
        Tensor? weightGradient = Needs(1) ? MatMul.Forward(Input(0), gradient, true, false, Precision) : null;
        Input(0).Storage.ForgetAgain();
        if (Needs(0)) Accumulate(0, MatMul.Forward(gradient, Input(1), false, true, Precision));
        if (weightGradient is not null) Accumulate(1, weightGradient);
        if (Needs(2)) Accumulate(2, gradient.Sum(0));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents)
    {
        Tensor? product = Plus(
            tangents[0] is { } x ? MatMul.Forward(x, Input(1), false, false) : null,
            tangents[1] is { } weight ? MatMul.Forward(Input(0), weight, false, false) : null);
        return Plus(product, tangents[2]?.Expand(Output.Shape));
    }
}
