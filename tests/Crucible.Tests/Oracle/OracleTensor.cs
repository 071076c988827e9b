using System.Text.Json.Serialization;
using Crucible.Tensors;

namespace Crucible.Tests.Oracle;

/// <summary>
/// A tensor of the oracle: its element type (<c>float64</c>, <c>int32</c> or <c>bool</c>), sizes, and values in
/// row-major order.
/// </summary>
internal sealed record OracleTensor([property: JsonPropertyName("dtype")] string TypeName, int[] Shape, double[] Values)
{
    /// <summary>The element type that a test running in <paramref name="floats"/> expects.</summary>
    internal DType TypeIn(DType floats) => TypeName switch
    {
        "float64" => floats,
        "int32" => DType.Int32,
        "bool" => DType.Bool,
        _ => throw new InvalidDataException($"the oracle has no element type {TypeName}"),
    };

    /// <summary>The tensor, its floats in the given type.</summary>
    internal Tensor ToTensor(DType floats) => Tensor.From(Values, Shape).To(TypeIn(floats));
}
