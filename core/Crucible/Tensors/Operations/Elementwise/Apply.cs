using System.Runtime.CompilerServices;
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
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
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
        Tensor result = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), a.DType);
        if (a.DType == DType.Float32) Zip<TOp, float>(a, b, result);
        else Zip<TOp, double>(a, b, result);
        return result;
    }

    /// <summary>f(a, b, c) for every triple of elements of three floating-point tensors of equal shape.</summary>
    public static Tensor Ternary<TOp>(Tensor a, Tensor b, Tensor c)
        where TOp : struct, ITernary
    {
        Tensor result = Tensor.Allocate(a.Shape, a.DType);
        if (a.DType == DType.Float32) Elementwise.Zip3<TOp>(a.Data<float>(), b.Data<float>(), c.Data<float>(), result.Data<float>());
        else Elementwise.Zip3<TOp>(a.Data<double>(), b.Data<double>(), c.Data<double>(), result.Data<double>());
        return result;
    }

    /// <summary>
    /// Any element types, one element at a time, broadcast: for comparisons and integers, which no training loop waits
    /// for.
    /// </summary>
    public static Tensor Scalarwise<T, TResult>(Tensor a, Tensor b, Func<T, T, TResult> function, string operation)
        where T : unmanaged
        where TResult : unmanaged
    {
        if (a.DType != b.DType) throw Errors.DTypes(operation, a.DType, b.DType);
        Tensor result = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), DTypeExtensions.From<TResult>());
        Span<T> left = a.Data<T>();
        Span<T> right = b.Data<T>();
        Span<TResult> target = result.Data<TResult>();
        BroadcastWalk walk = new(a.Shape, b.Shape, result.Shape);
        for (int start = 0; start < target.Length; start += walk.RunLength, walk.Next())
            for (int i = 0; i < walk.RunLength; i++)
                target[start + i] = function(left[walk.OffsetA + (walk.RunA == 1 ? 0 : i)], right[walk.OffsetB + (walk.RunB == 1 ? 0 : i)]);
        return result;
    }

    private static void Zip<TOp, T>(Tensor a, Tensor b, Tensor result)
        where TOp : struct, IBinary
        where T : unmanaged
    {
        if (ReferenceEquals(a.Shape, b.Shape) || a.Shape.Equals(b.Shape))
            Elementwise.Zip<TOp, T>(a.Data<T>(), b.Data<T>(), result.Data<T>());
        else if (b.ElementCount == 1) Elementwise.Zip<TOp, T>(a.Data<T>(), b.Data<T>()[0], result.Data<T>());
        else if (a.ElementCount == 1) Elementwise.Zip<TOp, T>(a.Data<T>()[0], b.Data<T>(), result.Data<T>());
        else Elementwise.ZipBroadcast<TOp, T>(a.Data<T>(), a.Shape.StridesWithin(result.Shape), b.Data<T>(),
            b.Shape.StridesWithin(result.Shape), result.Shape.Sizes, result.Data<T>());
    }
}

/// <summary>Elementwise kernels with numbers among their operands, and integers.</summary>
internal static partial class Apply
{
    /// <summary>f(x, number) for every element of a floating-point tensor.</summary>
    public static Tensor Unary<TOp>(Tensor x, double number, string operation)
        where TOp : struct, IBinary
    {
        x.RequireFloat(operation);
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Elementwise.Zip<TOp>(x.Data<float>(), (float)number, result.Data<float>());
        else Elementwise.Zip<TOp>(x.Data<double>(), number, result.Data<double>());
        return result;
    }

    /// <summary>f(x, low, high) for every element of a floating-point tensor.</summary>
    public static Tensor Unary<TOp>(Tensor x, double low, double high, string operation)
        where TOp : struct, ITernary
    {
        x.RequireFloat(operation);
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Elementwise.Zip3<TOp, float>(x.Data<float>(), (float)low, (float)high, result.Data<float>());
        else Elementwise.Zip3<TOp, double>(x.Data<double>(), low, high, result.Data<double>());
        return result;
    }

    /// <summary>f(a, b, number) for every pair of elements of two floating-point tensors of equal shape.</summary>
    public static Tensor Binary<TOp>(Tensor a, Tensor b, double number)
        where TOp : struct, ITernary
    {
        Tensor result = Tensor.Allocate(a.Shape, a.DType);
        if (a.DType == DType.Float32) Elementwise.Zip3<TOp, float>(a.Data<float>(), b.Data<float>(), (float)number, result.Data<float>());
        else Elementwise.Zip3<TOp, double>(a.Data<double>(), b.Data<double>(), number, result.Data<double>());
        return result;
    }

    /// <summary>f(x) for every element of an int32 tensor.</summary>
    public static Tensor Integers(Tensor x, Func<int, int> function)
    {
        Tensor result = Tensor.Allocate(x.Shape, DType.Int32);
        Span<int> source = x.Data<int>();
        Span<int> target = result.Data<int>();
        for (int i = 0; i < source.Length; i++) target[i] = function(source[i]);
        return result;
    }
}

internal static partial class Apply
{
    /// <summary>Whether a relation holds for every pair of elements of two broadcast tensors of any one element type.</summary>
    /// <typeparam name="TRelation">A formula whose result is a mask.</typeparam>
    public static Tensor Compare<TRelation>(Tensor a, Tensor b, string operation)
        where TRelation : struct, IBinary
    {
        if (a.DType != b.DType) throw Errors.DTypes(operation, a.DType, b.DType);
        if (!a.DType.IsFloat()) return Compare<TRelation>(a.To(DType.Float64), b.To(DType.Float64), operation); // every int32 is a double
        Tensor result = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), DType.Bool);
        if (a.DType == DType.Float32) Compare<TRelation, float>(a, b, result);
        else Compare<TRelation, double>(a, b, result);
        return result;
    }

    /// <summary>
    /// Whether a relation holds between every element and a number, which is rounded to the tensor's element type when
    /// that is floating point.
    /// </summary>
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
        BroadcastWalk walk = new(a.Shape, b.Shape, result.Shape);
        for (int start = 0; start < result.ElementCount; start += walk.RunLength, walk.Next())
        {
            Span<T> left = a.Data<T>().Slice(walk.OffsetA, walk.RunA);
            Span<T> right = b.Data<T>().Slice(walk.OffsetB, walk.RunB);
            Span<bool> holds = result.Data<bool>().Slice(start, walk.RunLength);
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

/// <summary>
/// Visits the innermost runs of a broadcast pair: neighbouring axes that both operands step through alike are merged,
/// so that [B, T, C] + [C] is B·T runs of C and [B, T, C] · [B, T, 1] is B·T runs of C against one element.
/// </summary>
internal struct BroadcastWalk
{
    private readonly int[] sizes;
    private readonly int[] stridesA;
    private readonly int[] stridesB;
    private readonly int[] index;
    private readonly int outer;

    public BroadcastWalk(Shape a, Shape b, Shape result)
    {
        int rank = result.Rank;
        int[] fullA = a.StridesWithin(result);
        int[] fullB = b.StridesWithin(result);
        sizes = new int[rank];
        stridesA = new int[rank];
        stridesB = new int[rank];
        index = new int[rank];
        int axes = 0;
        for (int axis = 0; axis < rank; axis++)
        {
            int size = result[axis];
            if (size == 1) continue;
            if (axes > 0 && stridesA[axes - 1] == fullA[axis] * size && stridesB[axes - 1] == fullB[axis] * size) axes--;
            else sizes[axes] = 1;
            sizes[axes] *= size;
            stridesA[axes] = fullA[axis];
            stridesB[axes] = fullB[axis];
            axes++;
        }

        if (axes == 0)
        {
            // A single element: one run of one.
            sizes = stridesA = stridesB = index = [1];
            axes = 1;
        }

        outer = axes - 1;
        RunLength = sizes[outer];
        RunA = stridesA[outer] == 0 ? 1 : RunLength;
        RunB = stridesB[outer] == 0 ? 1 : RunLength;
    }

    public int RunLength { get; }

    public int RunA { get; }

    public int RunB { get; }

    public int OffsetA { get; private set; }

    public int OffsetB { get; private set; }

    public void Next()
    {
        for (int axis = outer - 1; axis >= 0; axis--)
        {
            OffsetA += stridesA[axis];
            OffsetB += stridesB[axis];
            if (++index[axis] < sizes[axis]) return;
            OffsetA -= stridesA[axis] * sizes[axis];
            OffsetB -= stridesB[axis] * sizes[axis];
            index[axis] = 0;
        }
    }
}
