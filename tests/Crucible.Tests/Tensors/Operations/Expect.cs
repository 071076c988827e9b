using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Tensors;

/// <summary>What the tests of single operations share.</summary>
internal static class Expect
{
    /// <summary>A few roundings of float64: functions are accurate to some units in the last place, 2e-16.</summary>
    public const double Rounding64 = 1e-14;

    /// <summary>A few roundings of float32, whose unit in the last place is 1.2e-7.</summary>
    public const double Rounding32 = 1e-6;

    /// <summary>A float64 vector.</summary>
    public static Tensor Vector(params double[] values) => Tensor.From(values);

    /// <summary>Every element equals the expected one, NaN and infinities included, up to a relative (below 1: absolute) error.</summary>
    public static void Close(Tensor actual, double tolerance, params double[] expected)
    {
        double[] values = actual.ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool isClose =
                values[i].Equals(expected[i]) || Math.Abs(values[i] - expected[i]) <= tolerance * Math.Max(1.0, Math.Abs(expected[i]));
            Assert.True(isClose, Invariant($"element {i} must be {expected[i]}, but is {values[i]}"));
        }
    }

    /// <summary>The derivative of the sum of a function's elements.</summary>
    public static Tensor Derivative(Func<Tensor, Tensor> function, Tensor at)
    {
        Tensor x = at.Clone().AsParameter();
        return function(x).Sum().Gradients([x])[0];
    }

    /// <summary>The call fails with this very message.</summary>
    public static void Error<TException>(string message, Func<object> call)
        where TException : CrucibleException => Assert.Equal(message, Assert.Throws<TException>(call).Message);
}
