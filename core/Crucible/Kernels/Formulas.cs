namespace Crucible.Kernels;

/// <summary>A formula of one operand, written once for both float types and every vector width.</summary>
internal interface IUnary
{
    /// <summary>A few instructions, so that memory and not arithmetic takes the time: several vectors are computed at once. A long formula must not say so.</summary>
    static virtual bool IsLight => false;

    static abstract V Invoke<V>(V x)
        where V : struct, ISimd<V>;
}

/// <summary>A formula of two operands.</summary>
internal interface IBinary
{
    /// <inheritdoc cref="IUnary.IsLight"/>
    static virtual bool IsLight => false;

    static abstract V Invoke<V>(V x, V y)
        where V : struct, ISimd<V>;
}

/// <summary>A formula of three operands.</summary>
internal interface ITernary
{
    /// <inheritdoc cref="IUnary.IsLight"/>
    static virtual bool IsLight => false;

    static abstract V Invoke<V>(V x, V y, V z)
        where V : struct, ISimd<V>;
}

/// <summary>A function of two numbers for which there is no vector formula.</summary>
internal interface IScalar
{
    static abstract double Invoke(double x, double y);
}
