using System.Reflection;
using Crucible.Kernels;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Crucible.Tests.Kernels;

/// <summary>
/// Runs a theory at every width of vectors, whose bits are its first argument, and with <paramref name="rows"/>, the
/// name of a static property of its class, on each of these at every width. The test itself says
/// <c>SimdWidth.Use(bits)</c>. Widths that the machine lacks are skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryWidthAttribute(string? rows = null) : DataAttribute
{
    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        object?[][] others = rows == null
            ? [[]]
            : [.. ((IEnumerable<ITheoryDataRow>)testMethod.DeclaringType!.GetProperty(rows)!.GetValue(null)!).Select(row => row.GetData())];
        int[] widths = [128, 256, 512];
        return new([.. widths.SelectMany(bits => others.Select(other => Row(bits, other)))]);
    }

    private static TheoryDataRow Row(int bits, object?[] other) => new([bits, .. other])
    {
        Skip = bits > SimdWidth.Widest ? $"this machine has no vectors of {bits} bits" : null,
    };
}
