using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>sinh x = (eˣ - e⁻ˣ) / 2, element by element.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sinh()
    {
        Tensor result = Apply.Unary<Tensors.Sinh.Formula>(this, "sinh");
        return IsRecorded ? new Sinh(this).Record(result) : result;
    }

    /// <summary>sinh x = (eˣ - e⁻ˣ) / 2: what F#'s <c>sinh</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sinh(Tensor x) => x.Sinh();
}

/// <summary>sinh x. d/dx = cosh x.</summary>
internal sealed class Sinh(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V>
        {
            // Near 0 the two exponentials would cancel; far out eˣ would overflow before sinh x does, so it is built as
            // a square.
            V small = VectorMath.Expm1(x);
            V root = VectorMath.Exp(x * 0.5);
            return V.Select(V.Abs(x) < V.Of(1.0), (small + (small / (small + 1.0))) * 0.5, (root * 0.5 * root) - (0.5 / root / root));
        }
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Cosh() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * Cosh.Formula.Invoke(x);
    }
}

public sealed partial class Tensor
{
    /// <summary>cosh x = (eˣ + e⁻ˣ) / 2, element by element.</summary>
    /// <returns>A tensor of this shape, at least 1.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Cosh()
    {
        Tensor result = Apply.Unary<Tensors.Cosh.Formula>(this, "cosh");
        return IsRecorded ? new Cosh(this).Record(result) : result;
    }

    /// <summary>cosh x = (eˣ + e⁻ˣ) / 2: what F#'s <c>cosh</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Cosh(Tensor x) => x.Cosh();
}

/// <summary>cosh x. d/dx = sinh x.</summary>
internal sealed class Cosh(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V>
        {
            // eˣ would overflow before cosh x does, so it is built as a square.
            V root = VectorMath.Exp(x * 0.5);
            return (root * 0.5 * root) + (0.5 / root / root);
        }
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Sinh() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * Sinh.Formula.Invoke(x);
    }
}

public sealed partial class Tensor
{
    /// <summary>tanh x, element by element.</summary>
    /// <returns>A tensor of this shape, within (-1, 1).</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Tanh()
    {
        Tensor result = Apply.Unary<Kernels.Tanh>(this, "tanh");
        return IsRecorded ? new TanhOperation(this).Record(result) : result;
    }

    /// <summary>tanh x: what F#'s <c>tanh</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Tanh(Tensor x) => x.Tanh();
}

/// <summary>y = tanh x. dy/dx = 1 - y².</summary>
internal sealed class TanhOperation(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * (1.0 - (Output * Output)) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * (1.0 - (y * y));
    }
}

public sealed partial class Tensor
{
    /// <summary>σ(x) = 1 / (1 + e⁻ˣ), element by element.</summary>
    /// <returns>A tensor of this shape, within [0, 1].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sigmoid()
    {
        Tensor result = Apply.Unary<Kernels.Sigmoid>(this, "sigmoid");
        return IsRecorded ? new SigmoidOperation(this).Record(result) : result;
    }
}

/// <summary>y = σ(x). dy/dx = y (1 - y).</summary>
internal sealed class SigmoidOperation(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Output * (1.0 - Output) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * y * (1.0 - y);
    }
}
