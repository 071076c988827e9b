using System.Security.Cryptography;

namespace Crucible.Files;

/// <summary>A file of data with a public home: found in a folder, or fetched once, and always checked against its hash.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="fileName">The file's name in a data folder.</param>
/// <param name="addresses">Where to fetch it from, tried in order.</param>
/// <param name="sha256">The SHA-256 of the file, 64 hexadecimal digits.</param>
/// <param name="size">The size of the file in bytes.</param>
public sealed class DataSource(string name, string fileName, IReadOnlyList<Uri> addresses, string sha256, long size)
{
    /// <summary>What messages call it.</summary>
    public string Name => name;

    /// <summary>The file's name in a data folder.</summary>
    public string FileName => fileName;

    /// <summary>Where to fetch it from, tried in order.</summary>
    public IReadOnlyList<Uri> Addresses => addresses;

    /// <summary>The SHA-256 of the file, 64 hexadecimal digits.</summary>
    public string Sha256 => sha256;

    /// <summary>The size of the file in bytes.</summary>
    public long Size => size;

    /// <summary>
    /// The path of the file: in <see cref="DataSourceOptions.FirstFolder"/>, else in <see cref="DataSourceOptions.Folder"/>, else fetched into the latter,
    /// else what <see cref="DataSourceOptions.Substitute"/> gives.
    /// </summary>
    /// <param name="options">The folders, time-out and callbacks; by default those of <see cref="DataSourceOptions"/>.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <exception cref="DataException">A file that was found has another hash; or no address gave the file, and there is no substitute.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public string Get(DataSourceOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        string path = Path.GetFullPath(Path.Combine(options.Folder, fileName));
        string? first = string.IsNullOrEmpty(options.FirstFolder) ? null : Path.GetFullPath(Path.Combine(options.FirstFolder, fileName));
        if (first is not null && File.Exists(first)) return Checked(first);
        if (File.Exists(path)) return Checked(path);

        List<string> failures = [];
        foreach (Uri address in addresses)
        {
            string? failure = Download.To(path, address, this, options, cancellation);
            if (failure is null) return path;
            failures.Add(Errors.Text($"{address} {failure}"));
        }
        return options.Substitute?.Invoke(this) ?? throw Errors.NotFetched(name, failures, addresses, path);
    }

    private string Checked(string path)
    {
        using FileStream stream = File.OpenRead(path);
        string actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        return string.Equals(actual, sha256, StringComparison.OrdinalIgnoreCase) ? path : throw Errors.WrongHash(name, path, sha256, actual);
    }
}
