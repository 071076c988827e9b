using System.Text;
using System.Text.Json;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// GPT-2's two files: <c>vocab.json</c>, the id of each token, and <c>merges.txt</c>, a line for each merge, both in
/// <see cref="Gpt2Bytes"/>.
/// </summary>
public sealed partial class BytePairTokenizer
{
    private const string EndOfText = "<|endoftext|>";
    private const string MergesTitle = "#version: 0.2";

    /// <summary>Reads the two files in which GPT-2's vocabulary, and those of many models after it, are published.</summary>
    /// <param name="vocabularyFile"><c>vocab.json</c>.</param>
    /// <param name="mergesFile"><c>merges.txt</c>.</param>
    /// <param name="split">How text is split into pieces, which the files do not say; GPT-2's pattern by default.</param>
    /// <param name="specialTokens">
    /// The entries of the vocabulary that are special tokens; by default <c>&lt;|endoftext|&gt;</c> if it is in the
    /// vocabulary.
    /// </param>
    /// <returns>The tokenizer, with the ids of the vocabulary.</returns>
    /// <exception cref="DataException">A file cannot be read, is damaged or is truncated.</exception>
    public static BytePairTokenizer LoadGpt2(
        string vocabularyFile, string mergesFile, SplitPattern split = SplitPattern.Gpt2, IEnumerable<string>? specialTokens = null)
    {
        Splitter.From(split);
        Gpt2Vocabulary vocabulary = Gpt2Vocabulary.Read(vocabularyFile);
        Dictionary<string, int> special = new(StringComparer.Ordinal);
        foreach (string name in specialTokens ?? (vocabulary.Has(EndOfText) ? [EndOfText] : [])) special[name] = vocabulary.Take(name);

        int[] byteTokens = [.. Enumerable.Range(0, 256).Select(value => vocabulary.IdOf((byte)value))];
        BytePairTable table = new(vocabulary.Bytes(special.Keys), byteTokens);
        HashSet<int> made = [.. byteTokens, .. special.Values];
        TextLines file = TextLines.Read(mergesFile);
        for (int i = 0; i < file.Lines.Count; i++)
        {
            string line = file.Lines[i];
            if (i == 0 && line.StartsWith("#version", StringComparison.Ordinal)) continue;
            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw file.Bad(i, $"a line must be two tokens separated by a space, but is '{TokenizerFiles.Short(line)}'");
            BytePairMerge merge = new(Id(file, i, vocabulary, left), Id(file, i, vocabulary, right), Id(file, i, vocabulary, left + right));
            if (!table.TryAdd(merge)) throw file.Bad(i, $"merges must be distinct, but '{line}' is repeated");
            made.Add(merge.Token);
        }
        vocabulary.CheckMade(made, mergesFile);
        return new(table.Complete(), split, special);
    }

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c> in GPT-2's format, which does not include the split pattern.</summary>
    /// <param name="vocabularyFile">The vocabulary's file; it appears when it is complete.</param>
    /// <param name="mergesFile">The merges' file; it appears when it is complete.</param>
    /// <exception cref="OptionException">
    /// A special token has the same text as another token, which this format cannot distinguish.
    /// </exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public void SaveGpt2(string vocabularyFile, string mergesFile)
    {
        HashSet<string> ordinary = [.. Enumerable.Range(0, table.Bytes.Length).Where(id => table.Bytes[id] is not null).Select(Spelled)];
        if (SpecialTokens.Keys.FirstOrDefault(ordinary.Contains) is { } twice)
            throw Errors.Option(Title, "the special tokens of a vocab.json", "different from all other tokens", $"'{twice}'");
        StringBuilder merges = new(MergesTitle + "\n");
        foreach ((int left, int right, int _) in Merges) merges.Append(Spelled(left)).Append(' ').Append(Spelled(right)).Append('\n');
        using MemoryStream vocabulary = new();
        using (Utf8JsonWriter json = new(vocabulary))
        {
            json.WriteStartObject();
            for (int id = 0; id < table.Bytes.Length; id++)
            {
                if (table.Bytes[id] is not null) json.WriteNumber(Spelled(id), id);
            }
            foreach ((string? name, int id) in SpecialTokens.OrderBy(token => token.Value)) json.WriteNumber(name, id);
            json.WriteEndObject();
        }
        TokenizerFiles.Write(mergesFile, merges.ToString());
        TokenizerFiles.Write(vocabularyFile, Encoding.UTF8.GetString(vocabulary.ToArray()));
    }

    private string Spelled(int id) => Gpt2Bytes.Text(table.Bytes[id]!);

    private static int Id(TextLines file, int index, Gpt2Vocabulary vocabulary, string token) =>
        vocabulary.Find(token) ?? throw file.Bad(index, $"the tokens of a merge must be in the vocabulary, but '{token}' is not");
}

/// <summary>The content of a <c>vocab.json</c>, and the position of each token in the file.</summary>
internal sealed class Gpt2Vocabulary
{
    private readonly Dictionary<string, (int Id, long Position)> entries = new(StringComparer.Ordinal);
    private readonly string path;
    private readonly byte[] file;

    private Gpt2Vocabulary(string path, byte[] file) => (this.path, this.file) = (path, file);

    /// <summary>Reads a file.</summary>
    internal static Gpt2Vocabulary Read(string path)
    {
        Gpt2Vocabulary vocabulary = new(path, TextLines.Bytes(path));
        HashSet<int> ids = [];
        JsonFile reader = new(path, vocabulary.file);
        reader.Object((ref JsonFile json, string token) =>
        {
            int id = json.Id();
            if (!ids.Add(id)) throw json.Bad(Invariant($"ids must be distinct, but {id} is repeated for '{token}'"));
            if (!vocabulary.entries.TryAdd(token, (id, json.Position)))
                throw json.Bad($"tokens must be distinct, but '{token}' is repeated");
        });
        reader.End();
        return vocabulary;
    }

    /// <summary>Whether there is such a token.</summary>
    internal bool Has(string token) => entries.ContainsKey(token);

    /// <summary>The id of a token, or null.</summary>
    internal int? Find(string token) => entries.TryGetValue(token, out (int Id, long Position) entry) ? entry.Id : null;

    /// <summary>The id of a token that must be there.</summary>
    internal int Take(string token) =>
        Find(token) ?? throw Bad(file.Length, $"the special tokens must be in the vocabulary, but '{token}' is not");

    /// <summary>The id of the token that is one byte.</summary>
    internal int IdOf(byte value) => Find(Gpt2Bytes.Text([value]))
        ?? throw Bad(file.Length, Invariant($"each of the 256 bytes must be a token, but \\x{value:X2} is not"));

    /// <summary>The bytes of each id that is not special; null where an id is unused.</summary>
    internal byte[]?[] Bytes(ICollection<string> special)
    {
        byte[]?[] bytes = new byte[]?[entries.Where(entry => !special.Contains(entry.Key)).Max(entry => entry.Value.Id) + 1];
        foreach ((string? token, (int id, long position)) in entries)
        {
            if (special.Contains(token)) continue;
            bytes[id] = Gpt2Bytes.Bytes(token) ?? throw Bad(
                position,
                $"a token must be written in GPT-2's 256 characters for bytes, or be named as special, but '{token}' is neither");
        }
        return bytes;
    }

    /// <summary>
    /// Throws when a token is not a byte, the result of a merge or special, as when the list of merges is truncated.
    /// </summary>
    internal void CheckMade(HashSet<int> made, string mergesFile)
    {
        foreach ((string? token, (int id, long position)) in entries)
        {
            if (!made.Contains(id))
                throw Bad(position, $"a token must be a byte, made by a merge or named as special, but '{token}' is none of these;"
                    + $" {mergesFile} may be truncated");
        }
    }

    private DataException Bad(long position, string problem) => Errors.TokenizerFile(path, Utf16.LineOf(file, position), problem);
}

/// <summary>
/// GPT-2's visible characters for bytes: printable Latin-1 characters represent themselves, and the other 68 bytes are
/// U+0100, U+0101, … in order, so that a space is Ġ and a line end Ċ.
/// </summary>
internal static class Gpt2Bytes
{
    private static readonly char[] Characters = Make();
    private static readonly Dictionary<char, byte> Values =
        Enumerable.Range(0, 256).ToDictionary(value => Characters[value], value => (byte)value);

    /// <summary>The characters of bytes.</summary>
    internal static string Text(byte[] bytes) => string.Create(bytes.Length, bytes, (characters, values) =>
    {
        for (int i = 0; i < values.Length; i++) characters[i] = Characters[values[i]];
    });

    /// <summary>The bytes of characters, or null when one does not represent a byte.</summary>
    internal static byte[]? Bytes(string text)
    {
        byte[] bytes = new byte[text.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (!Values.TryGetValue(text[i], out bytes[i])) return null;
        }
        return bytes;
    }

    private static char[] Make()
    {
        char[] characters = new char[256];
        int others = 0;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = (char)(printable ? value : 0x100 + others++);
        }
        return characters;
    }
}
