using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Crucible.Lab.Tests.Studies;

/// <summary>A test of a store; in a class that <see cref="NeedsPostgresAttribute"/> marks, it is skipped where PostgreSQL is not installed, and the run's output says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Crucible.Lab.Tests.Studies.StoreFactDiscoverer", "Crucible.Lab.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>Marks a class of tests that need a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute;

public sealed class StoreFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new StoreTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

/// <summary>The class that runs an inherited test, not the one that declares it, tells what the test needs.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    [Obsolete("For the runner, which reads test cases from text.")]
    public StoreTestCase()
    {
    }

    public StoreTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method) : base(messages, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgresAttribute)).Any() && PostgresServer.Programs is null ? PostgresServer.Missing : base.GetSkipReason(factAttribute);
}
