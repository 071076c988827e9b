using System.Collections;
using MathNet.Numerics.LinearAlgebra;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>Conversion from and to .NET data, between element types, and to MathNet.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// A tensor from nested numbers: a number, an F# list, array or sequence of numbers, lists of lists, arrays up to
    /// four dimensions, a MathNet vector or matrix.
    /// </summary>
    /// <param name="data">
    /// The data. Doubles and floats become float32, integers int32, Booleans bool, unless <paramref name="dtype"/> says
    /// otherwise.
    /// </param>
    /// <param name="dtype">The element type, or null for the one that fits the data.</param>
    /// <returns>The tensor; its values are copies.</returns>
    /// <exception cref="ShapeException">Rows differ in length.</exception>
    /// <exception cref="DTypeException">An item of the data is neither a number nor a Boolean.</exception>
    public static Tensor Of(object data, DType? dtype = null)
    {
        NestedData flat = new(data);
        Tensor tensor = Allocate(flat.Shape, dtype ?? flat.DType);
        for (int i = 0; i < flat.Values.Count; i++) tensor.SetElement(i, flat.Values[i]);
        return tensor;
    }

    /// <summary>
    /// A tensor with one axis, [n], from n values: one value gives [1]. A number without an axis is a
    /// <see cref="Scalar"/>.
    /// </summary>
    /// <typeparam name="T">float, double, int or bool; the element type follows.</typeparam>
    /// <param name="values">The values; they are copied.</param>
    /// <returns>The tensor.</returns>
    public static Tensor From<T>(ReadOnlySpan<T> values)
        where T : unmanaged => From(values, [values.Length]);

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T})"/>
    public static Tensor From<T>(T[] values)
        where T : unmanaged => From((ReadOnlySpan<T>)values);

    /// <summary>A tensor from values in row-major order.</summary>
    /// <typeparam name="T">float, double, int or bool; the element type follows.</typeparam>
    /// <param name="values">The values; they are copied.</param>
    /// <param name="shape">The sizes; an empty array is the shape of a scalar.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The shape needs another number of values.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params int[] shape)
        where T : unmanaged
    {
        Tensor tensor = Allocate(Shape.From(shape), DTypeExtensions.From<T>());
        if (tensor.ElementCount != values.Length)
            throw Errors.Shape(Invariant($"tensor: shape {tensor.Shape} needs {tensor.ElementCount} values,")
                + Invariant($" but there are {values.Length}"));
        values.CopyTo(tensor.Data<T>());
        return tensor;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, int[])"/>
    public static Tensor From<T>(T[] values, params int[] shape)
        where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    /// <summary>The same values as another element type. Differentiable between floating-point types.</summary>
    /// <param name="dtype">The element type; to int32 values are truncated towards zero, to bool anything but 0 is true.</param>
    /// <returns>This tensor when it already has the type, else a converted copy.</returns>
    /// <exception cref="DTypeException">A value does not fit into int32.</exception>
    public Tensor To(DType dtype) => dtype == DType ? this : Cast.Forward(this, dtype);

    /// <summary>The only element as a number.</summary>
    /// <returns>The value; true counts as 1.</returns>
    /// <exception cref="ShapeException">There is not exactly one element.</exception>
    public double ToDouble() => ElementCount == 1
        ? Element(0)
        : throw Errors.Shape(Invariant($"toDouble: there must be exactly one element, but the shape is {Shape}"));

    /// <summary>The only element as a number: <c>float t</c> in F#.</summary>
    /// <param name="tensor">A tensor with one element.</param>
    /// <exception cref="ShapeException">There is not exactly one element.</exception>
    public static explicit operator double(Tensor tensor) => tensor.ToDouble();

    /// <summary>The only element as a float: <c>float32 t</c> in F#.</summary>
    /// <param name="tensor">A tensor with one element.</param>
    /// <exception cref="ShapeException">There is not exactly one element.</exception>
    public static explicit operator float(Tensor tensor) => (float)tensor.ToDouble();

    /// <summary>The only element as an integer: <c>int t</c> in F#.</summary>
    /// <param name="tensor">A tensor with one element.</param>
    /// <remarks>Truncated towards zero, as <see cref="To"/> does.</remarks>
    /// <exception cref="ShapeException">There is not exactly one element.</exception>
    /// <exception cref="DTypeException">The value does not fit into int32.</exception>
    public static explicit operator int(Tensor tensor) => ToInt32(Math.Truncate(tensor.ToDouble()));

    /// <summary>The values in row-major order, converted to <typeparamref name="T"/> where needed.</summary>
    /// <typeparam name="T">float, double, int or bool.</typeparam>
    /// <returns>A new array.</returns>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        using IDisposable off = NoGrad();
        return To(DTypeExtensions.From<T>()).Data<T>().ToArray();
    }

    /// <summary>The values as doubles in row-major order.</summary>
    /// <returns>A new array.</returns>
    public double[] ToArray() => ToArray<double>();

    /// <summary>The values of a matrix as a two-dimensional array.</summary>
    /// <returns>A new array of shape [rows, columns].</returns>
    /// <exception cref="ShapeException">This is not a matrix.</exception>
    public double[,] ToArray2D()
    {
        RequireRank(2, "toArray2D");
        double[,] array = new double[Shape[0], Shape[1]];
        for (int i = 0; i < ElementCount; i++) array[i / Shape[1], i % Shape[1]] = Element(i);
        return array;
    }

    /// <summary>The values as a MathNet vector.</summary>
    /// <returns>A copy.</returns>
    /// <exception cref="ShapeException">There is not exactly one axis.</exception>
    public Vector<double> ToVector()
    {
        RequireRank(1, "toVector");
        return Vector<double>.Build.Dense(ToArray());
    }

    /// <summary>The values as a MathNet matrix.</summary>
    /// <returns>A copy.</returns>
    /// <exception cref="ShapeException">This is not a matrix.</exception>
    public Matrix<double> ToMatrix()
    {
        RequireRank(2, "toMatrix");
        return Matrix<double>.Build.DenseOfRowMajor(Shape[0], Shape[1], ToArray());
    }

    internal void RequireRank(int rank, string operation)
    {
        if (Rank != rank) throw Errors.Shape(Invariant($"{operation}: the tensor must have {rank} axes, but its shape is {Shape}"));
    }
}

/// <summary>Nested numbers, flattened, with the shape and element type that were found.</summary>
internal sealed class NestedData
{
    private readonly List<int> sizes = [];
    private DType? dtype;
    private int depth = -1;

    public NestedData(object data)
    {
        Add(data, 0);
        Shape = Shape.From(depth < 0 ? sizes : sizes.Take(depth));
    }

    public List<double> Values { get; } = [];

    public Shape Shape { get; }

    public DType DType => dtype ?? DType.Float32;

    private void Add(object? item, int level)
    {
        switch (item)
        {
            case float or double or decimal or Half:
                Number(Convert.ToDouble(item is Half half ? (double)half : item, null), DType.Float32, level);
                break;
            case int or short or byte or sbyte or ushort or long or uint: Number(Convert.ToDouble(item, null), DType.Int32, level); break;
            case bool truth: Number(truth ? 1 : 0, DType.Bool, level); break;
            case Tensor tensor:
                Elements([.. tensor.Shape], tensor.ToArray(), tensor.DType == DType.Float64 ? DType.Float32 : tensor.DType, level);
                break;
            case Matrix<double> matrix:
                Elements([matrix.RowCount, matrix.ColumnCount], matrix.ToRowMajorArray(), DType.Float32, level);
                break;
            case Matrix<float> matrix: Add(matrix.ToArray(), level); break;
            case Vector<double> vector: Add(vector.ToArray(), level); break;
            case Vector<float> vector: Add(vector.ToArray(), level); break;
            case Array { Rank: > 1 } array: AddArray(array, level); break;
            case string text:
                throw Errors.DType(Invariant($"tensor: elements must be numbers or Booleans, but one is the string \"{text}\""));
            case IEnumerable items: AddItems(items, level); break;
            default:
                throw Errors.DType(Invariant($"tensor: elements must be numbers or Booleans, but one is {item?.GetType().Name ?? "null"}"));
        }
    }

    private void AddItems(IEnumerable items, int level)
    {
        int count = 0;
        Size(level, null);
        foreach (object? item in items)
        {
            Add(item, level + 1);
            count++;
        }

        Size(level, count);
    }

    private void AddArray(Array array, int level)
    {
        for (int axis = 0; axis < array.Rank; axis++) Size(level + axis, array.GetLength(axis));
        foreach (object? item in array) Add(item, level + array.Rank);
    }

    private void Elements(int[] shape, double[] values, DType type, int level)
    {
        for (int axis = 0; axis < shape.Length; axis++) Size(level + axis, shape[axis]);
        foreach (double value in values) Number(value, type, level + shape.Length);
    }

    private void Number(double value, DType type, int level)
    {
        if (depth >= 0 && depth != level)
            throw Errors.Shape("tensor: all numbers must be nested equally deep,"
                + Invariant($" but there are numbers at depths {depth} and {level}"));
        depth = level;
        // Integers among floats are floats; truth values mix with nothing.
        if (dtype is { } known && known != type && (known == DType.Bool || type == DType.Bool))
            throw Errors.DType("tensor: elements must be all numbers or all Booleans, but there are both");
        dtype = dtype is null || dtype == DType.Int32 ? type : dtype;
        Values.Add(value);
    }

    private void Size(int level, int? count)
    {
        while (sizes.Count <= level) sizes.Add(-1);
        if (count is not { } size) return;
        if (sizes[level] >= 0 && sizes[level] != size)
            throw Errors.Shape("tensor: rows must have equal lengths,"
                + Invariant($" but along axis {level} there are {sizes[level]} and {size}"));
        sizes[level] = size;
    }
}
