using MathNet.Numerics;

namespace Crucible.Fuzz;

/// <summary>
/// A number with its first and second derivative along one direction of all inputs: what the derivatives of a whole
/// program are compared with, by the rules of Leibniz and Faà di Bruno alone.
/// </summary>
/// <param name="X">The value.</param>
/// <param name="D">The first derivative along the direction.</param>
/// <param name="DD">The second.</param>
internal readonly record struct Jet(Real X, Real D, Real DD)
{
    // Nearer than this to a kink, a jump or a tie, rounding decides.
    private const double Margin = 1e-3;

    [ThreadStatic]
    private static bool isNearKink;

    public bool IsFinite => double.IsFinite(X.Value) && double.IsFinite(D.Value) && double.IsFinite(DD.Value);

    public static implicit operator Jet(double constant) => new(constant, 0, 0);

    public static Jet operator +(Jet a, Jet b) => new(a.X + b.X, a.D + b.D, a.DD + b.DD);

    public static Jet operator -(Jet a, Jet b) => new(a.X - b.X, a.D - b.D, a.DD - b.DD);

    public static Jet operator -(Jet a) => new(-a.X, -a.D, -a.DD);

    public static Jet operator *(Jet a, Jet b) =>
        new(a.X * b.X, (a.D * b.X) + (a.X * b.D), (a.DD * b.X) + (2 * a.D * b.D) + (a.X * b.DD));

    public static Jet operator /(Jet a, Jet b) =>
        a * Of(b, x => 1 / x, x => -1 / (x * x), x => 2 / (x * x * x), x => -6 / (x * x * x * x));

    public static Jet Exp(Jet x) => Of(x, Math.Exp, Math.Exp, Math.Exp, Math.Exp);

    public static Jet Log(Jet x) => Of(x, Math.Log, v => 1 / v, v => -1 / (v * v), v => 2 / (v * v * v));

    public static Jet Sqrt(Jet x) => Power(x, 0.5);

    public static Jet Power(Jet x, double n) => Of(
        x,
        v => Math.Pow(v, n),
        v => n == 0 ? 0 : n * Math.Pow(v, n - 1),
        v => n is 0 or 1 ? 0 : n * (n - 1) * Math.Pow(v, n - 2),
        v => n is 0 or 1 or 2 ? 0 : n * (n - 1) * (n - 2) * Math.Pow(v, n - 3));

    public static Jet Sin(Jet x) => Of(x, Math.Sin, Math.Cos, v => -Math.Sin(v), v => -Math.Cos(v));

    public static Jet Cos(Jet x) => Of(x, Math.Cos, v => -Math.Sin(v), v => -Math.Cos(v), Math.Sin);

    public static Jet Atan(Jet x) => Of(
        x,
        Math.Atan,
        v => 1 / (1 + (v * v)),
        v => -2 * v / Math.Pow(1 + (v * v), 2),
        v => ((6 * v * v) - 2) / Math.Pow(1 + (v * v), 3));

    public static Jet Asin(Jet x) => Of(
        x,
        Math.Asin,
        v => Math.Pow(1 - (v * v), -0.5),
        v => v * Math.Pow(1 - (v * v), -1.5),
        v => (1 + (2 * v * v)) * Math.Pow(1 - (v * v), -2.5));

    /// <summary>Its derivative is 1 - y², and loses what y near 1 leaves: it is as exact as 1, not as itself.</summary>
    public static Jet Tanh(Jet x) => Of(
        x,
        Math.Tanh,
        v => 1 - Math.Pow(Math.Tanh(v), 2),
        v => -2 * Math.Tanh(v) * (1 - Math.Pow(Math.Tanh(v), 2)),
        v => 2 * ((3 * Math.Pow(Math.Tanh(v), 2)) - 1) * (1 - Math.Pow(Math.Tanh(v), 2)),
        rounding: 1);

    /// <summary>½·tanh(x/2) + ½, and as exact.</summary>
    public static Jet Sigmoid(Jet x) => (0.5 * Tanh(0.5 * x)) + 0.5;

    public static Jet Erf(Jet x)
    {
        static double Bell(double v) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-v * v);
        return Of(x, SpecialFunctions.Erf, Bell, v => -2 * v * Bell(v), v => ((4 * v * v) - 2) * Bell(v));
    }

    /// <summary>A step function of the value: its derivatives are 0, and it is of no use near a jump.</summary>
    public static Jet Step(Jet x, Func<double, double> function, Func<double, double> distanceToJump)
    {
        if (x.X.Error > 0 && distanceToJump(x.X.Value) < Margin) isNearKink = true;
        return function(x.X.Value);
    }

    /// <summary>Whether a is below b; where rounding might decide otherwise, the program is told to be of no use.</summary>
    public static bool IsBelow(Jet a, Jet b)
    {
        NoteTie(a, b);
        return a.X.Value < b.X.Value;
    }

    public static bool AreEqual(Jet a, Jet b)
    {
        NoteTie(a, b);
        return a.X.Value == b.X.Value;
    }

    public static Jet Larger(Jet a, Jet b) => IsBelow(a, b) ? b : a;

    public static Jet Smaller(Jet a, Jet b) => IsBelow(a, b) ? a : b;

    /// <summary>Whether a computation came near a kink.</summary>
    public static bool ComesNearKink(Action computation)
    {
        isNearKink = false;
        computation();
        return isNearKink;
    }

    private static void NoteTie(Jet a, Jet b)
    {
        double scale = 1 + Math.Max(Math.Abs(a.X.Value), Math.Abs(b.X.Value));
        if (a.X.Error + b.X.Error > 0 && !(Math.Abs(a.X.Value - b.X.Value) > Margin * scale)) isNearKink = true;
    }

    /// <summary>f(x) from f and three derivatives; a rounding error of x moves each by the next.</summary>
    private static Jet Of(
        Jet x, Func<double, double> value, Func<double, double> first, Func<double, double> second, Func<double, double> third,
        double rounding = 0)
    {
        double at = x.X.Value;
        Real Part(Func<double, double> f, Func<double, double> slope) =>
            Real.Rounded(f(at), (Math.Abs(slope(at)) * x.X.Error) + Real.Trace(x.X.Error * x.X.Error) + Math.Max(Math.Abs(f(at)), rounding));
        (Real f, Real f1) = (Part(value, first), Part(first, second));
        Real f2 = Part(second, third);
        return new(f, f1 * x.D, (f2 * x.D * x.D) + (f1 * x.DD));
    }
}
