using Crucible.Onnx.Schema;
using Crucible.Tensors;
using Google.Protobuf;
using DataType = Crucible.Onnx.Schema.TensorProto.Types.DataType;

namespace Crucible.Onnx.Export;

/// <summary>Tensors as the file has them.</summary>
internal static class TensorBytes
{
    public static TensorProto Write(Tensor tensor)
    {
        TensorProto proto = new() { DataType = (int)TypeOf(tensor.DType) };
        proto.Dims.AddRange(tensor.Shape.Select(size => (long)size));
        proto.RawData = ByteString.CopyFrom(tensor.DType switch
        {
            DType.Float32 => Bytes<float>(tensor),
            DType.Float64 => Bytes<double>(tensor),
            DType.Int32 => Bytes<int>(tensor),
            DType.Bool => Bytes<bool>(tensor),
            _ => throw Naming.NoMember("onnx", tensor.DType),
        });
        return proto;
    }

    /// <summary>64-bit integers, which shapes are made of; without axes when there is to be one number alone.</summary>
    public static TensorProto Write(long[] values, bool isScalar)
    {
        TensorProto proto = new() { DataType = (int)DataType.Int64 };
        if (!isScalar) proto.Dims.Add(values.Length);
        proto.RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(values));
        return proto;
    }

    public static DataType TypeOf(DType dtype) => dtype switch
    {
        DType.Float32 => DataType.Float,
        DType.Float64 => DataType.Double,
        DType.Int32 => DataType.Int32,
        DType.Bool => DataType.Bool,
        _ => throw Naming.NoMember("onnx", dtype),
    };

    private static ReadOnlySpan<byte> Bytes<T>(Tensor tensor)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Data<T>());
}

/// <summary>Attributes of nodes.</summary>
internal static class Attributes
{
    public static AttributeProto Of(string name, object value) => value switch
    {
        int number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = number },
        double number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)number },
        string text => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        int[] numbers => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { numbers.Select(i => (long)i) } },
        TensorProto tensor => new() { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = tensor },
        GraphProto graph => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph },
        _ => throw Errors.Option("onnx", "an attribute", "an int, double, string or array of int", value.GetType().Name),
    };
}

/// <summary>The declared shapes of inputs and outputs.</summary>
internal static class Shapes
{
    public static ValueInfoProto Of(string name, int dataType, object[] axes)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(axes.Select(axis => axis is int size
            ? new TensorShapeProto.Types.Dimension { DimValue = size }
            : new TensorShapeProto.Types.Dimension { DimParam = (string)axis }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = dataType, Shape = shape } } };
    }
}
