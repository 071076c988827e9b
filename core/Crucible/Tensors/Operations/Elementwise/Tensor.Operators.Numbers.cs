namespace Crucible.Tensors;

/// <summary>
/// F#'s operators between tensors and numbers of the types int and float32: F# converts no operand, so each type needs
/// its own method. They are no operators to C#, which converts both to double and would otherwise take float for a
/// long. The number counts as the tensor's element type, as a double does.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>a + b for a number b: F#'s <c>a + b</c>.</summary>
    public static Tensor op_Addition(Tensor a, int b) => a + (double)b;

    /// <summary>a + b for a number a: F#'s <c>a + b</c>.</summary>
    public static Tensor op_Addition(int a, Tensor b) => (double)a + b;

    /// <summary>a + b for a number b: F#'s <c>a + b</c>.</summary>
    public static Tensor op_Addition(Tensor a, float b) => a + (double)b;

    /// <summary>a + b for a number a: F#'s <c>a + b</c>.</summary>
    public static Tensor op_Addition(float a, Tensor b) => (double)a + b;

    /// <summary>a - b for a number b: F#'s <c>a - b</c>.</summary>
    public static Tensor op_Subtraction(Tensor a, int b) => a - (double)b;

    /// <summary>a - b for a number a: F#'s <c>a - b</c>.</summary>
    public static Tensor op_Subtraction(int a, Tensor b) => (double)a - b;

    /// <summary>a - b for a number b: F#'s <c>a - b</c>.</summary>
    public static Tensor op_Subtraction(Tensor a, float b) => a - (double)b;

    /// <summary>a - b for a number a: F#'s <c>a - b</c>.</summary>
    public static Tensor op_Subtraction(float a, Tensor b) => (double)a - b;

    /// <summary>a · b for a number b: F#'s <c>a * b</c>.</summary>
    public static Tensor op_Multiply(Tensor a, int b) => a * (double)b;

    /// <summary>a · b for a number a: F#'s <c>a * b</c>.</summary>
    public static Tensor op_Multiply(int a, Tensor b) => (double)a * b;

    /// <summary>a · b for a number b: F#'s <c>a * b</c>.</summary>
    public static Tensor op_Multiply(Tensor a, float b) => a * (double)b;

    /// <summary>a · b for a number a: F#'s <c>a * b</c>.</summary>
    public static Tensor op_Multiply(float a, Tensor b) => (double)a * b;

    /// <summary>a / b for a number b: F#'s <c>a / b</c>.</summary>
    public static Tensor op_Division(Tensor a, int b) => a / (double)b;

    /// <summary>a / b for a number a: F#'s <c>a / b</c>.</summary>
    public static Tensor op_Division(int a, Tensor b) => (double)a / b;

    /// <summary>a / b for a number b: F#'s <c>a / b</c>.</summary>
    public static Tensor op_Division(Tensor a, float b) => a / (double)b;

    /// <summary>a / b for a number a: F#'s <c>a / b</c>.</summary>
    public static Tensor op_Division(float a, Tensor b) => (double)a / b;

    /// <summary>F#'s <c>a .= b</c> for a number b.</summary>
    public static Tensor op_DotEquals(Tensor a, int b) => op_DotEquals(a, (double)b);

    /// <summary>F#'s <c>a .= b</c> for a number a.</summary>
    public static Tensor op_DotEquals(int a, Tensor b) => op_DotEquals((double)a, b);

    /// <summary>F#'s <c>a .= b</c> for a number b.</summary>
    public static Tensor op_DotEquals(Tensor a, float b) => op_DotEquals(a, (double)b);

    /// <summary>F#'s <c>a .= b</c> for a number a.</summary>
    public static Tensor op_DotEquals(float a, Tensor b) => op_DotEquals((double)a, b);

    /// <summary>F#'s <c>a .&lt;&gt; b</c> for a number b.</summary>
    public static Tensor op_DotLessGreater(Tensor a, int b) => op_DotLessGreater(a, (double)b);

    /// <summary>F#'s <c>a .&lt;&gt; b</c> for a number a.</summary>
    public static Tensor op_DotLessGreater(int a, Tensor b) => op_DotLessGreater((double)a, b);

    /// <summary>F#'s <c>a .&lt;&gt; b</c> for a number b.</summary>
    public static Tensor op_DotLessGreater(Tensor a, float b) => op_DotLessGreater(a, (double)b);

    /// <summary>F#'s <c>a .&lt;&gt; b</c> for a number a.</summary>
    public static Tensor op_DotLessGreater(float a, Tensor b) => op_DotLessGreater((double)a, b);

    /// <summary>F#'s <c>a .&lt; b</c> for a number b.</summary>
    public static Tensor op_DotLess(Tensor a, int b) => op_DotLess(a, (double)b);

    /// <summary>F#'s <c>a .&lt; b</c> for a number a.</summary>
    public static Tensor op_DotLess(int a, Tensor b) => op_DotLess((double)a, b);

    /// <summary>F#'s <c>a .&lt; b</c> for a number b.</summary>
    public static Tensor op_DotLess(Tensor a, float b) => op_DotLess(a, (double)b);

    /// <summary>F#'s <c>a .&lt; b</c> for a number a.</summary>
    public static Tensor op_DotLess(float a, Tensor b) => op_DotLess((double)a, b);

    /// <summary>F#'s <c>a .&lt;= b</c> for a number b.</summary>
    public static Tensor op_DotLessEquals(Tensor a, int b) => op_DotLessEquals(a, (double)b);

    /// <summary>F#'s <c>a .&lt;= b</c> for a number a.</summary>
    public static Tensor op_DotLessEquals(int a, Tensor b) => op_DotLessEquals((double)a, b);

    /// <summary>F#'s <c>a .&lt;= b</c> for a number b.</summary>
    public static Tensor op_DotLessEquals(Tensor a, float b) => op_DotLessEquals(a, (double)b);

    /// <summary>F#'s <c>a .&lt;= b</c> for a number a.</summary>
    public static Tensor op_DotLessEquals(float a, Tensor b) => op_DotLessEquals((double)a, b);

    /// <summary>F#'s <c>a .&gt; b</c> for a number b.</summary>
    public static Tensor op_DotGreater(Tensor a, int b) => op_DotGreater(a, (double)b);

    /// <summary>F#'s <c>a .&gt; b</c> for a number a.</summary>
    public static Tensor op_DotGreater(int a, Tensor b) => op_DotGreater((double)a, b);

    /// <summary>F#'s <c>a .&gt; b</c> for a number b.</summary>
    public static Tensor op_DotGreater(Tensor a, float b) => op_DotGreater(a, (double)b);

    /// <summary>F#'s <c>a .&gt; b</c> for a number a.</summary>
    public static Tensor op_DotGreater(float a, Tensor b) => op_DotGreater((double)a, b);

    /// <summary>F#'s <c>a .&gt;= b</c> for a number b.</summary>
    public static Tensor op_DotGreaterEquals(Tensor a, int b) => op_DotGreaterEquals(a, (double)b);

    /// <summary>F#'s <c>a .&gt;= b</c> for a number a.</summary>
    public static Tensor op_DotGreaterEquals(int a, Tensor b) => op_DotGreaterEquals((double)a, b);

    /// <summary>F#'s <c>a .&gt;= b</c> for a number b.</summary>
    public static Tensor op_DotGreaterEquals(Tensor a, float b) => op_DotGreaterEquals(a, (double)b);

    /// <summary>F#'s <c>a .&gt;= b</c> for a number a.</summary>
    public static Tensor op_DotGreaterEquals(float a, Tensor b) => op_DotGreaterEquals((double)a, b);
}
