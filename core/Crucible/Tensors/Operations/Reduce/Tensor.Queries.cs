using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Questions about values.</summary>
public sealed partial class Tensor
{
    /// <summary>True where an element is NaN.</summary>
    /// <returns>A bool tensor of this shape; all false for int32 and bool.</returns>
    public Tensor IsNaN() => Query(float.IsNaN, double.IsNaN, otherwise: false);

    /// <summary>True where an element is ∞ or -∞.</summary>
    /// <returns>A bool tensor of this shape; all false for int32 and bool.</returns>
    public Tensor IsInfinity() => Query(float.IsInfinity, double.IsInfinity, otherwise: false);

    /// <summary>True where an element is neither NaN nor infinite.</summary>
    /// <returns>A bool tensor of this shape; all true for int32 and bool.</returns>
    public Tensor IsFinite() => Query(float.IsFinite, double.IsFinite, otherwise: true);

    /// <summary>Whether any element is NaN.</summary>
    /// <returns>False for int32 and bool, and when there are no elements.</returns>
    public bool HasNaN() => DType switch
    {
        DType.Float32 => TensorPrimitives.IsNaNAny<float>(Data<float>()),
        DType.Float64 => TensorPrimitives.IsNaNAny<double>(Data<double>()),
        _ => false,
    };

    /// <summary>Whether every element is neither NaN nor infinite.</summary>
    /// <returns>True for int32 and bool, and when there are no elements.</returns>
    public bool AllFinite() => DType switch
    {
        DType.Float32 => Reduce.AllFinite<float>(Data<float>()),
        DType.Float64 => Reduce.AllFinite<double>(Data<double>()),
        _ => true,
    };

    /// <summary>Whether |this - other| ≤ absoluteTolerance + relativeTolerance · |other| for every pair of elements; infinities must be equal.</summary>
    /// <param name="other">The reference, of the same element type, broadcast against this tensor.</param>
    /// <param name="relativeTolerance">What may differ in proportion to the reference.</param>
    /// <param name="absoluteTolerance">What may differ near 0.</param>
    /// <param name="equalNaN">Whether NaN is close to NaN.</param>
    /// <returns>True when all pairs are close.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public bool AllClose(Tensor other, double relativeTolerance = 1e-5, double absoluteTolerance = 1e-8, bool equalNaN = false)
    {
        return DType switch
        {
            DType.Float32 => Truths<float>(),
            DType.Float64 => Truths<double>(),
            DType.Int32 => Truths<int>(),
            _ => !Apply.Scalarwise<bool, bool>(this, other, (x, y) => x != y, "allClose").Data<bool>().Contains(true),
        };

        bool Truths<T>()
            where T : unmanaged, INumber<T> =>
            !Apply.Scalarwise<T, bool>(this, other, (x, y) => IsClose(double.CreateTruncating(x), double.CreateTruncating(y)), "allClose").Data<bool>().Contains(false);

        bool IsClose(double x, double y) =>
            x == y
            || (double.IsNaN(x) && double.IsNaN(y) && equalNaN)
            || (double.IsFinite(y) && Math.Abs(x - y) <= absoluteTolerance + (relativeTolerance * Math.Abs(y)));
    }

    /// <summary>Whether another tensor has the same element type, shape and elements, bit for bit: what reproducibility means. NaN is identical to the same NaN, 0 is not identical to -0.</summary>
    /// <param name="other">The other tensor.</param>
    /// <returns>True when nothing but the graph tells them apart.</returns>
    public bool IsIdenticalTo(Tensor other) => DType == other.DType && Shape.Equals(other.Shape) && DType switch
    {
        DType.Float32 => MemoryMarshal.AsBytes(Data<float>()).SequenceEqual(MemoryMarshal.AsBytes(other.Data<float>())),
        DType.Float64 => MemoryMarshal.AsBytes(Data<double>()).SequenceEqual(MemoryMarshal.AsBytes(other.Data<double>())),
        DType.Int32 => Data<int>().SequenceEqual(other.Data<int>()),
        _ => Data<bool>().SequenceEqual(other.Data<bool>()),
    };

    private Tensor Query(Func<float, bool> ofFloat, Func<double, bool> ofDouble, bool otherwise)
    {
        var result = Full(Shape, otherwise ? 1.0 : 0.0, DType.Bool);
        if (DType == DType.Float32) Map(Data<float>(), ofFloat, result.Data<bool>());
        else if (DType == DType.Float64) Map(Data<double>(), ofDouble, result.Data<bool>());
        return result;

        static void Map<T>(ReadOnlySpan<T> values, Func<T, bool> question, Span<bool> answers)
        {
            for (var i = 0; i < answers.Length; i++) answers[i] = question(values[i]);
        }
    }
}
