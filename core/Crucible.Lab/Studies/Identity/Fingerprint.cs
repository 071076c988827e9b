using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crucible.Lab.Workspace;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// What the trials of a study follow from, beside its options: the source of the script with what it loads or, where there
/// is no script, the compiled code of the objective; and the script's inputs. Whoever runs the same script anywhere gets the
/// same one: it has no path, time or version of a machine in it.
/// </summary>
internal sealed record Fingerprint
{
    private const int MostChanges = 3; // that a message tells

    /// <summary>The script, then what it loads; empty where there is none.</summary>
    public IReadOnlyList<SourceFile> Source { get; init; } = [];

    /// <summary>The hash of the objective's compiled code, where there is no script.</summary>
    public string? Code { get; init; }

    /// <summary>The script's inputs, as <c>--csv</c> and <c>houses.csv, SHA-256 2f64…</c>.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads what <see cref="ToJson"/> wrote; nothing is known of a study of an older store.</summary>
    internal static Fingerprint Parse(string? text) => text is null ? new() : JsonSerializer.Deserialize<Fingerprint>(text)!;

    internal string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>The fingerprint of this process before an objective is known.</summary>
    /// <param name="script">The script that defines the objective, if there is one.</param>
    /// <param name="data">Further files that the objective depends on.</param>
    /// <param name="store">Where the study is kept: a file that changes by itself, though an option may name it.</param>
    /// <exception cref="OptionException">One of the files cannot be read.</exception>
    internal static Fingerprint Of(string? script, IEnumerable<string> data, SqliteStore? store = null)
    {
        string kept = Path.GetFileName(store?.File ?? "");
        Dictionary<string, string> inputs = new(ScriptInputs.Current.Where(input => kept.Length == 0 || NameOf(input.Value) != kept));
        try
        {
            foreach (string file in data) inputs[Path.GetFileName(file)] = Invariant($"SHA-256 {HashOf(file)}");
            return new Fingerprint { Source = script is null ? [] : SourceFile.All(script), Inputs = inputs };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StudyErrors.Unfingerprinted(error);
        }
    }

    /// <summary>The fingerprint with the code of an objective, which counts where there is no source.</summary>
    internal Fingerprint With(Delegate? objective) =>
        Source.Count > 0 || objective is null ? this : this with { Code = ObjectiveCode.Hash(objective) };

    /// <summary>All that is known of the study, with what only another process could tell.</summary>
    internal Fingerprint Or(Fingerprint earlier) => this with
    {
        Source = Source.Count > 0 || Code is not null ? Source : earlier.Source,
        Code = Code ?? (Source.Count > 0 ? null : earlier.Code),
        Inputs = earlier.Inputs.Concat(Inputs).GroupBy(input => input.Key).OrderBy(input => input.Key, StringComparer.Ordinal)
            .ToDictionary(input => input.Key, input => input.Last().Value),
    };

    /// <summary>What has changed from this one to another, in words; null for nothing that both know.</summary>
    internal string? ChangeTo(Fingerprint now)
    {
        string[] changes = [.. Objective(now), .. InputsOf(now)];
        if (changes.Length == 0) return null;
        string rest = changes.Length > MostChanges ? Invariant($", and {changes.Length - MostChanges} more") : "";
        return string.Join(", ", changes.Take(MostChanges)) + rest;
    }

    private static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private IEnumerable<string> Objective(Fingerprint now)
    {
        if (Source.Count > 0 && now.Source.Count > 0)
        {
            // The scripts themselves meet whatever they are called: one that was renamed is the same.
            return Source.Skip(1).Join(now.Source.Skip(1), file => file.Name, file => file.Name, (was, @is) => was.ChangeTo(@is))
                .Prepend(Source[0].ChangeTo(now.Source[0])).OfType<string>();
        }

        bool isKnown = now.Source.Count > 0 || now.Code is not null;
        return (Source, Code) switch
        {
            ({ Count: > 0 }, _) when isKnown => [$"the objective was that of {Source[0].Name} and is now of no script"],
            (_, not null) when now.Source.Count > 0 => [$"the objective was of no script and is now that of {now.Source[0].Name}"],
            (_, { } code) when isKnown && code != now.Code => ["the compiled code of the objective was changed"],
            _ => [],
        };
    }

    private IEnumerable<string> InputsOf(Fingerprint now) =>
        from input in Inputs
        join other in now.Inputs on input.Key equals other.Key
        where input.Value != other.Value
        let names = (Was: NameOf(input.Value), Is: NameOf(other.Value))
        select names.Was == names.Is
            ? $"{(names.Is.Length > 0 ? $"{input.Key} {names.Is}" : input.Key)} has other data"
            : $"{input.Key} was {names.Was} and is {names.Is}";

    /// <summary>A file's name without its hash, and all of anything else.</summary>
    private static string NameOf(string value)
    {
        int hash = value.IndexOf("SHA-256 ", StringComparison.Ordinal);
        return hash < 0 ? value : value[..hash].TrimEnd(',', ' ');
    }
}

/// <summary>A file of a script as its study remembers it: enough to see whether it has changed, and where.</summary>
/// <param name="Name">Its place, seen from the script.</param>
/// <param name="Sha256">The hash of what its lines say.</param>
/// <param name="Lines">Eight hexadecimal digits of the hash of each line.</param>
internal sealed record SourceFile(string Name, string Sha256, string Lines)
{
    private const int Digits = 8; // that tell lines apart: only a message depends on them
    private const int Shown = 60; // letters of a line

    private IReadOnlyList<SourceLine> Text { get; init; } = [];

    /// <summary>A script and what it loads, but for the workspace's own loader, which says nothing of an objective.</summary>
    internal static IReadOnlyList<SourceFile> All(string script)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(script))!;
        string loader = Path.Combine(Folders.Scripts, "crucible.fsx");
        IEnumerable<string> own = ScriptSource.Files(script);
        if (File.Exists(loader)) own = own.Except(ScriptSource.Files(loader));
        return [.. own
            .Select(file => Of(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllText(file)))];
    }

    internal static SourceFile Of(string name, string text)
    {
        IReadOnlyList<SourceLine> lines = SourceLines.Of(text);
        return new SourceFile(
            name, Hash(string.Join('\n', lines.Select(line => line.Text))),
            string.Concat(lines.Select(line => Hash(line.Text)[..Digits])))
        { Text = lines };
    }

    /// <summary>What has changed, in words, if something has.</summary>
    internal string? ChangeTo(SourceFile now)
    {
        if (Sha256 == now.Sha256) return null;
        int same = 0;
        int most = Math.Min(Lines.Length, now.Lines.Length) / Digits;
        while (same < most && string.CompareOrdinal(Lines, same * Digits, now.Lines, same * Digits, Digits) == 0) same++;
        if (same >= now.Text.Count) return $"{now.Name} ends earlier";
        (int number, string line) = now.Text[same];
        line = line.Trim();
        return Invariant($"{now.Name} was edited (line {number}: {(line.Length <= Shown ? line : line[..(Shown - 1)] + "…")})");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
