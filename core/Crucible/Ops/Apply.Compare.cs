using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

internal static partial class Apply
{
    /// <summary>Whether a relation holds for every pair of elements of two broadcast tensors of any one element type.</summary>
    /// <typeparam name="TRelation">A formula whose result is a mask.</typeparam>
    public static Tensor Compare<TRelation>(Tensor a, Tensor b, string operation)
        where TRelation : struct, IBinary
    {
        if (a.DType != b.DType) throw Errors.DTypes(operation, a.DType, b.DType);
        if (!a.DType.IsFloat()) return Compare<TRelation>(a.To(DType.Float64), b.To(DType.Float64), operation); // every int32 is a double
        var result = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), DType.Bool);
        if (a.DType == DType.Float32) Zip(a.Data<float>(), b.Data<float>(), result.Data<bool>(), new CompareZip<TRelation, float>(), a.Shape, b.Shape, result.Shape);
        else Zip(a.Data<double>(), b.Data<double>(), result.Data<bool>(), new CompareZip<TRelation, double>(), a.Shape, b.Shape, result.Shape);
        return result;
    }

    /// <summary>Whether a relation holds between every element and a number, which is rounded to the tensor's element type when that is floating point.</summary>
    public static Tensor Compare<TRelation>(Tensor a, double b, string operation)
        where TRelation : struct, IBinary
    {
        // 2 < 2.5, although no int32 is 2.5.
        if (!a.DType.IsFloat()) a = a.To(DType.Float64);
        return Compare<TRelation>(a, Tensor.Scalar(b, a.DType), operation);
    }

    private readonly struct CompareZip<TRelation, T> : IRun<T, bool>
        where TRelation : struct, IBinary
        where T : unmanaged
    {
        public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> result)
        {
            if (a.Length == b.Length) Elementwise.Compare<TRelation, T>(a, b, result);
            else if (b.Length == 1) Elementwise.Compare<TRelation, T>(a, b[0], result);
            else Elementwise.Compare<Swapped<TRelation>, T>(b, a[0], result);
        }
    }

    private readonly struct Swapped<TRelation> : IBinary
        where TRelation : struct, IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y)
            where V : struct, ISimd<V> => TRelation.Invoke(y, x);
    }
}
