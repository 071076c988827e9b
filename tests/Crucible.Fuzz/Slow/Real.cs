namespace Crucible.Fuzz;

/// <summary>
/// A number of the slow interpreter, with a bound of its rounding error to first order, in units of roundoff: what any
/// order of these operations may lose. A constant is exact.
/// </summary>
/// <param name="Value">The value, in double precision.</param>
/// <param name="Error">The bound, in units of the roundoff of the type that is compared with.</param>
internal readonly record struct Real(double Value, double Error)
{
    public static implicit operator Real(double exact) => new(exact, 0);

    public static Real operator +(Real a, Real b) => Rounded(a.Value + b.Value, a.Error + b.Error);

    public static Real operator -(Real a, Real b) => Rounded(a.Value - b.Value, a.Error + b.Error);

    public static Real operator -(Real a) => a with { Value = -a.Value };

    public static Real operator *(Real a, Real b) =>
        Rounded(a.Value * b.Value, (Math.Abs(a.Value) * b.Error) + (Math.Abs(b.Value) * a.Error) + Trace(a.Error * b.Error));

    public static Real operator /(Real a, Real b) =>
        Rounded(a.Value / b.Value, (a.Error + (Math.Abs(a.Value / b.Value) * b.Error)) / Math.Abs(b.Value));

    /// <summary>Something of the second order: no result of what is rounded counts as exact, so that its ties are seen.</summary>
    public static double Trace(double error) => error * 1e-9;

    /// <summary>A result and the error that it inherits, to which its own rounding is added.</summary>
    public static Real Rounded(double value, double inherited) => new(value, inherited + Math.Abs(value));
}
