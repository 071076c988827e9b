using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>The type of a tensor's elements. Nothing is converted implicitly: use <see cref="Tensor.To(DType)"/>.</summary>
public enum DType
{
    /// <summary>32-bit floating point: the default, and what training runs in.</summary>
    Float32,

    /// <summary>64-bit floating point: derivative checks and documented results.</summary>
    Float64,

    /// <summary>32-bit signed integers: indices, class labels, tokens.</summary>
    Int32,

    /// <summary>Booleans: masks and comparisons.</summary>
    Bool,

    /// <summary>
    /// 16-bit floating point with float32's range and 8 significant bits: for storage. It is converted, moved (indexed, joined, permuted),
    /// compared, printed, saved and loaded; what computes with it refuses it, and asks for <see cref="Tensor.To(DType)"/>. The
    /// products of <see cref="Precision.Mixed"/> round to it by themselves.
    /// </summary>
    BFloat16,
}

/// <summary>Properties of element types.</summary>
public static class DTypeExtensions
{
    /// <summary>Whether the type is <see cref="DType.Float32"/> or <see cref="DType.Float64"/>: the types that have derivatives.</summary>
    /// <param name="dtype">The element type.</param>
    /// <returns>True for floating point.</returns>
    public static bool IsFloat(this DType dtype) => dtype is DType.Float32 or DType.Float64;

    /// <summary>
    /// The name as messages and prints show it: <c>float32</c>, <c>float64</c>, <c>int32</c>, <c>bool</c>, <c>bfloat16</c>.
    /// </summary>
    /// <param name="dtype">The element type.</param>
    /// <returns>The name in lower case.</returns>
    public static string ToName(this DType dtype) => dtype switch
    {
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Int32 => "int32",
        DType.BFloat16 => "bfloat16",
        _ => "bool",
    };

    /// <summary>The element type that stores <typeparamref name="T"/>.</summary>
    internal static DType From<T>() =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(bool) ? DType.Bool
        : typeof(T) == typeof(BFloat16) ? DType.BFloat16
        : throw Errors.DType(Invariant($"tensor: elements must be float, double, int or bool, but are {typeof(T).Name}"));
}
