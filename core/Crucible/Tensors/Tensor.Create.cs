using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// Creation. Shapes are given as arguments (<c>Tensor.Zeros(3, 4)</c>) or as any sequence with an element type
/// (<c>Tensor.Zeros([3; 4], DType.Float64)</c> in F#).
/// </summary>
public sealed partial class Tensor
{
    /// <summary>
    /// The scalar 0, from which F#'s <c>List.sum</c> starts. By itself it is float32; as an operand of +, -, · and / it
    /// takes the other operand's element type, so that sums of any tensors of numbers have theirs.
    /// </summary>
    public static Tensor Zero => Untyped(0.0);

    /// <summary>
    /// The scalar 1, with which F#'s <c>pown</c> begins; its element type is as <see cref="Zero"/>'s. F# knows no shape
    /// when it asks for it, so <c>pown t 0</c> is this scalar: <c>t ** 0</c> has ones in t's shape.
    /// </summary>
    public static Tensor One => Untyped(1.0);

    private static Tensor Untyped(double value)
    {
        Tensor scalar = Scalar(value);
        scalar.Marks.IsUntyped = true;
        return scalar;
    }

    /// <summary>A tensor without axes.</summary>
    /// <param name="value">The value.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>A tensor of shape [].</returns>
    public static Tensor Scalar(double value, DType dtype = DType.Float32) => Full(Shape.Scalar, value, dtype);

    /// <summary>All zeros, float32.</summary>
    /// <param name="shape">The sizes.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Zeros(params int[] shape) => Full(shape, 0.0);

    /// <summary>All zeros (or all false).</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Zeros(IEnumerable<int> shape, DType dtype = DType.Float32) => Full(shape, 0.0, dtype);

    /// <summary>All ones, float32.</summary>
    /// <param name="shape">The sizes.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Ones(params int[] shape) => Full(shape, 1.0);

    /// <summary>All ones (or all true).</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Ones(IEnumerable<int> shape, DType dtype = DType.Float32) => Full(shape, 1.0, dtype);

    /// <summary>The same value everywhere.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="value">The value; for bool, anything but 0 is true.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    /// <exception cref="DTypeException">The element type is int32 and the value is not a 32-bit integer.</exception>
    public static Tensor Full(IEnumerable<int> shape, double value, DType dtype = DType.Float32)
    {
        Tensor tensor = Allocate(Shape.From(shape), dtype);
        tensor.FillInPlace(value);
        return tensor;
    }

    /// <summary>Zeros in the shape and element type of another tensor.</summary>
    /// <param name="like">The tensor whose shape and element type are used.</param>
    /// <returns>The tensor.</returns>
    public static Tensor ZerosLike(Tensor like) => Full(like.Shape, 0.0, like.DType);

    /// <summary>Ones in the shape and element type of another tensor.</summary>
    /// <param name="like">The tensor whose shape and element type are used.</param>
    /// <returns>The tensor.</returns>
    public static Tensor OnesLike(Tensor like) => Full(like.Shape, 1.0, like.DType);

    /// <summary>The same value in the shape and element type of another tensor.</summary>
    /// <param name="like">The tensor whose shape and element type are used.</param>
    /// <param name="value">The value.</param>
    /// <returns>The tensor.</returns>
    public static Tensor FullLike(Tensor like, double value) => Full(like.Shape, value, like.DType);

    /// <summary>The identity matrix, or a rectangle with ones on its main diagonal.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns; as many as rows when left out.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>A tensor of shape [rows, columns].</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Eye(int rows, int? columns = null, DType dtype = DType.Float32) =>
        Init([rows, columns ?? rows], index => index[0] == index[1] ? 1.0 : 0.0, dtype);

    /// <summary>start, start + step, … up to but not including stop.</summary>
    /// <param name="start">The first value.</param>
    /// <param name="stop">The bound, which is left out.</param>
    /// <param name="step">The distance; not 0.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>A tensor of shape [⌈(stop - start) / step⌉].</returns>
    /// <exception cref="OptionException">The step is 0 or leads away from stop.</exception>
    public static Tensor Arange(double start, double stop, double step = 1.0, DType dtype = DType.Float32)
    {
        double count = Math.Ceiling((stop - start) / step);
        if (step == 0.0 || !double.IsFinite(count) || count < 0)
            throw Errors.Option("arange", "step", Invariant($"not 0 and lead from {start} to {stop}"), step);
        return Init([(int)count], index => start + (index[0] * step), dtype);
    }

    /// <summary>0, 1, … count - 1.</summary>
    /// <param name="count">How many.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>A tensor of shape [count].</returns>
    /// <exception cref="ShapeException">The count is negative.</exception>
    public static Tensor Arange(int count, DType dtype = DType.Float32) => Init([count], index => index[0], dtype);

    /// <summary>Evenly spaced values from start to stop, both included.</summary>
    /// <param name="start">The first value.</param>
    /// <param name="stop">The last value.</param>
    /// <param name="count">How many; 1 gives the start.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>A tensor of shape [count].</returns>
    /// <exception cref="ShapeException">The count is negative.</exception>
    public static Tensor Linspace(double start, double stop, int count, DType dtype = DType.Float32) =>
        Init(
            [count],
            index => index[0] == count - 1 && count > 1 ? stop : start + (index[0] * ((stop - start) / Math.Max(1, count - 1))),
            dtype);

    /// <summary>Independent values, uniform on [0, 1), float32.</summary>
    /// <param name="generator">The random generator; its state advances.</param>
    /// <param name="shape">The sizes.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Rand(Generator generator, params int[] shape) => Rand(generator, shape, DType.Float32);

    /// <summary>Independent values, uniform on [0, 1).</summary>
    /// <param name="generator">The random generator; its state advances.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    /// <exception cref="DTypeException">The element type is not floating point.</exception>
    public static Tensor Rand(Generator generator, IEnumerable<int> shape, DType dtype = DType.Float32)
    {
        if (!dtype.IsFloat()) throw Errors.NotFloat("rand", dtype);
        Tensor tensor = Allocate(Shape.From(shape), dtype);
        if (dtype == DType.Float32) generator.Uniform(tensor.Data<float>(), 0, 1);
        else generator.Uniform(tensor.Data<double>(), 0, 1);
        return tensor;
    }

    /// <summary>Independent values, standard normal, float32.</summary>
    /// <param name="generator">The random generator; its state advances.</param>
    /// <param name="shape">The sizes.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Randn(Generator generator, params int[] shape) => Randn(generator, shape, DType.Float32);

    /// <summary>Independent values, standard normal.</summary>
    /// <param name="generator">The random generator; its state advances.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    /// <exception cref="DTypeException">The element type is not floating point.</exception>
    public static Tensor Randn(Generator generator, IEnumerable<int> shape, DType dtype = DType.Float32)
    {
        if (!dtype.IsFloat()) throw Errors.NotFloat("randn", dtype);
        Tensor tensor = Allocate(Shape.From(shape), dtype);
        if (dtype == DType.Float32) generator.Normal(tensor.Data<float>(), 0, 1);
        else generator.Normal(tensor.Data<double>(), 0, 1);
        return tensor;
    }

    /// <summary>Uniform values in the shape and element type of another tensor.</summary>
    /// <param name="generator">The random generator; its state advances.</param>
    /// <param name="like">The tensor whose shape and element type are used.</param>
    /// <returns>The tensor.</returns>
    public static Tensor RandLike(Generator generator, Tensor like) => Rand(generator, like.Shape, like.DType);

    /// <summary>Standard normal values in the shape and element type of another tensor.</summary>
    /// <param name="generator">The random generator; its state advances.</param>
    /// <param name="like">The tensor whose shape and element type are used.</param>
    /// <returns>The tensor.</returns>
    public static Tensor RandnLike(Generator generator, Tensor like) => Randn(generator, like.Shape, like.DType);

    /// <summary>One-hot rows: 1 at the class, 0 elsewhere.</summary>
    /// <param name="classes">int32 class numbers, each from 0 to <paramref name="count"/> - 1, any shape S.</param>
    /// <param name="count">The number of classes.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>A tensor of shape [S…, count].</returns>
    /// <exception cref="DTypeException">The classes are not int32.</exception>
    /// <exception cref="ShapeException">A class is out of range.</exception>
    /// <exception cref="OptionException">The count is below 1.</exception>
    public static Tensor OneHot(Tensor classes, int count, DType dtype = DType.Float32)
    {
        Span<int> labels = classes.Data<int>();
        if (count < 1) throw Errors.Option("oneHot", "count", "1 or more", count);
        Tensor result = Zeros([.. classes.Shape, count], dtype);
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)count)
                throw Errors.Shape(Invariant($"oneHot: classes must be between 0 and {count - 1}, but element {row} is {labels[row]}"));
            result.SetElement((row * count) + labels[row], 1.0);
        }

        return result;
    }

    /// <summary>Every element from its index.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="value">Takes an index (one position per axis; the array is reused) and returns the element.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static Tensor Init(IEnumerable<int> shape, Func<int[], double> value, DType dtype = DType.Float32)
    {
        Tensor tensor = Allocate(Shape.From(shape), dtype);
        int[] index = new int[tensor.Rank];
        for (int i = 0; i < tensor.ElementCount; i++)
        {
            tensor.SetElement(i, value(index));
            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == tensor.Shape[axis]; axis--) index[axis] = 0;
        }

        return tensor;
    }

    /// <summary>Sets every element.</summary>
    /// <param name="value">The value; for bool, anything but 0 is true.</param>
    /// <exception cref="DTypeException">The element type is int32 and the value is not a 32-bit integer.</exception>
    public void FillInPlace(double value)
    {
        switch (DType)
        {
            case DType.Float32: Bulk.Fill(Data<float>(), (float)value); break;
            case DType.Float64: Bulk.Fill(Data<double>(), value); break;
            case DType.Int32: Bulk.Fill(Data<int>(), ToInt32(value)); break;
            case DType.BFloat16: Bulk.Fill(Data<BFloat16>(), BFloat16.Round((float)value)); break;
            default: Bulk.Fill(Data<bool>(), value != 0.0); break;
        }

        Storage.Version++;
    }

    /// <summary>Overwrites this tensor's values with another's; a parameter keeps its identity.</summary>
    /// <param name="values">A tensor of the same shape and element type.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public void CopyInPlace(Tensor values)
    {
        if (!values.Shape.Equals(Shape))
            throw Errors.Shape("copyInPlace: shapes must be equal,"
                + Invariant($" but the target is {Shape} and the values are {values.Shape}"));
        if (values.DType != DType) throw Errors.DTypes("copyInPlace", DType, values.DType);
        values.Storage.CopyTo(Storage);
        Storage.Version++;
    }

    /// <summary>Sets an element by its position in row-major order.</summary>
    internal void SetElement(int position, double value)
    {
        switch (DType)
        {
            case DType.Float32: Data<float>()[position] = (float)value; break;
            case DType.Float64: Data<double>()[position] = value; break;
            case DType.Int32: Data<int>()[position] = ToInt32(value); break;
            case DType.BFloat16: Data<BFloat16>()[position] = BFloat16.Round((float)value); break;
            default: Data<bool>()[position] = value != 0.0; break;
        }
    }

    /// <summary>An element by its position in row-major order; true counts as 1.</summary>
    internal double Element(int position) => DType switch
    {
        DType.Float32 => Data<float>()[position],
        DType.Float64 => Data<double>()[position],
        DType.Int32 => Data<int>()[position],
        DType.BFloat16 => Data<BFloat16>()[position].Value,
        _ => Data<bool>()[position] ? 1.0 : 0.0,
    };

    private static int ToInt32(double value) => value == Math.Truncate(value) && value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Errors.DType(Invariant($"tensor: an int32 tensor cannot hold {value}; round it or use float32"));
}
