namespace Crucible.Lab.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    // The space finds commands that forget to quote.
    internal string Location { get; } = Directory.CreateTempSubdirectory("crucible lab ").FullName;

    internal string File(string name) => Path.Combine(Location, name);

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
