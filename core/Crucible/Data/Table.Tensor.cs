using Crucible.Tensors;

namespace Crucible.Data;

/// <summary>Tables as tensors.</summary>
public sealed partial class Table
{
    /// <summary>The numbers of some columns as a float32 tensor, [rows, columns].</summary>
    /// <param name="names">The columns, in the wanted order; none at all takes all columns.</param>
    /// <exception cref="DataException">There is no such column, it stands twice, or it holds text.</exception>
    public Tensor ToTensor(params string[] names) => ToTensor(names, DType.Float32);

    /// <summary>The numbers of some columns as a tensor, [rows, columns].</summary>
    /// <param name="names">The columns, in the wanted order; none at all takes all columns.</param>
    /// <param name="dtype">The element type.</param>
    /// <exception cref="DataException">There is no such column, it stands twice, or it holds text.</exception>
    /// <exception cref="DTypeException">The element type is int32 and a number is not.</exception>
    public Tensor ToTensor(IEnumerable<string> names, DType dtype)
    {
        string[] chosen = [.. names];
        double[,] values = chosen.Length == 0 ? ToMatrix() : Select(chosen).ToMatrix();
        Tensor tensor = Tensor.Allocate(Shape.From(values.GetLength(0), values.GetLength(1)), dtype);
        int position = 0;
        foreach (double value in values) tensor.SetElement(position++, value);
        return tensor;
    }
}
