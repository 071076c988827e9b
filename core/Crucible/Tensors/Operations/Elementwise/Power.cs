using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>√x, element by element. NaN below 0; the derivative at 0 is ∞.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sqrt()
    {
        Tensor result = Apply.Unary<Kernels.Sqrt>(this, "sqrt");
        return IsRecorded ? new Sqrt(this).Record(result) : result;
    }

    /// <summary>√x: what F#'s <c>sqrt</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sqrt(Tensor x) => x.Sqrt();
}

/// <summary>y = √x. dy/dx = 1 / 2y.</summary>
internal sealed class Sqrt(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient / (2.0 * Output) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * 0.5 / y;
    }
}

public sealed partial class Tensor
{
    /// <summary>x², element by element.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Square() => Pow(2.0);

    /// <summary>xⁿ, element by element, computed in double precision. NaN for x below 0 unless n is whole; x⁰ is 1 for every x.</summary>
    /// <param name="exponent">n.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Pow(double exponent)
    {
        Tensor result = exponent switch
        {
            2.0 => Apply.Unary<Kernels.Square>(this, "pow"),
            3.0 => Apply.Unary<Tensors.Pow.Cube>(this, "pow"),
            4.0 => Apply.Unary<Tensors.Pow.FourthPower>(this, "pow"),
            _ => Apply.Unary<Kernels.Pow>(this, exponent, "pow"),
        };
        return IsRecorded ? new Pow(this, exponent).Record(result) : result;
    }

    /// <summary>aᵇ, element by element with broadcasting, computed in double precision. NaN for a below 0 unless b is whole.</summary>
    /// <param name="exponent">b: a tensor of the same element type, broadcast against this one.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    public Tensor Pow(Tensor exponent)
    {
        Tensor result = Apply.Binary<Kernels.Pow>(this, exponent, "pow");
        return IsRecorded || exponent.IsRecorded ? new PowTensor(this, exponent).Record(result) : result;
    }

    /// <summary>xⁿ: what F#'s <c>x ** 3.0</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <param name="exponent">n.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Pow(Tensor x, double exponent) => x.Pow(exponent);

    /// <inheritdoc cref="Pow(Tensor, double)"/>
    public static Tensor Pow(Tensor x, int exponent) => x.Pow(exponent);

    /// <inheritdoc cref="Pow(Tensor, double)"/>
    [OverloadResolutionPriority(-1)] // C# would otherwise take it for a long
    public static Tensor Pow(Tensor x, float exponent) => x.Pow(exponent);

    /// <summary>aᵇ: what F#'s <c>a ** b</c> calls.</summary>
    /// <param name="x">a: a floating-point tensor.</param>
    /// <param name="exponent">b: a tensor of the same element type, broadcast against a.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    public static Tensor Pow(Tensor x, Tensor exponent) => x.Pow(exponent);

    /// <summary>aᵇ for a number a. F#'s <c>**</c> wants a tensor on its left: write <c>Tensor.Pow(2.0, b)</c>.</summary>
    /// <param name="x">a, taken as the tensor's element type.</param>
    /// <param name="exponent">b: a floating-point tensor.</param>
    /// <returns>A tensor of b's shape.</returns>
    public static Tensor Pow(double x, Tensor exponent) => Scalar(x, exponent.DType).Pow(exponent);
}

/// <summary>xⁿ for a number n. d/dx = n xⁿ⁻¹, which is 0 for n = 0 even at x = 0.</summary>
internal sealed class Pow(Tensor x, double exponent) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient)
    {
        Accumulate(0, exponent switch
        {
            0.0 => Tensor.ZerosLike(gradient),
            2.0 => IsDifferentiatedAgain ? gradient * (Input(0) * 2.0) : Times<SquareDerivative>(Input(0), gradient),
            _ => gradient * (Input(0).Pow(exponent - 1.0) * exponent),
        });
    }

    internal readonly struct Cube : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => x * x * x;
    }

    internal readonly struct FourthPower : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => x * x * (x * x);
    }

    private readonly struct SquareDerivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * (x + x);
    }
}

/// <summary>
/// y = aᵇ. ∂y/∂a = b aᵇ⁻¹, 0 for b = 0 whatever a; ∂y/∂b = y ln a, 0 for a = 0 and b ≥ 0. Both as in PyTorch.
/// </summary>
internal sealed class PowTensor(Tensor a, Tensor b) : Operation(a, b)
{
    public override string Name => "pow";

    protected internal override void Backward(Tensor gradient)
    {
        (Tensor? a, Tensor? b) = (Input(0), Input(1));
        if (Needs(0)) Accumulate(0, (gradient * b * a.Pow(b - 1.0 + Apply.Binary<IsConstant>(a, b, Name))).SumTo(a.Shape));
        if (Needs(1)) Accumulate(1, (gradient * Output * (a + Apply.Binary<IsZeroPower>(a, b, Name)).Log()).SumTo(b.Shape));
    }

    /// <summary>
    /// 1 where b = 0 and a⁻¹ is not finite (a is 0, subnormal or NaN): added to the exponent b - 1 it makes the
    /// derivative's 0 · a⁻¹ a 0.
    /// </summary>
    private readonly struct IsConstant : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V a, V b)
            where V : struct, ISimd<V> =>
            V.Equal(b, V.Of(0.0)) & ~(V.Abs(1.0 / a) < V.Of(double.PositiveInfinity)) & V.Of(1.0);
    }

    /// <summary>1 where a = 0 and b ≥ 0: added to a it makes the derivative's 0 · ln 0 a 0.</summary>
    private readonly struct IsZeroPower : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V a, V b)
            where V : struct, ISimd<V> => V.Equal(a, V.Of(0.0)) & (b >= V.Of(0.0)) & V.Of(1.0);
    }
}
