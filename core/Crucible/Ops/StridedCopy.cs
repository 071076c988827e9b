namespace Crucible.Tensors;

/// <summary>Gathers elements along strides (0 repeats, negative walks backwards) into a contiguous result: what permute, expand, slice and flip share.</summary>
internal static class StridedCopy
{
    public static void Run(Tensor source, Tensor result, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int offset)
    {
        switch (source.DType)
        {
            case DType.Float32: Kernels.Permute.Copy(source.Data<float>(), result.Data<float>(), sizes, strides, offset); break;
            case DType.Float64: Kernels.Permute.Copy(source.Data<double>(), result.Data<double>(), sizes, strides, offset); break;
            case DType.Int32: Kernels.Permute.Copy(source.Data<int>(), result.Data<int>(), sizes, strides, offset); break;
            default: Kernels.Permute.Copy(source.Data<bool>(), result.Data<bool>(), sizes, strides, offset); break;
        }
    }
}
