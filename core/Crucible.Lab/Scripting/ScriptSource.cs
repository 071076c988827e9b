using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Scripting;

/// <summary>The text that a script is made of: its file and those that it loads.</summary>
internal static partial class ScriptSource
{
    /// <summary>A script's file as the workspace has it, or its name alone where it lies elsewhere.</summary>
    internal static string NameOf(string file)
    {
        string place = Path.GetRelativePath(Folders.Root, Path.GetFullPath(file));
        return place.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(place)
            ? Path.GetFileName(file)
            : place.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>SHA-256 over the script and what it loads, in the order of loading; null where one of them cannot be read.</summary>
    internal static string? Hash(string file)
    {
        try
        {
            HashSet<string> files = [];
            Follow(Path.GetFullPath(file), files);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (string one in files) hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(one))));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Follow(string file, HashSet<string> files)
    {
        if (!files.Add(file)) return;
        foreach (string line in File.ReadLines(file).Where(line => line.TrimStart().StartsWith("#load", StringComparison.Ordinal)))
        {
            foreach (Match name in Quoted().Matches(line))
                Follow(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, name.Groups[1].Value)), files);
        }
    }

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();
}
