using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>
/// The same values as another element type. d/dx = 1, in x's element type; int32, bool and bfloat16 results
/// are not differentiable.
/// </summary>
internal sealed class Cast(Tensor x) : Operation(x)
{
    public static Tensor Forward(Tensor x, DType dtype)
    {
        Tensor result = Tensor.Allocate(x.Shape, dtype);
        switch (x.DType, dtype)
        {
            case (DType.Float32, DType.Float64): Convert<float, double>(x, result, value => value); break;
            case (DType.Float64, DType.Float32): Convert<double, float>(x, result, value => (float)value); break;
            case (DType.Int32, DType.Float32): Convert<int, float>(x, result, value => value); break;
            case (DType.Int32, DType.Float64): Convert<int, double>(x, result, value => value); break;
            case (DType.Float32, DType.BFloat16): Convert<float, BFloat16>(x, result, BFloat16.Round); break;
            case (DType.BFloat16, DType.Float32): Convert<BFloat16, float>(x, result, value => value.Value); break;
            case (_, DType.Int32): for (int i = 0; i < x.ElementCount; i++) result.SetElement(i, Math.Truncate(x.Element(i))); break;
            default: for (int i = 0; i < x.ElementCount; i++) result.SetElement(i, x.Element(i)); break;
        }

        return x.IsRecorded && dtype.IsFloat() ? new Cast(x).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient.To(Input(0).DType));

    private static void Convert<TFrom, TTo>(Tensor from, Tensor to, Func<TFrom, TTo> convert)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        Span<TFrom> source = from.Data<TFrom>();
        Span<TTo> target = to.Data<TTo>();
        for (int i = 0; i < source.Length; i++) target[i] = convert(source[i]);
    }
}
