using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>sin x in radians, element by element.</summary>
    /// <returns>A tensor of this shape, within [-1, 1].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sin()
    {
        Tensor result = Apply.Unary<Kernels.Sin>(this, "sin");
        return IsRecorded ? new Sin(this).Record(result) : result;
    }

    /// <summary>sin x in radians: what F#'s <c>sin</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sin(Tensor x) => x.Sin();
}

/// <summary>sin x. d/dx = cos x.</summary>
internal sealed class Sin(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Cos() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * VectorMath.Cos(x);
    }
}

public sealed partial class Tensor
{
    /// <summary>cos x in radians, element by element.</summary>
    /// <returns>A tensor of this shape, within [-1, 1].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Cos()
    {
        Tensor result = Apply.Unary<Kernels.Cos>(this, "cos");
        return IsRecorded ? new Cos(this).Record(result) : result;
    }

    /// <summary>cos x in radians: what F#'s <c>cos</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Cos(Tensor x) => x.Cos();
}

/// <summary>cos x. d/dx = -sin x.</summary>
internal sealed class Cos(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? -gradient * Input(0).Sin() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => -(gradient * VectorMath.Sin(x));
    }
}

public sealed partial class Tensor
{
    /// <summary>tan x in radians, element by element.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Tan()
    {
        Tensor result = Apply.Unary<Tensors.Tan.Formula>(this, "tan");
        return IsRecorded ? new Tan(this).Record(result) : result;
    }

    /// <summary>tan x in radians: what F#'s <c>tan</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Tan(Tensor x) => x.Tan();
}

/// <summary>y = tan x. dy/dx = 1 + y².</summary>
internal sealed class Tan(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => VectorMath.Sin(x) / VectorMath.Cos(x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * (1.0 + (Output * Output)) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * (1.0 + (y * y));
    }
}

public sealed partial class Tensor
{
    /// <summary>arcsin x in radians, element by element. NaN outside [-1, 1].</summary>
    /// <returns>A tensor of this shape, within [-π/2, π/2].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Asin()
    {
        Tensor result = Apply.Unary<Tensors.Asin.Formula>(this, "asin");
        return IsRecorded ? new Asin(this).Record(result) : result;
    }

    /// <summary>arcsin x in radians: what F#'s <c>asin</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Asin(Tensor x) => x.Asin();
}

/// <summary>arcsin x. d/dx = 1 / √(1 - x²).</summary>
internal sealed class Asin(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.PerLane<Scalar>(x, x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient / (1.0 - (Input(0) * Input(0))).Sqrt() : Times<Derivative>(Input(0), gradient));

    private readonly struct Scalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Asin(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient / V.Sqrt(1.0 - (x * x));
    }
}

public sealed partial class Tensor
{
    /// <summary>arccos x in radians, element by element. NaN outside [-1, 1].</summary>
    /// <returns>A tensor of this shape, within [0, π].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Acos()
    {
        Tensor result = Apply.Unary<Tensors.Acos.Formula>(this, "acos");
        return IsRecorded ? new Acos(this).Record(result) : result;
    }

    /// <summary>arccos x in radians: what F#'s <c>acos</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Acos(Tensor x) => x.Acos();
}

/// <summary>arccos x. d/dx = -1 / √(1 - x²).</summary>
internal sealed class Acos(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.PerLane<Scalar>(x, x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? -gradient / (1.0 - (Input(0) * Input(0))).Sqrt() : Times<Derivative>(Input(0), gradient));

    private readonly struct Scalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Acos(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => -(gradient / V.Sqrt(1.0 - (x * x)));
    }
}

public sealed partial class Tensor
{
    /// <summary>arctan x in radians, element by element.</summary>
    /// <returns>A tensor of this shape, within [-π/2, π/2].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Atan()
    {
        Tensor result = Apply.Unary<Tensors.Atan.Formula>(this, "atan");
        return IsRecorded ? new Atan(this).Record(result) : result;
    }

    /// <summary>arctan x in radians: what F#'s <c>atan</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Atan(Tensor x) => x.Atan();
}

/// <summary>arctan x. d/dx = 1 / (1 + x²).</summary>
internal sealed class Atan(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.PerLane<Scalar>(x, x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient / (1.0 + (Input(0) * Input(0))) : Times<Derivative>(Input(0), gradient));

    private readonly struct Scalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Atan(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient / (1.0 + (x * x));
    }
}
