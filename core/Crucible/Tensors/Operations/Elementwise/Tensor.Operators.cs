namespace Crucible.Tensors;

/// <summary>
/// F#'s element-wise operators: <c>.= .&lt;&gt; .&lt; .&lt;= .&gt; .&gt;=</c> between tensors and numbers on either
/// side, <c>.&amp;&amp;</c> and <c>.||</c> between bool tensors. F# finds them by their names; nothing needs to be
/// opened. They all bind equally, so parentheses are needed: <c>(a .&gt; 0.0) .&amp;&amp; (a .&lt; 1.0)</c>. C# calls
/// <see cref="Greater(Tensor)"/> and the like.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>a = b, element by element: F#'s <c>a .= b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotEquals(Tensor a, Tensor b) => a.EqualTo(b);

    /// <summary>a = b, element by element: F#'s <c>a .= b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotEquals(Tensor a, double b) => a.EqualTo(b);

    /// <summary>a = b, element by element: F#'s <c>a .= b</c>.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotEquals(double a, Tensor b) => b.EqualTo(a);

    /// <summary>a ≠ b, element by element: F#'s <c>a .&lt;&gt; b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLessGreater(Tensor a, Tensor b) => a.NotEqualTo(b);

    /// <summary>a ≠ b, element by element: F#'s <c>a .&lt;&gt; b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLessGreater(Tensor a, double b) => a.NotEqualTo(b);

    /// <summary>a ≠ b, element by element: F#'s <c>a .&lt;&gt; b</c>.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLessGreater(double a, Tensor b) => b.NotEqualTo(a);

    /// <summary>a &lt; b, element by element: F#'s <c>a .&lt; b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLess(Tensor a, Tensor b) => a.Less(b);

    /// <summary>a &lt; b, element by element: F#'s <c>a .&lt; b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLess(Tensor a, double b) => a.Less(b);

    /// <summary>a &lt; b, element by element: F#'s <c>a .&lt; b</c>.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLess(double a, Tensor b) => b.Greater(a);

    /// <summary>a ≤ b, element by element: F#'s <c>a .&lt;= b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLessEquals(Tensor a, Tensor b) => a.LessOrEqual(b);

    /// <summary>a ≤ b, element by element: F#'s <c>a .&lt;= b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLessEquals(Tensor a, double b) => a.LessOrEqual(b);

    /// <summary>a ≤ b, element by element: F#'s <c>a .&lt;= b</c>.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotLessEquals(double a, Tensor b) => b.GreaterOrEqual(a);

    /// <summary>a &gt; b, element by element: F#'s <c>a .&gt; b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotGreater(Tensor a, Tensor b) => a.Greater(b);

    /// <summary>a &gt; b, element by element: F#'s <c>a .&gt; b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotGreater(Tensor a, double b) => a.Greater(b);

    /// <summary>a &gt; b, element by element: F#'s <c>a .&gt; b</c>.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotGreater(double a, Tensor b) => b.Less(a);

    /// <summary>a ≥ b, element by element: F#'s <c>a .&gt;= b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotGreaterEquals(Tensor a, Tensor b) => a.GreaterOrEqual(b);

    /// <summary>a ≥ b, element by element: F#'s <c>a .&gt;= b</c>.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotGreaterEquals(Tensor a, double b) => a.GreaterOrEqual(b);

    /// <summary>a ≥ b, element by element: F#'s <c>a .&gt;= b</c>.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotGreaterEquals(double a, Tensor b) => b.LessOrEqual(a);

    /// <summary>a and b, element by element: F#'s <c>a .&amp;&amp; b</c>.</summary>
    /// <param name="a">A bool tensor.</param>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotAmpAmp(Tensor a, Tensor b) => a.And(b);

    /// <summary>a or b, element by element: F#'s <c>a .|| b</c>.</summary>
    /// <param name="a">A bool tensor.</param>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    public static Tensor op_DotBarBar(Tensor a, Tensor b) => a.Or(b);
}
