using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// a where the condition is true, b elsewhere, with broadcasting. The branch not taken contributes nothing, also
    /// not to the derivative.
    /// </summary>
    /// <param name="condition">A bool tensor.</param>
    /// <param name="a">The values where the condition is true.</param>
    /// <param name="b">The values where it is false, of a's element type.</param>
    /// <returns>A tensor in the broadcast shape of all three.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The condition is not bool, or the element types of a and b differ.</exception>
    /// <remarks>
    /// A derivative that is infinite or NaN in the branch not taken is multiplied by 0 and so is NaN: keep that
    /// branch's input within its domain as well.
    /// </remarks>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        if (condition.DType != DType.Bool) throw Errors.NotBool("where", condition.DType);
        if (a.DType != b.DType) throw Errors.DTypes("where", a.DType, b.DType);
        Shape shape = Shape.Broadcast(condition.Shape, Shape.Broadcast(a.Shape, b.Shape, "where"), "where");
        return Tensors.Where.Forward(condition.Expand(shape), a.Expand(shape), b.Expand(shape));
    }

    /// <summary>a where the condition is true, a number elsewhere.</summary>
    /// <param name="condition">A bool tensor, broadcast against a.</param>
    /// <param name="a">The values where the condition is true.</param>
    /// <param name="b">A number, taken as a's element type.</param>
    /// <returns>A tensor in the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The condition is not bool.</exception>
    public static Tensor Where(Tensor condition, Tensor a, double b) =>
        Tensors.MaskedFill.Forward(a, condition.Negated("where"), b, "where");

    /// <summary>A number where the condition is true, b elsewhere.</summary>
    /// <param name="condition">A bool tensor, broadcast against b.</param>
    /// <param name="a">A number, taken as b's element type.</param>
    /// <param name="b">The values where the condition is false.</param>
    /// <returns>A tensor in the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The condition is not bool.</exception>
    public static Tensor Where(Tensor condition, double a, Tensor b) => Tensors.MaskedFill.Forward(b, condition, a, "where");
}

/// <summary>a where the condition is true, b elsewhere. ∂/∂a: the gradient where it is true; ∂/∂b: where it is false.</summary>
internal sealed class Where(Tensor condition, Tensor a, Tensor b) : Operation(condition, a, b)
{
    public static Tensor Forward(Tensor condition, Tensor a, Tensor b)
    {
        Tensor result = Tensor.Allocate(a.Shape, a.DType);
        switch (a.DType)
        {
            case DType.Float32:
                Elementwise.Select<float>(condition.Data<bool>(), a.Data<float>(), b.Data<float>(), result.Data<float>());
                break;
            case DType.Float64:
                Elementwise.Select<double>(condition.Data<bool>(), a.Data<double>(), b.Data<double>(), result.Data<double>());
                break;
            case DType.Int32: Choose<int>(); break;
            case DType.BFloat16: Choose<BFloat16>(); break;
            default: Choose<bool>(); break;
        }

        return a.IsRecorded || b.IsRecorded ? new Where(condition, a, b).Record(result) : result;

        void Choose<T>()
            where T : unmanaged
        {
            Span<bool> holds = condition.Data<bool>();
            global::System.Span<T> left = a.Data<T>();
            global::System.Span<T> right = b.Data<T>();
            global::System.Span<T> chosen = result.Data<T>();
            for (int i = 0; i < chosen.Length; i++) chosen[i] = holds[i] ? left[i] : right[i];
        }
    }

    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(1)) Accumulate(1, gradient.MaskedFill(Input(0).Not(), 0.0));
        if (Needs(2)) Accumulate(2, gradient.MaskedFill(Input(0), 0.0));
    }
}

public sealed partial class Tensor
{
    /// <summary>A number where a mask is true, this tensor elsewhere.</summary>
    /// <param name="mask">A bool tensor, broadcast against this one.</param>
    /// <param name="value">The number, taken as this tensor's element type; <c>-infinity</c> before a softmax gives probability 0.</param>
    /// <returns>A tensor in the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The mask is not bool.</exception>
    public Tensor MaskedFill(Tensor mask, double value) => Tensors.MaskedFill.Forward(this, mask, value, "maskedFill");

    /// <summary>The elements where a mask is true, in row-major order.</summary>
    /// <param name="mask">A bool tensor, broadcast to this shape.</param>
    /// <returns>A tensor with one axis, one element for each true element of the mask.</returns>
    /// <exception cref="ShapeException">The mask cannot be broadcast to this shape.</exception>
    /// <exception cref="DTypeException">The mask is not bool.</exception>
    public Tensor MaskedSelect(Tensor mask)
    {
        if (mask.DType != DType.Bool) throw Errors.NotBool("maskedSelect", mask.DType);
        if (!Shape.Broadcast(Shape, mask.Shape, "maskedSelect").Equals(Shape))
            throw Errors.Shape("maskedSelect: the mask must broadcast to the tensor's shape,"
                + Invariant($" but the tensor is {Shape} and the mask is {mask.Shape}"));
        Span<bool> kept = mask.Expand(Shape).Data<bool>();
        List<int> positions = new();
        for (int i = 0; i < kept.Length; i++)
            if (kept[i]) positions.Add(i);
        return Tensors.IndexSelect.Forward(Flatten(), From<int>([.. positions]), 0);
    }
}

/// <summary>A number where a mask is true, x elsewhere. d/dx = 1 where x was kept, 0 elsewhere.</summary>
internal sealed class MaskedFill(Tensor x, Tensor mask) : Operation(x, mask)
{
    public static Tensor Forward(Tensor x, Tensor mask, double value, string operation)
    {
        if (mask.DType != DType.Bool) throw Errors.NotBool(operation, mask.DType);
        Shape shape = Shape.Broadcast(x.Shape, mask.Shape, operation);
        (x, mask) = (x.Expand(shape), mask.Expand(shape));
        Tensor result = Tensor.Allocate(shape, x.DType);
        switch (x.DType)
        {
            case DType.Float32: Elementwise.Select(mask.Data<bool>(), (float)value, x.Data<float>(), result.Data<float>()); break;
            case DType.Float64: Elementwise.Select(mask.Data<bool>(), value, x.Data<double>(), result.Data<double>()); break;
            default: for (int i = 0; i < shape.ElementCount; i++) result.SetElement(i, mask.Data<bool>()[i] ? value : x.Element(i)); break;
        }

        return x.IsRecorded ? new MaskedFill(x, mask).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient.MaskedFill(Input(1), 0.0));
}
