using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Gathers elements along strides (0 repeats, negative walks backwards) into a contiguous result: what permute, expand, slice and flip share.</summary>
internal static class StridedCopy
{
    public static void Run(Tensor source, Tensor result, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int offset)
    {
        switch (source.DType)
        {
            case DType.Float32: Run<float>(source, result, sizes, strides, offset); break;
            case DType.Float64: Run<double>(source, result, sizes, strides, offset); break;
            case DType.Int32: Run<int>(source, result, sizes, strides, offset); break;
            default: Run<bool>(source, result, sizes, strides, offset); break;
        }
    }

    private static void Run<T>(Tensor source, Tensor result, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int offset)
        where T : unmanaged
    {
        Span<int> contiguous = stackalloc int[sizes.Length];
        var stride = 1;
        for (var axis = sizes.Length - 1; axis >= 0; axis--)
        {
            contiguous[axis] = stride;
            stride *= sizes[axis];
        }

        Strided.Copy(sizes, source.Data<T>(), offset, strides, result.Data<T>(), 0, contiguous);
    }
}
