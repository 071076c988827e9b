using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Runs elementwise kernels over whole tensors: picks the element type and lays out broadcasting.</summary>
internal static partial class Apply
{
    /// <summary>f(x) for every element of a floating-point tensor.</summary>
    public static Tensor Unary<TOp>(Tensor x, string operation)
        where TOp : struct, IUnary
    {
        x.RequireFloat(operation);
        var result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Elementwise.Map<TOp>(x.Data<float>(), result.Data<float>());
        else Elementwise.Map<TOp>(x.Data<double>(), result.Data<double>());
        return result;
    }

    /// <summary>f(a, b) for every pair of elements of two broadcast floating-point tensors.</summary>
    public static Tensor Binary<TOp>(Tensor a, Tensor b, string operation)
        where TOp : struct, IBinary
    {
        if (a.DType != b.DType) throw Errors.DTypes(operation, a.DType, b.DType);
        a.RequireFloat(operation);
        var result = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), a.DType);
        if (a.DType == DType.Float32) Zip<TOp, float>(a, b, result);
        else Zip<TOp, double>(a, b, result);
        return result;
    }

    /// <summary>f(a, b, c) for every triple of elements of three floating-point tensors of equal shape.</summary>
    public static Tensor Ternary<TOp>(Tensor a, Tensor b, Tensor c)
        where TOp : struct, ITernary
    {
        var result = Tensor.Allocate(a.Shape, a.DType);
        if (a.DType == DType.Float32) Elementwise.Zip3<TOp>(a.Data<float>(), b.Data<float>(), c.Data<float>(), result.Data<float>());
        else Elementwise.Zip3<TOp>(a.Data<double>(), b.Data<double>(), c.Data<double>(), result.Data<double>());
        return result;
    }

    /// <summary>Any element types, one element at a time, broadcast: for comparisons and integers, which no training loop waits for.</summary>
    public static Tensor Scalarwise<T, TResult>(Tensor a, Tensor b, Func<T, T, TResult> function, string operation)
        where T : unmanaged
        where TResult : unmanaged
    {
        if (a.DType != b.DType) throw Errors.DTypes(operation, a.DType, b.DType);
        var result = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), DTypeExtensions.Of<TResult>());
        var left = a.Data<T>();
        var right = b.Data<T>();
        var target = result.Data<TResult>();
        var walk = new BroadcastWalk(a.Shape, b.Shape, result.Shape);
        for (var start = 0; start < target.Length; start += walk.RunLength, walk.Next())
            for (var i = 0; i < walk.RunLength; i++)
                target[start + i] = function(left[walk.OffsetA + (walk.RunA == 1 ? 0 : i)], right[walk.OffsetB + (walk.RunB == 1 ? 0 : i)]);
        return result;
    }

    private static void Zip<TOp, T>(Tensor a, Tensor b, Tensor result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        if (ReferenceEquals(a.Shape, b.Shape) || a.Shape.Equals(b.Shape)) Elementwise.Zip<TOp, T>(a.Data<T>(), b.Data<T>(), result.Data<T>());
        else if (b.ElementCount == 1) Elementwise.Zip<TOp, T>(a.Data<T>(), b.Data<T>()[0], result.Data<T>());
        else if (a.ElementCount == 1) Elementwise.Zip<TOp, T>(a.Data<T>()[0], b.Data<T>(), result.Data<T>());
        else Elementwise.ZipBroadcast<TOp, T>(a.Data<T>(), a.Shape.StridesWithin(result.Shape), b.Data<T>(), b.Shape.StridesWithin(result.Shape), result.Shape.Sizes, result.Data<T>());
    }
}
