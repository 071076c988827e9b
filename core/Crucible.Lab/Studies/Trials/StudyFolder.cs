using System.Text.RegularExpressions;

namespace Crucible.Lab.Studies;

/// <summary>
/// The folder of a study on this machine. It is named by the study's identity, which no other study has, neither one of
/// the same name in another store nor one that takes this one's place; the name before it is for people.
/// </summary>
internal static partial class StudyFolder
{
    private const int Shown = 40; // of a study's name

    /// <summary>Where a study's folder is, or will be.</summary>
    /// <param name="root">The folder of all studies.</param>
    /// <param name="study">The study's name, of any characters and length.</param>
    /// <param name="id">Its identity, in which a database that others write to may have anything too.</param>
    internal static string Of(string root, string study, string id)
    {
        string shown = Safe(study);
        return Path.Combine(root, $"{shown[..Math.Min(Shown, shown.Length)]}-{Safe(id)}");
    }

    /// <summary>
    /// Deletes a folder that nobody will look for again. What a worker that does not know that yet holds or writes may
    /// stay behind: that is no reason to end a study.
    /// </summary>
    internal static void Erase(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is never found again.
        }
    }

    /// <summary>Deletes the folders of all studies, and nothing else.</summary>
    internal static void EraseAll(string root)
    {
        if (!Directory.Exists(root)) return;
        foreach (string folder in Directory.GetDirectories(root).Where(folder => Named().IsMatch(Path.GetFileName(folder)))) Erase(folder);
    }

    private static string Safe(string text) => Unsafe().Replace(text.ToLowerInvariant(), "-");

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Unsafe();

    [GeneratedRegex("^[a-z0-9-]*-[0-9a-f]{32}$")]
    private static partial Regex Named();
}
