using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>A number wherever a mask is true, this tensor elsewhere.</summary>
    /// <param name="mask">A bool tensor, broadcast against this one.</param>
    /// <param name="value">The number, taken as this tensor's element type; <c>-infinity</c> before a softmax gives probability 0.</param>
    /// <returns>A tensor in the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The mask is not bool.</exception>
    public Tensor MaskedFill(Tensor mask, double value) => Tensors.MaskedFill.Of(this, mask, value, "maskedFill");

    /// <summary>The elements where a mask is true, in row-major order.</summary>
    /// <param name="mask">A bool tensor, broadcast to this shape.</param>
    /// <returns>A tensor with one axis, as long as there are true elements.</returns>
    /// <exception cref="ShapeException">The mask cannot be broadcast to this shape.</exception>
    /// <exception cref="DTypeException">The mask is not bool.</exception>
    public Tensor MaskedSelect(Tensor mask)
    {
        if (mask.DType != DType.Bool) throw Errors.NotBool("maskedSelect", mask.DType);
        if (!Shape.Broadcast(Shape, mask.Shape, "maskedSelect").Equals(Shape)) throw Errors.Shape(Errors.Text($"maskedSelect: the mask must broadcast to the tensor's shape, but the tensor is {Shape} and the mask is {mask.Shape}"));
        var kept = mask.Expand(Shape).Data<bool>();
        var positions = new List<int>();
        for (var i = 0; i < kept.Length; i++)
            if (kept[i]) positions.Add(i);
        return Tensors.IndexSelect.Of(Flatten(), From<int>([.. positions], positions.Count), 0);
    }
}

/// <summary>A number where a mask is true, x elsewhere. d/dx = 1 where x was kept, 0 elsewhere.</summary>
internal sealed class MaskedFill(Tensor x, Tensor mask) : Operation(x, mask)
{
    public static Tensor Of(Tensor x, Tensor mask, double value, string operation)
    {
        if (mask.DType != DType.Bool) throw Errors.NotBool(operation, mask.DType);
        var shape = Shape.Broadcast(x.Shape, mask.Shape, operation);
        (x, mask) = (x.Expand(shape), mask.Expand(shape));
        var result = Tensor.Allocate(shape, x.DType);
        switch (x.DType)
        {
            case DType.Float32: Elementwise.Select(mask.Data<bool>(), (float)value, x.Data<float>(), result.Data<float>()); break;
            case DType.Float64: Elementwise.Select(mask.Data<bool>(), value, x.Data<double>(), result.Data<double>()); break;
            default: for (var i = 0; i < shape.ElementCount; i++) result.SetElement(i, mask.Data<bool>()[i] ? value : x.Element(i)); break;
        }

        return x.IsRecorded ? new MaskedFill(x, mask).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient.MaskedFill(Input(1), 0.0));
}
