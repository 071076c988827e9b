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
        if (a.DType == DType.Float32) Compare<TRelation, float>(a, b, result);
        else Compare<TRelation, double>(a, b, result);
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

    private static void Compare<TRelation, T>(Tensor a, Tensor b, Tensor result)
        where TRelation : struct, IBinary
        where T : unmanaged
    {
        var walk = new BroadcastWalk(a.Shape, b.Shape, result.Shape);
        for (var start = 0; start < result.ElementCount; start += walk.RunLength, walk.Next())
        {
            var left = a.Data<T>().Slice(walk.OffsetA, walk.RunA);
            var right = b.Data<T>().Slice(walk.OffsetB, walk.RunB);
            var holds = result.Data<bool>().Slice(start, walk.RunLength);
            if (left.Length == right.Length) Elementwise.Compare<TRelation, T>(left, right, holds);
            else if (right.Length == 1) Elementwise.Compare<TRelation, T>(left, right[0], holds);
            else Elementwise.Compare<Swapped<TRelation>, T>(right, left[0], holds);
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
