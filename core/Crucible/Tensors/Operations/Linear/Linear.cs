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
        Tensor result = Product(Shape.From(x.Shape[0], weight.Shape[1]), x, false, weight, false, precision, bias);
        return x.IsRecorded || weight.IsRecorded || bias.IsRecorded
            ? new LinearOperation(x, weight, bias) { Precision = precision }.Record(result)
            : result;
    }

    /// <summary>
    /// op(a)·op(b), plus the bias if there is one; max(·, 0) of it if asked, or, with a gate of its shape, 0 where that is not
    /// above 0. Matrices, and not recorded.
    /// </summary>
    public static unsafe Tensor Product(
        Shape shape, Tensor a, bool transposeA, Tensor b, bool transposeB, Precision precision,
        Tensor? bias = null, bool isRectified = false, Tensor? gate = null)
    {
        Tensor result = Tensor.Allocate(shape, a.DType);
        (int m, int n, int k, int lda, int ldb) = (shape[0], shape[1], a.Shape[transposeA ? 0 : 1], a.Shape[1], b.Shape[1]);
        if (a.DType == DType.Float32)
        {
            fixed (float* pa = a.Data<float>(), pb = b.Data<float>(), pc = result.Data<float>(),
                pbias = Elements<float>(bias), pgate = Elements<float>(isRectified ? result : gate))
            {
                if (precision == Precision.Mixed)
                    Kernels.BFloat16Products.Multiply(m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, n, pbias, pgate);
                else Kernels.MatMul.Multiply(m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, n, false, pbias, pgate);
            }
        }
        else
        {
            fixed (double* pa = a.Data<double>(), pb = b.Data<double>(), pc = result.Data<double>(),
                pbias = Elements<double>(bias), pgate = Elements<double>(isRectified ? result : gate))
                Kernels.MatMul.Multiply(m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, n, false, pbias, pgate);
        }

        return result;
    }

    private static Span<T> Elements<T>(Tensor? tensor)
        where T : unmanaged => tensor is null ? [] : tensor.Data<T>();

    public Tensor Again() => Product(Output.Shape, Input(0), false, Input(1), false, Precision, Input(2));

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
