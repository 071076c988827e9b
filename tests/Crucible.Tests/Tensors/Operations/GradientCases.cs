using System.Reflection;
using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>
/// One differentiable function and a point in float64 at which its derivatives are checked; the point keeps clear of
/// kinks by 0.01.
/// </summary>
/// <param name="Name">Operation and variant, as in <c>sum over an axis</c>.</param>
/// <param name="Function">Takes the inputs, which all need gradients, and returns a floating-point tensor of any shape.</param>
/// <param name="Inputs">The point.</param>
public sealed record GradientCase(string Name, Func<Tensor[], Tensor> Function, params Tensor[] Inputs);

/// <summary>
/// The registry of gradient checks: every operation has at least one case here. Each file of this partial class adds
/// static properties of type <c>IEnumerable&lt;GradientCase&gt;</c>; they are found by their type.
/// </summary>
public static partial class GradientCases
{
    private static readonly Lazy<Dictionary<string, GradientCase>> ByName = new(() => Gather().ToDictionary(one => one.Name));

    /// <summary>Every case.</summary>
    public static IReadOnlyCollection<GradientCase> All => ByName.Value.Values;

    /// <summary>The case with a name.</summary>
    public static GradientCase Named(string name) => ByName.Value[name];

    /// <summary>Fixed values, uniform between two bounds, in float64.</summary>
    internal static Tensor Uniform(int seed, double low, double high, params int[] shape)
    {
        Random random = new(seed);
        return Tensor.Init(shape, _ => low + ((high - low) * random.NextDouble()), DType.Float64);
    }

    /// <summary>Fixed values between -2 and 2, none closer to 0 than 0.1, in float64.</summary>
    internal static Tensor Values(int seed, params int[] shape)
    {
        Random random = new(seed);
        return Tensor.Init(shape, _ => (random.Next(2) == 0 ? -1 : 1) * (0.1 + (1.9 * random.NextDouble())), DType.Float64);
    }

    /// <summary>A caller's tensor, which is not noted among those that an operation makes for itself.</summary>
    private static Tensor Constant(Func<Tensor> make)
    {
        List<Storage>? before = Storage.Track(null);
        Tensor constant = make();
        Storage.Track(before);
        return constant;
    }

    private static IEnumerable<GradientCase> Gather() => typeof(GradientCases)
        .GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(property => property.PropertyType == typeof(IEnumerable<GradientCase>))
        .SelectMany(property => (IEnumerable<GradientCase>)property.GetValue(null)!);
}
