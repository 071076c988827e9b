using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Crucible.Lab.Tests.Studies;

/// <summary>
/// Marks a class whose tests, inherited ones too, are skipped where PostgreSQL is not installed; the run's output says
/// so.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.Missing);
}
