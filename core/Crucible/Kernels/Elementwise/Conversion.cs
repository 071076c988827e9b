using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Crucible.Kernels;

/// <summary>Conversions between element types.</summary>
internal static class Conversion
{
    /// <summary>
    /// target[i] = source[i] as the other type: to int by dropping the fraction (what does not fit becomes the nearest
    /// int, NaN becomes 0), to bool as "is not zero" (so NaN is true), from bool as 0 and 1.
    /// </summary>
    /// <typeparam name="TSource">float, double, int or bool.</typeparam>
    /// <typeparam name="TTarget">float, double, int or bool.</typeparam>
    internal static void Cast<TSource, TTarget>(ReadOnlySpan<TSource> source, Span<TTarget> target)
        where TSource : unmanaged
        where TTarget : unmanaged
    {
        if (typeof(TSource) == typeof(TTarget)) MemoryMarshal.Cast<TSource, TTarget>(source).CopyTo(target);
        else if (typeof(TSource) == typeof(float)) From(MemoryMarshal.Cast<TSource, float>(source), target);
        else if (typeof(TSource) == typeof(double)) From(MemoryMarshal.Cast<TSource, double>(source), target);
        else if (typeof(TSource) == typeof(int)) From(MemoryMarshal.Cast<TSource, int>(source), target);
        else From(MemoryMarshal.Cast<TSource, byte>(source), target);
    }

    private static void From<TSource, TTarget>(ReadOnlySpan<TSource> source, Span<TTarget> target)
        where TSource : unmanaged, System.Numerics.INumber<TSource>
        where TTarget : unmanaged
    {
        if (typeof(TTarget) == typeof(float)) TensorPrimitives.ConvertSaturating(source, MemoryMarshal.Cast<TTarget, float>(target));
        else if (typeof(TTarget) == typeof(double)) TensorPrimitives.ConvertSaturating(source, MemoryMarshal.Cast<TTarget, double>(target));
        else if (typeof(TTarget) == typeof(int)) TensorPrimitives.ConvertSaturating(source, MemoryMarshal.Cast<TTarget, int>(target));
        else NonZero(source, MemoryMarshal.Cast<TTarget, bool>(target));
    }

    private static void NonZero<TSource>(ReadOnlySpan<TSource> source, Span<bool> target)
        where TSource : unmanaged, System.Numerics.INumber<TSource>
    {
        for (int i = 0; i < source.Length; i++) target[i] = source[i] != TSource.Zero;
    }
}
