using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Orders the elements along an axis. Equal elements keep their order (-0 and 0 are equal); NaN counts as larger
    /// than every number.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="descending">Largest first.</param>
    /// <returns>
    /// The ordered values, in this shape and differentiable, and their indices along the axis, as int32:
    /// <c>let values, indices = t.Sort()</c>.
    /// </returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tuple<Tensor, Tensor> Sort(int axis = -1, bool descending = false)
    {
        if (Rank == 0) return AsScalars(Flatten().Sort(axis, descending));
        Tensor indices = Order(this, AxisRun.One(this, axis, "sort"), descending);
        return Tuple.Create(Gather(axis, indices), indices);
    }

    /// <summary>
    /// The indices that would sort the axis: of the smallest, second smallest … element; equal elements keep their
    /// order.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="descending">Largest first.</param>
    /// <returns>int32, in this shape.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor ArgSort(int axis = -1, bool descending = false) => Order(this, AxisRun.One(this, axis, "argSort"), descending);

    /// <summary>The k largest (or smallest) elements along an axis, best first; of equal elements the first ones.</summary>
    /// <param name="k">How many, from 0 to the size of the axis.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="largest">False for the smallest.</param>
    /// <returns>The values, differentiable, and their indices along the axis, as int32; both have size k along the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis, or it is shorter than k.</exception>
    public Tuple<Tensor, Tensor> TopK(int k, int axis = -1, bool largest = true)
    {
        AxisRun run = AxisRun.One(this, axis, "topK");
        if (Rank == 0 && k == 1) return Sort(axis);
        if (Rank == 0) throw Errors.Shape(Invariant($"topK: k must be 1 of a scalar, but is {k}"));
        if (k < 0 || k > run.Length)
            throw Errors.Shape(Invariant($"topK: k must be between 0 and {run.Length},")
                + Invariant($" the size of axis {Shape.Axis(axis, "topK")} of {Shape}, but is {k}"));
        Tensor indices = Order(this, run, descending: largest).Slice(axis, 0, k);
        return Tuple.Create(Gather(axis, indices), indices);
    }

    private static Tuple<Tensor, Tensor> AsScalars(Tuple<Tensor, Tensor> sorted) =>
        Tuple.Create(sorted.Item1.Reshape(), sorted.Item2.Reshape());

    private static Tensor Order(Tensor x, AxisRun run, bool descending)
    {
        if (x.DType == DType.BFloat16) x = x.To(DType.Float32);
        Tensor result = Allocate(x.Shape, DType.Int32);
        if (x.ElementCount == 0) return result; // however many lines of nothing
        switch (x.DType)
        {
            case DType.Float32: Fill<float>(x.Data<float>(), result.Data<int>()); break;
            case DType.Float64: Fill<double>(x.Data<double>(), result.Data<int>()); break;
            case DType.Int32: Fill<int>(x.Data<int>(), result.Data<int>()); break;
            default: Fill<int>(x.To(DType.Int32).Data<int>(), result.Data<int>()); break;
        }

        return result;

        void Fill<T>(ReadOnlySpan<T> values, Span<int> order)
            where T : unmanaged, System.Numerics.INumber<T>
        {
            ulong[] keys = new ulong[run.Length];
            int[] indices = new int[run.Length];
            for (int lane = 0; lane < run.Outer * run.Inner; lane++)
            {
                int first = (lane / run.Inner * run.Length * run.Inner) + (lane % run.Inner);
                for (int l = 0; l < run.Length; l++)
                {
                    ulong key = SortKey(double.CreateTruncating(values[first + (l * run.Inner)]));
                    (keys[l], indices[l]) = (descending ? ~key : key, l);
                }

                SortStably(keys, indices);
                for (int l = 0; l < run.Length; l++) order[first + (l * run.Inner)] = indices[l];
            }
        }
    }

    /// <summary>
    /// A number whose order as an unsigned integer is that of the values, with NaN at the end. Every element type fits
    /// a double.
    /// </summary>
    private static ulong SortKey(double value)
    {
        if (double.IsNaN(value)) return ulong.MaxValue;
        ulong bits = BitConverter.DoubleToUInt64Bits(value + 0.0); // -0 + 0 = 0
        return (bits >> 63) == 0 ? bits | (1UL << 63) : ~bits;
    }

    /// <summary>The library's sort shuffles equal keys; their indices are put back in order afterwards.</summary>
    private static void SortStably(ulong[] keys, int[] indices)
    {
        Array.Sort(keys, indices);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            if (end - start > 1) Array.Sort(indices, start, end - start);
            start = end;
        }
    }
}
