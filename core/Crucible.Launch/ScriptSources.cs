namespace Crucible.Launch;

/// <summary>The files that a script is made of: itself, those that it loads, and the libraries that it refers to.</summary>
internal static class ScriptSources
{
    private const string Shared = "crucible.fsx"; // whose use of F# Interactive's own object is marked as such

    /// <summary>Follows the directives.</summary>
    /// <param name="script">The script's full path.</param>
    /// <returns>
    /// Full paths; nothing for a script that speaks with F# Interactive (<c>fsi.…</c>), takes packages, or refers to
    /// something that is no file: it runs interpreted.
    /// </returns>
    internal static IReadOnlyCollection<string>? Of(string script)
    {
        HashSet<string> files = [];
        return Follow(script, files) ? files : null;
    }

    private static bool Follow(string script, HashSet<string> files)
    {
        if (!files.Add(script)) return true;
        string folder = Path.GetDirectoryName(script)!;
        bool isShared = Path.GetFileName(script) == Shared;
        foreach (string line in File.ReadLines(script))
        {
            string text = line.Trim();
            if (!isShared && SpeaksWithInteractive(text)) return false;
            // A search path: files then lie elsewhere than they say
            if (text.StartsWith("#I ", StringComparison.OrdinalIgnoreCase)) return false;
            bool loads = text.StartsWith("#load", StringComparison.Ordinal);
            if (!loads && !text.StartsWith("#r", StringComparison.Ordinal)) continue;
            foreach (string name in Quoted(text))
            {
                string file = Path.GetFullPath(Path.Combine(folder, name));
                if (!File.Exists(file)) return false;
                if (!loads) files.Add(file);
                else if (!Follow(file, files)) return false;
            }
        }

        return true;
    }

    private static bool SpeaksWithInteractive(string line)
    {
        for (int place = line.IndexOf("fsi.", StringComparison.Ordinal); place >= 0; place =
            line.IndexOf("fsi.", place + 1, StringComparison.Ordinal))
        {
            if (place == 0 || !(char.IsLetterOrDigit(line[place - 1]) || line[place - 1] is '_' or '.' or '/' or '\\')) return true;
        }

        return false;
    }

    private static IEnumerable<string> Quoted(string line) =>
        line.Split('"').Where((_, index) => index % 2 == 1).Where(text => text.Length > 0);
}
