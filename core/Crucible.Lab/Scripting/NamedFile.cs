using System.Collections;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.FSharp.Core;

namespace Crucible.Lab.Scripting;

/// <summary>
/// A file, folder or address that a user named, as a run keeps it: by its name and content. Where it lies on the user's
/// machine, and what opens it, is nobody else's business.
/// </summary>
public static class NamedFile
{
    private const string Hash = ", SHA-256 ";

    /// <summary><c>houses.csv, SHA-256 2f64…</c>; of a folder, and of what cannot be read, its name alone; of an
    /// address, all but user and password.</summary>
    /// <param name="path">What the user named; an empty text stays one.</param>
    public static string Describe(string path)
    {
        if (path.Contains("://", StringComparison.Ordinal))
            return Uri.TryCreate(path, UriKind.Absolute, out Uri? address)
                ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.Unescaped)
                : path[..path.IndexOf("://", StringComparison.Ordinal)];
        string name = NameOf(path);
        try
        {
            FileInfo file = new(path);
            if (path.Length == 0 || !file.Exists) return name;
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
            if (!file.Exists || file.Length == 0) return name; // pipes and devices have no length, and may have no end
            using FileStream stream = file.OpenRead();
            return $"{name}{Hash}{Convert.ToHexStringLower(SHA256.HashData(stream))}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return name;
        }
    }

    /// <summary>As <see cref="Describe"/>, with the first 8 digits of the hash: for legends and tables.</summary>
    internal static string Short(string path)
    {
        const int digits = 8;
        string[] parts = Describe(path).Split(Hash);
        return parts.Length == 1 ? parts[0] : $"{parts[0]} {parts[1][..digits]}";
    }

    /// <summary>The paths that the options of a script name.</summary>
    internal static IEnumerable<string> In(object options) =>
        from property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetIndexParameters().Length == 0
        let value = property.GetValue(options)
        where value is not null
        let facts = property.GetCustomAttribute<OptionAttribute>()
        from path in facts switch
        {
            { IsFile: true } => Texts(value),
            { IsSetting: true } => Texts(value).SelectMany(PathsIn),
            _ => ScriptOptions.IsGroup(property) ? In(value) : [],
        }
        select path;

    /// <summary>
    /// The files that the options of a script name, by option: names and content, <c>none</c> where an option names none. How
    /// a study is searched, and where it is kept, is no input of its trials.
    /// </summary>
    internal static IEnumerable<(string Option, string Files)> ByOption(object options) => options is SearchOptions ? [] :
        from property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetIndexParameters().Length == 0
        let value = property.GetValue(options)
        from input in property.GetCustomAttribute<OptionAttribute>() switch
        {
            { IsFile: true } or { IsSetting: true } => [($"--{ScriptOption.KebabCase(property.Name)}", Shown(Described(property, value)))],
            _ => value is not null && ScriptOptions.IsGroup(property) ? ByOption(value) : [],
        }
        select input;

    private static string Shown(object? described) => described switch
    {
        // Of a script the source counts, comments apart, where it is the study's
        string text when text.IndexOf(".fsx, SHA-256", StringComparison.Ordinal) is >= 0 and var end => text[..(end + 4)],
        string text => text,
        IEnumerable<string> texts when texts.Any() => string.Join(", ", texts),
        _ => "none",
    };

    /// <summary>What a run keeps of the value of an option: of files their names and content.</summary>
    internal static object? Described(PropertyInfo option, object? value) =>
        (option.GetCustomAttribute<OptionAttribute>(), value) switch
        {
            ({ IsSetting: true }, IEnumerable<string> settings) => settings.Select(DescribeSetting),
            ({ IsFile: true }, string path) => Describe(path),
            ({ IsFile: true }, FSharpOption<string> { Value: { } path }) => Describe(path),
            ({ IsFile: true }, IEnumerable<string> paths) => paths.Select(Describe),
            _ => value,
        };

    private static string DescribeSetting(string setting) =>
        PathsIn(setting).Aggregate(setting, (shown, path) => shown.Replace(path, Describe(path), StringComparison.Ordinal));

    /// <summary>The files in <c>csv=a/b.csv</c> and <c>csv=a.csv|b.csv</c>: what names a place, or exists.</summary>
    private static IEnumerable<string> PathsIn(string setting) => setting.Split('=', 2).Skip(1)
        .SelectMany(values => values.Split([',', '|'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Where(value => Path.GetFileName(value) != value || File.Exists(value));

    /// <summary>A text in which paths are names: what an error says of them goes into the report.</summary>
    internal static string WithoutPlaces(string text, IEnumerable<string> paths) => paths
        .Where(path => NameOf(path).Length > 0)
        .SelectMany(path => new[] { path, Path.GetFullPath(path) })
        .Where(path => NameOf(path) != path)
        .OrderByDescending(path => path.Length)
        .Aggregate(text, (shown, path) => shown.Replace(path, NameOf(path), StringComparison.Ordinal));

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    private static IEnumerable<string> Texts(object value) => value switch
    {
        string text => [text],
        FSharpOption<string> { Value: { } text } => [text],
        IEnumerable texts => texts.OfType<string>(),
        _ => [],
    };
}
