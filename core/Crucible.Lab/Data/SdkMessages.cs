using System.Globalization;
using System.Text.RegularExpressions;
using Crucible.Statistics;
using Crucible.Text;

namespace Crucible.Lab.Data;

/// <summary>
/// The messages of a .NET SDK, in English and in one of the languages it carries, as sentence pairs: about 15 000, written
/// by translators, on the disk of everybody who runs Crucible. Nothing is fetched, and no assembly is loaded.
/// </summary>
/// <remarks>
/// English texts are in the SDK's assemblies, the others in satellite assemblies beside them, in a folder with the
/// language's name; a text and its translation have the same key. Resources that cannot be read are skipped and counted.
/// </remarks>
public sealed partial class SdkMessages
{
    private SdkMessages(string folder, string language, string[] satellites)
    {
        (Folder, Language, Satellites) = (folder, language, satellites.Length);
        HashSet<SentencePair> pairs = [];
        foreach (string satellite in satellites)
        {
            if (EnglishOf(satellite) is not { } english)
            {
                Skipped++;
                continue;
            }
            AssemblyTexts translated = AssemblyTexts.Read(satellite, $".{language}"), original = AssemblyTexts.Read(english, "");
            Skipped += translated.Skipped + original.Skipped;
            foreach ((string key, string text) in translated.Texts)
                if (original.Texts.TryGetValue(key, out string? source) && source != text) pairs.Add(new(source, text));
        }
        Pairs = [.. pairs];
        Sentences = [.. Pairs.Select(Sentence).OfType<SentencePair>().Distinct()];
    }

    /// <summary>The SDK's folder, whose name is its version.</summary>
    public string Folder { get; }

    /// <summary>The SDK's version, such as <c>10.0.401</c>.</summary>
    public string Version => Path.GetFileName(Folder);

    /// <summary>The language of the translations, such as <c>fr</c>.</summary>
    public string Language { get; }

    /// <summary>The satellite assemblies of the language.</summary>
    public int Satellites { get; }

    /// <summary>
    /// What was skipped: satellites without an English assembly beside them, files that are no assemblies, resources that
    /// are damaged or of an older kind.
    /// </summary>
    public int Skipped { get; }

    /// <summary>The texts as they are, each pair once; texts that are the same in both languages are left out.</summary>
    public SentencePair[] Pairs { get; }

    /// <summary>
    /// The sentences among them, each pair once: one line each, with a letter on both sides and the same placeholders
    /// (<c>{0}</c>), which stay in. White space at the ends is cut, and within is one space.
    /// </summary>
    public SentencePair[] Sentences { get; }

    /// <summary>
    /// Reads the messages of the SDK that runs this process, or else of the newest one beside its runtime.
    /// </summary>
    /// <param name="language">One of <see cref="Languages"/>: cs, de, es, fr, it, ja, ko, pl, pt-BR, ru, tr, zh-Hans, zh-Hant.</param>
    /// <param name="folder">The folder of another SDK, such as <c>/usr/share/dotnet/sdk/10.0.401</c>.</param>
    /// <returns>The messages, in the order of their files and keys.</returns>
    /// <exception cref="DataException">There is no SDK, or it has not the language; the message lists those it has.</exception>
    public static SdkMessages Load(string language, string? folder = null)
    {
        string sdk = folder ?? SdkFolder.Running();
        Dictionary<string, string[]> satellites = SatellitesOf(sdk);
        return satellites.TryGetValue(language, out string[]? files)
            ? new(Path.GetFullPath(sdk), language, files)
            : throw DataErrors.SdkLanguage(sdk, language, Sorted(satellites));
    }

    /// <summary>The languages that an SDK has, in the order of their names.</summary>
    /// <param name="folder">The SDK's folder; the running one by default.</param>
    /// <exception cref="DataException">There is no SDK.</exception>
    public static string[] Languages(string? folder = null) => Sorted(SatellitesOf(folder ?? SdkFolder.Running()));

    /// <summary>Which SDK it is, and how many pairs it gives.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        string skipped = Skipped == 0 ? "" : $"; resources skipped: {Numeral.Of(Skipped)}";
        string other = CultureInfo.GetCultureInfo(Language).EnglishName;
        return $".NET SDK {Version}: {Numeral.Of(Pairs.Length)} pairs in English and {other} from {Numeral.Of(Satellites)} resource files, "
            + $"{Numeral.Of(Sentences.Length)} of them sentences{skipped}";
    }

    /// <summary>A pair as a pair of sentences, or null when it is none.</summary>
    internal static SentencePair? Sentence(SentencePair pair)
    {
        string source = pair.Source.Trim(), target = pair.Target.Trim();
        if (source.AsSpan().ContainsAny('\r', '\n') || target.AsSpan().ContainsAny('\r', '\n')) return null;
        (source, target) = (White().Replace(source, " "), White().Replace(target, " "));
        bool isSentence = source != target && source.Any(char.IsLetter) && target.Any(char.IsLetter)
            && Placeholders(source).SetEquals(Placeholders(target));
        return isSentence ? new(source, target) : null;
    }

    private static HashSet<string> Placeholders(string text) => [.. Placeholder().Matches(text).Select(match => match.Groups[1].Value)];

    /// <summary>The satellite assemblies of each language, in the same order on every machine.</summary>
    private static Dictionary<string, string[]> SatellitesOf(string sdk)
    {
        try
        {
            return Directory.EnumerateFiles(sdk, "*.resources.dll", SearchOption.AllDirectories)
                .GroupBy(file => Path.GetFileName(Path.GetDirectoryName(file)!))
                .ToDictionary(files => files.Key, files => files.Order(StringComparer.Ordinal).ToArray());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw DataErrors.SdkUnreadable(sdk, error);
        }
    }

    private static string[] Sorted(Dictionary<string, string[]> satellites) => [.. satellites.Keys.Order(StringComparer.Ordinal)];

    private static string? EnglishOf(string satellite)
    {
        string name = Path.GetFileName(satellite)[..^".resources.dll".Length];
        string folder = Path.GetDirectoryName(Path.GetDirectoryName(satellite))!;
        string library = Path.Combine(folder, name + ".dll"), program = Path.Combine(folder, name + ".exe");
        return File.Exists(library) ? library : File.Exists(program) ? program : null;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();

    [GeneratedRegex(@"\{(\d+)[^{}]*\}")]
    private static partial Regex Placeholder();
}

/// <summary>Where the SDKs of this machine are.</summary>
internal static class SdkFolder
{
    /// <summary>The SDK that this process belongs to, as F# Interactive does, or the newest beside the runtime.</summary>
    internal static string Running()
    {
        // <dotnet>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll
        string? runtime = Path.GetDirectoryName(typeof(object).Assembly.Location);
        string sdks = Path.GetFullPath(Path.Combine(string.IsNullOrEmpty(runtime) ? "." : runtime, "..", "..", "..", "sdk"));
        string[] all = Directory.Exists(sdks) ? Directory.GetDirectories(sdks) : [];
        return Array.Find(all, sdk => AppContext.BaseDirectory.StartsWith(sdk + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            ?? Newest(all)
            ?? throw DataErrors.NoSdk(sdks);
    }

    /// <summary>The folder with the highest version; a preview comes before its release, and what is no version before all.</summary>
    internal static string? Newest(IEnumerable<string> folders) =>
        folders.OrderBy(folder => Key(Path.GetFileName(folder))).ThenBy(folder => folder, StringComparer.Ordinal).LastOrDefault();

    private static (Version Numbers, bool IsRelease) Key(string name)
    {
        string[] parts = name.Split('-', 2);
        return (Version.TryParse(parts[0], out Version? numbers) ? numbers : new Version(), parts.Length == 1);
    }
}
