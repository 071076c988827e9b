using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Where the heads of an operand of attention lie in its tensor, so that they are read in place.</summary>
/// <param name="Batch">Examples.</param>
/// <param name="Heads">Heads of each.</param>
/// <param name="Rows">Rows of each, one a position.</param>
/// <param name="Size">The length of a row.</param>
/// <param name="Offset">Where the first row begins.</param>
/// <param name="BatchStride">The distance between examples.</param>
/// <param name="HeadStride">The distance between heads.</param>
/// <param name="RowStride">The distance between rows.</param>
/// <param name="IsHeadsFirst">Whether the tensor is [B, H, T, D].</param>
internal readonly record struct HeadLayout(int Batch, int Heads, int Rows, int Size, int Offset, int BatchStride, int HeadStride, int RowStride, bool IsHeadsFirst)
{
    /// <summary>A tensor [B, H, T, D].</summary>
    public static HeadLayout HeadsFirst(Shape shape) =>
        new(shape[0], shape[1], shape[2], shape[3], 0, shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], true);

    /// <summary>Neighbouring channels of a tensor [B, T, channels], from the one numbered <paramref name="offset"/> on: head after head.</summary>
    public static HeadLayout InChannels(Shape shape, int offset, int heads, int size, int? rows = null) =>
        new(shape[0], heads, rows ?? shape[1], size, offset, shape[1] * shape[2], size, shape[2], false);

    /// <summary>The rows for a kernel.</summary>
    public unsafe HeadRows<T> At<T>(T* data)
        where T : unmanaged => new() { Data = data + Offset, Batch = BatchStride, Head = HeadStride, Row = RowStride };

    /// <summary>The heads as a tensor [B, H, T, D], by differentiable operations.</summary>
    public Tensor Extract(Tensor tensor) => IsHeadsFirst
        ? tensor
        : tensor.Slice(1, 0, Rows).Slice(2, Offset, Offset + (Heads * Size)).Reshape(Batch, Rows, Heads, Size).Permute(0, 2, 1, 3);

    /// <summary>The way back from [B, H, T, D] for the operand's own channels.</summary>
    public Tensor Restore(Tensor heads) => IsHeadsFirst ? heads : heads.Permute(0, 2, 1, 3).Reshape(Batch, Rows, Heads * Size);
}
