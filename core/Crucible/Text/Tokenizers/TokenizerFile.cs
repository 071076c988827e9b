using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Crucible.Files;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>Saving and loading tokenizers as JSON files.</summary>
public abstract partial class Tokenizer
{
    /// <summary>Writes the tokenizer to one JSON file, one token or merge per line, with a hash that detects damage.</summary>
    /// <param name="path">The file; it appears when it is complete.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void Save(string path)
    {
        TokenizerWriter writer = new(Name, SpecialTokens);
        Write(writer);
        TokenizerFiles.Write(path, writer.Finish());
    }

    /// <summary>
    /// What tells the tokenizer from others: its kind, the number of its tokens, and the first 16 digits of the SHA-256
    /// of what <see cref="Save"/> writes.
    /// </summary>
    public string Fingerprint
    {
        get
        {
            TokenizerWriter writer = new(Name, SpecialTokens);
            Write(writer);
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(writer.Finish())));
            return Invariant($"{Name}, {VocabularySize} tokens, {hash[..16]}");
        }
    }

    /// <summary>Reads a tokenizer that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A tokenizer that gives the same ids as the one that was saved.</returns>
    /// <exception cref="DataException">The file cannot be read, is damaged or is truncated.</exception>
    public static Tokenizer Load(string path)
    {
        TokenizerContent content = TokenizerContent.Read(path);
        try
        {
            return content.Kind switch
            {
                CharacterTokenizer.Title => new CharacterTokenizer(content),
                WordTokenizer.Title => new WordTokenizer(content),
                _ => new BytePairTokenizer(content),
            };
        }
        catch (OptionException error)
        {
            throw content.Bad("specialTokens", error.Message);
        }
    }

    /// <summary>Writes what this kind of tokenizer consists of.</summary>
    private protected abstract void Write(TokenizerWriter writer);
}

/// <summary>What a tokenizer's JSON file says, each entry with its place in the file, so that errors can name the line.</summary>
internal sealed class TokenizerContent
{
    /// <summary>Begins every such file.</summary>
    internal const string Format = "crucible-tokenizer-1";

    private const string Hash = "sha256";

    private static readonly string[] Kinds = [CharacterTokenizer.Title, WordTokenizer.Title, BytePairTokenizer.Title];

    private readonly string path;
    private readonly byte[] file;
    private readonly Dictionary<string, long> positions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    private TokenizerContent(string path) => (this.path, file) = (path, TextLines.Bytes(path));

    /// <summary>The bytes of the file.</summary>
    internal int Length => file.Length;

    /// <summary>The kind of tokenizer.</summary>
    internal string Kind => texts["kind"];

    /// <summary>The special tokens.</summary>
    internal Dictionary<string, int> SpecialTokens { get; } = new(StringComparer.Ordinal);

    /// <summary>The characters or words.</summary>
    internal List<string> Tokens { get; } = [];

    /// <summary>The ids of the 256 bytes.</summary>
    internal List<int> ByteTokens { get; } = [];

    /// <summary>The merges and their places in the file.</summary>
    internal List<(BytePairMerge Merge, long Position)> Merges { get; } = [];

    /// <summary>Reads a file.</summary>
    internal static TokenizerContent Read(string path)
    {
        TokenizerContent content = new(path);
        JsonFile json = new(path, content.file);
        json.Object(content.Property);
        json.End();
        string[] needed = ["format", "kind", "specialTokens"];
        content.Need(needed);
        if (content.texts["format"] != Format)
            throw content.Bad("format", $"the format must be '{Format}', but is '{content.texts["format"]}'");
        if (!Kinds.Contains(content.Kind))
            throw content.Bad("kind", $"the kind must be one of {string.Join(", ", Kinds)}, but is '{content.Kind}'");
        return content;
    }

    /// <summary>Throws unless the file has these properties.</summary>
    internal void Need(params string[] names)
    {
        if (Array.Find(names, name => !positions.ContainsKey(name)) is { } missing)
            throw Bad(file.Length, $"the property '{missing}' must be present, but is missing");
    }

    /// <summary>The value of an enumeration that a property names.</summary>
    internal T Choice<T>(string name)
        where T : struct, Enum
    {
        string text = texts[name];
        return Enum.GetNames<T>().Contains(text)
            ? Enum.Parse<T>(text)
            : throw Bad(name, $"the {name} must be one of {string.Join(", ", Enum.GetNames<T>())}, but is '{text}'");
    }

    /// <summary>The error of a property.</summary>
    internal DataException Bad(string name, string problem) => Bad(positions[name], problem);

    /// <summary>The error of what begins at a byte.</summary>
    internal DataException Bad(long position, string problem) => Errors.TokenizerFile(path, Utf16.LineOf(file, position), problem);

    private void Property(ref JsonFile json, string name)
    {
        if (positions.ContainsKey(Hash)) throw json.Bad($"'{Hash}' must come last, but '{name}' follows");
        if (!positions.TryAdd(name, json.Position)) throw json.Bad($"properties must be distinct, but '{name}' is repeated");
        switch (name)
        {
            case "format" or "kind" or "split" or "case" or "punctuation" or "unknown":
                texts[name] = json.String();
                break;
            case "specialTokens":
                json.Object(Special);
                break;
            case "characters" or "words":
                HashSet<string> seen = new(StringComparer.Ordinal);
                json.Array((ref JsonFile element) => Tokens.Add(Token(ref element, name, seen)));
                break;
            case "bytes":
                json.Array((ref JsonFile element) => ByteTokens.Add(element.Id()));
                break;
            case "merges":
                json.Array(Merge);
                break;
            case Hash:
                string actual = Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(0, (int)json.Position)));
                if (json.String() != actual)
                    throw json.Bad($"the SHA-256 of the content before must be {actual}, but is different here;"
                        + " if you edited the file yourself, remove this property");
                break;
            default:
                throw json.Bad($"a property must be one of this format, but '{name}' is not");
        }
    }

    private static string Token(ref JsonFile json, string list, HashSet<string> seen)
    {
        string token = json.String();
        if (token.Length == 0 || !seen.Add(token))
            throw json.Bad($"the {list} must be distinct and not empty, but '{token}' is {(token.Length == 0 ? "empty" : "repeated")}");
        int length = token.EnumerateRunes().Count();
        return list == "words" || length == 1
            ? token
            : throw json.Bad(Invariant($"each entry must be one character, but '{token}' is {length}"));
    }

    private void Special(ref JsonFile json, string name)
    {
        if (!SpecialTokens.TryAdd(name, json.Id()))
            throw json.Bad($"special tokens must be distinct, but '{name}' is repeated");
    }

    private void Merge(ref JsonFile json)
    {
        List<int> ids = [];
        json.Array((ref JsonFile element) => ids.Add(element.Id()));
        if (ids.Count != 3) throw json.Bad(Invariant($"a merge must be three ids, but is {ids.Count}"));
        Merges.Add((new(ids[0], ids[1], ids[2]), json.Position));
    }
}

/// <summary>Writes the JSON of a tokenizer for people and programs: a property a line, and a line for each entry of a list.</summary>
internal sealed class TokenizerWriter
{
    private static readonly TextJson Readable = new(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly StringBuilder text = new("{");

    internal TokenizerWriter(string kind, IReadOnlyDictionary<string, int> specialTokens)
    {
        Property("format", TokenizerContent.Format);
        Property("kind", kind);
        Property("specialTokens", specialTokens.OrderBy(token => token.Value).ToDictionary());
    }

    /// <summary>Writes a property.</summary>
    internal void Property<T>(string name, T value) => Begin(name).Append(Text(value));

    /// <summary>Writes a list.</summary>
    internal void List<T>(string name, IEnumerable<T> entries) =>
        Begin(name).Append("[\n    ").AppendJoin(",\n    ", entries.Select(Text))
            .Append("\n  ]");

    /// <summary>The whole file, with the hash of what comes before the hash as its last property.</summary>
    internal string Finish()
    {
        text.Append(",\n  ");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        return text.Append(CultureInfo.InvariantCulture, $"\"sha256\": \"{hash}\"\n}}\n").ToString();
    }

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Readable);

    private StringBuilder Begin(string name) => text.Append(text.Length == 1 ? "\n  \"" : ",\n  \"").Append(name).Append("\": ");
}

/// <summary>Writes tokenizers' files.</summary>
internal static class TokenizerFiles
{
    private const int Longest = 60;

    /// <summary>Writes a text, whole or not at all.</summary>
    internal static void Write(string path, string text)
    {
        try
        {
            AtomicFile.WriteText(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.UnwritableText("tokenizer", path, error);
        }
    }

    /// <summary>The beginning of a text, for a message.</summary>
    internal static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
