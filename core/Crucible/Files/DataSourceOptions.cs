namespace Crucible.Files;

/// <summary>Where <see cref="DataSource.Get"/> looks for a file and how it fetches one.</summary>
public sealed class DataSourceOptions
{
    /// <summary>The folder to look in first, never written to; by default the one that the environment variable <c>CRUCIBLE_DATA</c> names, if any.</summary>
    public string? FirstFolder { get; init; } = Environment.GetEnvironmentVariable("CRUCIBLE_DATA");

    /// <summary>The folder to look in next and to keep fetched files in, made when missing; by default <c>data</c> in the current folder.</summary>
    public string Folder { get; init; } = "data";

    /// <summary>How long a server may be silent before the next address is tried; 30 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called while fetching, on the calling thread's behalf but possibly on another, with the bytes that have come and the bytes to come in all.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Called when no address gave the file: makes the path of something to use instead, or null when there is nothing.</summary>
    public Func<DataSource, string?>? Substitute { get; init; }
}
