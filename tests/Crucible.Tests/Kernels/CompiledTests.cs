using System.Reflection;
using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public class CompiledTests
{
    [Fact]
    public void EveryMethod_OptimizedAtOnce_IsNeverAPartOfItsCaller()
    {
        const BindingFlags all =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        MethodInfo[] methods = [.. typeof(Compiled).Assembly.GetTypes().SelectMany(type => type.GetMethods(all))
            .Where(method => Has(method, MethodImplAttributes.AggressiveOptimization))];
        Assert.True(methods.Length > 50, $"only {methods.Length} methods are compiled at once");
        Assert.All(methods, method => Assert.True(
            Has(method, MethodImplAttributes.NoInlining), $"{method.DeclaringType}.{method.Name}: use Compiled.AtOnce"));

        static bool Has(MethodInfo method, MethodImplAttributes flag) => method.MethodImplementationFlags.HasFlag(flag);
    }
}
