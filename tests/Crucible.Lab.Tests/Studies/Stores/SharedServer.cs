using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Tests that share one server, which some of them stop and start: so one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : ICollectionFixture<PostgresServer>
{
    internal const string Name = "postgres";
}
