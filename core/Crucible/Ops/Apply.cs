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
        if (a.DType == DType.Float32) Zip(a.Data<float>(), b.Data<float>(), result.Data<float>(), new ElementZip<TOp, float>(), a.Shape, b.Shape, result.Shape);
        else Zip(a.Data<double>(), b.Data<double>(), result.Data<double>(), new ElementZip<TOp, double>(), a.Shape, b.Shape, result.Shape);
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
        Zip(a.Data<T>(), b.Data<T>(), result.Data<TResult>(), new FunctionZip<T, TResult>(function), a.Shape, b.Shape, result.Shape);
        return result;
    }

    /// <summary>One innermost run of a broadcast operation; an operand of length 1 is repeated.</summary>
    private interface IRun<T, TResult>
    {
        void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<TResult> result);
    }

    private static void Zip<T, TResult, TRun>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<TResult> result, TRun run, Shape shapeA, Shape shapeB, Shape shape)
        where TRun : struct, IRun<T, TResult>
    {
        if (result.Length == 0) return;
        if (a.Length == b.Length || b.Length == 1 || a.Length == 1)
        {
            if (Math.Max(a.Length, b.Length) == result.Length)
            {
                run.Run(a, b, result);
                return;
            }
        }

        var walk = new BroadcastWalk(shapeA, shapeB, shape);
        for (var start = 0; start < result.Length; start += walk.RunLength)
        {
            run.Run(a.Slice(walk.OffsetA, walk.RunA), b.Slice(walk.OffsetB, walk.RunB), result.Slice(start, walk.RunLength));
            walk.Next();
        }
    }

    private readonly struct ElementZip<TOp, T> : IRun<T, T>
        where TOp : struct, IBinary
        where T : unmanaged
    {
        public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
        {
            if (a.Length == b.Length) Elementwise.Zip<TOp, T>(a, b, result);
            else if (b.Length == 1) Elementwise.Zip<TOp, T>(a, b[0], result);
            else Elementwise.Zip<TOp, T>(a[0], b, result);
        }
    }

    private readonly struct FunctionZip<T, TResult>(Func<T, T, TResult> function) : IRun<T, TResult>
    {
        public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<TResult> result)
        {
            for (var i = 0; i < result.Length; i++) result[i] = function(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        }
    }
}
