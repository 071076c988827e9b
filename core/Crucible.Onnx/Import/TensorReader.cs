using System.Runtime.InteropServices;
using Crucible.Onnx.Schema;
using Crucible.Tensors;
using Google.Protobuf;
using static System.FormattableString;
using DataType = Crucible.Onnx.Schema.TensorProto.Types.DataType;

namespace Crucible.Onnx.Import;

/// <summary>
/// Tensors of a file. 64-bit and smaller integers become int32, as they count sizes and places: what is beyond its range stands
/// for "to the end" and becomes its limit. float16 becomes float32.
/// </summary>
internal static class TensorReader
{
    /// <summary>Reads a tensor; the problem in words where it is no good.</summary>
    public static Tensor Read(TensorProto proto, out string? problem)
    {
        Tensor nothing = Tensor.Zeros(0);
        long count = 1;
        foreach (long size in proto.Dims) count = size is < 0 or > int.MaxValue || count > int.MaxValue ? -1 : count * size;
        DataType type = (DataType)proto.DataType;
        problem = count is < 0 or > int.MaxValue ? Invariant($"its sizes are [{string.Join(", ", proto.Dims)}]")
            : proto.DataLocation == TensorProto.Types.DataLocation.External ? "its numbers are in another file"
            : DTypeOf(type) is null ? Invariant($"its elements are of type {type}")
            : null;
        if (problem is not null) return nothing;
        int found = Count(proto, type);
        if (found != count) problem = Invariant($"it has {found} numbers for sizes [{string.Join(", ", proto.Dims)}]");
        if (problem is not null) return nothing;
        int[] shape = [.. proto.Dims.Select(size => (int)size)];
        ReadOnlySpan<byte> raw = proto.RawData.Span;
        return type switch
        {
            DataType.Float => Tensor.From(Raw<float>(raw) ?? [.. proto.FloatData], shape),
            DataType.Double => Tensor.From(Raw<double>(raw) ?? [.. proto.DoubleData], shape),
            DataType.Float16 => Tensor.From(Halves(raw) ?? [.. proto.Int32Data.Select(bits => (float)ToHalf(bits))], shape),
            DataType.Int64 => Tensor.From(Array.ConvertAll(Raw<long>(raw) ?? [.. proto.Int64Data], Clamped), shape),
            DataType.Bool => Tensor.From(Array.ConvertAll(Integers(Raw<byte>(raw), value => value), value => value != 0), shape),
            DataType.Uint8 => Tensor.From(Integers(Raw<byte>(raw), value => value), shape),
            DataType.Int8 => Tensor.From(Integers(Raw<sbyte>(raw), value => value), shape),
            _ => Tensor.From(Integers(Raw<int>(raw), value => value), shape),
        };

        int[] Integers<T>(T[]? values, Converter<T, int> convert) =>
            values is null ? [.. proto.Int32Data] : Array.ConvertAll(values, convert);
    }

    /// <summary>Puts the numbers of a weight back where they were read.</summary>
    public static void WriteBack(Tensor tensor, TensorProto proto)
    {
        proto.FloatData.Clear();
        proto.DoubleData.Clear();
        proto.Int32Data.Clear();
        proto.RawData = ByteString.CopyFrom((DataType)proto.DataType switch
        {
            DataType.Float16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(tensor.ToArray<float>(), value => (Half)value)),
            DataType.Double => MemoryMarshal.AsBytes(tensor.Data<double>()),
            _ => MemoryMarshal.AsBytes(tensor.Data<float>()),
        });
    }

    /// <summary>The element type that stands for one of the file's; null where there is none.</summary>
    public static DType? DTypeOf(DataType type) => type switch
    {
        DataType.Float or DataType.Float16 => DType.Float32,
        DataType.Double => DType.Float64,
        DataType.Int32 or DataType.Int64 or DataType.Int8 or DataType.Uint8 => DType.Int32,
        DataType.Bool => DType.Bool,
        _ => null,
    };

    public static int Clamped(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);

    private static int Count(TensorProto proto, DataType type)
    {
        int size = type switch
        {
            DataType.Double or DataType.Int64 => 8,
            DataType.Float or DataType.Int32 => 4,
            DataType.Float16 => 2,
            _ => 1,
        };
        int bytes = proto.RawData.Length;
        if (bytes > 0) return bytes % size == 0 ? bytes / size : -1;
        return type switch
        {
            DataType.Float => proto.FloatData.Count,
            DataType.Double => proto.DoubleData.Count,
            DataType.Int64 => proto.Int64Data.Count,
            _ => proto.Int32Data.Count,
        };
    }

    private static T[]? Raw<T>(ReadOnlySpan<byte> raw)
        where T : unmanaged => raw.IsEmpty ? null : MemoryMarshal.Cast<byte, T>(raw).ToArray();

    private static float[]? Halves(ReadOnlySpan<byte> raw) =>
        Raw<Half>(raw) is { } halves ? Array.ConvertAll(halves, half => (float)half) : null;

    private static Half ToHalf(int bits) => BitConverter.UInt16BitsToHalf((ushort)bits);
}
