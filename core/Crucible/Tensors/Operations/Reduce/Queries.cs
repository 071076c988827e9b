using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Tests on values.</summary>
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
        DType.BFloat16 => To(DType.Float32).HasNaN(),
        _ => false,
    };

    /// <summary>Whether every element is neither NaN nor infinite.</summary>
    /// <returns>True for int32 and bool, and when there are no elements.</returns>
    public bool AllFinite() => DType switch
    {
        DType.Float32 => Reduce.AllFinite<float>(Data<float>()),
        DType.Float64 => Reduce.AllFinite<double>(Data<double>()),
        DType.BFloat16 => To(DType.Float32).AllFinite(),
        _ => true,
    };

    /// <summary>
    /// Whether |this - other| ≤ absoluteTolerance + relativeTolerance · |other| for every pair of elements; infinities
    /// must be equal.
    /// </summary>
    /// <param name="other">The reference, of the same element type, broadcast against this tensor.</param>
    /// <param name="relativeTolerance">The tolerance relative to the reference.</param>
    /// <param name="absoluteTolerance">The absolute tolerance, which matters near 0.</param>
    /// <param name="equalNaN">Whether NaN is close to NaN.</param>
    /// <returns>True when all pairs are close.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public bool AllClose(Tensor other, double relativeTolerance = 1e-5, double absoluteTolerance = 1e-8, bool equalNaN = false)
    {
        if (DType == DType.BFloat16 && other.DType == DType.BFloat16)
            return To(DType.Float32).AllClose(other.To(DType.Float32), relativeTolerance, absoluteTolerance, equalNaN);
        return DType switch
        {
            DType.Float32 => Truths<float>(),
            DType.Float64 => Truths<double>(),
            DType.Int32 => Truths<int>(),
            _ => !Apply.Scalarwise<bool, bool>(this, other, (x, y) => x != y, "allClose").Data<bool>().Contains(true),
        };

        bool Truths<T>()
            where T : unmanaged, INumber<T> =>
            !Apply.Scalarwise<T, bool>(this, other, (x, y) => IsClose(double.CreateTruncating(x), double.CreateTruncating(y)), "allClose")
                .Data<bool>().Contains(false);

        bool IsClose(double x, double y) =>
            x == y
            || (double.IsNaN(x) && double.IsNaN(y) && equalNaN)
            || (double.IsFinite(y) && Math.Abs(x - y) <= absoluteTolerance + (relativeTolerance * Math.Abs(y)));
    }

    /// <summary>
    /// Whether another tensor is bitwise equal: same element type, shape and elements. NaN is identical to the same
    /// NaN, 0 is not identical to -0.
    /// </summary>
    /// <param name="other">The other tensor.</param>
    /// <returns>True when they are bitwise equal.</returns>
    public bool IsIdenticalTo(Tensor other) => DType == other.DType && Shape.Equals(other.Shape) && DType switch
    {
        DType.Float32 => MemoryMarshal.AsBytes(Data<float>()).SequenceEqual(MemoryMarshal.AsBytes(other.Data<float>())),
        DType.Float64 => MemoryMarshal.AsBytes(Data<double>()).SequenceEqual(MemoryMarshal.AsBytes(other.Data<double>())),
        DType.Int32 => Data<int>().SequenceEqual(other.Data<int>()),
        DType.BFloat16 => MemoryMarshal.AsBytes(Data<BFloat16>()).SequenceEqual(MemoryMarshal.AsBytes(other.Data<BFloat16>())),
        _ => Data<bool>().SequenceEqual(other.Data<bool>()),
    };

    private Tensor Query(Func<float, bool> ofFloat, Func<double, bool> ofDouble, bool otherwise)
    {
        if (DType == DType.BFloat16) return To(DType.Float32).Query(ofFloat, ofDouble, otherwise);
        Tensor result = Full(Shape, otherwise ? 1.0 : 0.0, DType.Bool);
        if (DType == DType.Float32) Map(Data<float>(), ofFloat, result.Data<bool>());
        else if (DType == DType.Float64) Map(Data<double>(), ofDouble, result.Data<bool>());
        return result;

        static void Map<T>(ReadOnlySpan<T> values, Func<T, bool> question, Span<bool> answers)
        {
            for (int i = 0; i < answers.Length; i++) answers[i] = question(values[i]);
        }
    }

    /// <summary>Whether at least one element is true.</summary>
    /// <returns>Yes or no, for <c>if</c>; false when there are no elements.</returns>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public bool Any() => Truth.Contains(this, "any", sought: true);

    /// <summary>Whether at least one element along an axis is true.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>bool, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor Any(int axis, bool keepDims = false) => Truth.Holds(this, AxisRun.One(this, axis, "any"), keepDims, "any", sought: true);

    /// <summary>Whether at least one element along several axes is true.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>bool, this tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor Any(IEnumerable<int> axes, bool keepDims = false) =>
        Reduction.Over(this, axes, keepDims, "any", (x, run, keep) => Truth.Holds(x, run, keep, "any", sought: true));

    /// <summary>Whether all elements are true.</summary>
    /// <returns>Yes or no, for <c>if</c>; true when there are no elements.</returns>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public bool All() => !Truth.Contains(this, "all", sought: false);

    /// <summary>Whether all elements along an axis are true.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>bool, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor All(int axis, bool keepDims = false) => Truth.Holds(this, AxisRun.One(this, axis, "all"), keepDims, "all", sought: false);

    /// <summary>Whether all elements along several axes are true.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>bool, this tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor All(IEnumerable<int> axes, bool keepDims = false) =>
        Reduction.Over(this, axes, keepDims, "all", (x, run, keep) => Truth.Holds(x, run, keep, "all", sought: false));
}

/// <summary>
/// Any and all: one occurrence of the sought value decides (true for any, false for all). They are not differentiable.
/// </summary>
internal static class Truth
{
    public static bool Contains(Tensor x, string operation, bool sought) => x.DType == DType.Bool
        ? x.Data<bool>().Contains(sought)
        : throw Errors.NotBool(operation, x.DType);

    public static Tensor Holds(Tensor x, AxisRun run, bool keepDims, string operation, bool sought)
    {
        if (x.DType != DType.Bool) throw Errors.NotBool(operation, x.DType);
        Tensor result = Tensor.Full(run.Reduced(keepDims), sought ? 0.0 : 1.0, DType.Bool);
        Span<bool> values = x.Data<bool>();
        Span<bool> holds = result.Data<bool>();
        for (int o = 0; o < run.Outer; o++)
        {
            Span<bool> reduced = holds.Slice(o * run.Inner, run.Inner);
            for (int l = 0; l < run.Length; l++)
            {
                Span<bool> row = values.Slice(((o * run.Length) + l) * run.Inner, run.Inner);
                for (int i = 0; i < row.Length; i++)
                    if (row[i] == sought) reduced[i] = sought;
            }
        }

        return result;
    }
}
