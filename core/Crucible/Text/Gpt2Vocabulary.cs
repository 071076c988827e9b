namespace Crucible.Text;

/// <summary>The content of a <c>vocab.json</c>, and where in the file each token stands.</summary>
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
            int id = json.Int32(0, SpecialTokens.Most);
            if (!ids.Add(id)) throw json.Bad(Errors.Text($"an id must come once, but {id} comes again, as that of '{token}'"));
            if (!vocabulary.entries.TryAdd(token, (id, json.Position))) throw json.Bad($"a token must come once, but '{token}' comes again");
        });
        reader.End();
        return vocabulary;
    }

    /// <summary>Whether there is such a token.</summary>
    internal bool Has(string token) => entries.ContainsKey(token);

    /// <summary>The id of a token, or null.</summary>
    internal int? Find(string token) => entries.TryGetValue(token, out var entry) ? entry.Id : null;

    /// <summary>The id of a token that must be there.</summary>
    internal int Take(string token) =>
        Find(token) ?? throw Bad(file.Length, $"the special tokens must be in the vocabulary, but '{token}' is not");

    /// <summary>The id of the token that is one byte.</summary>
    internal int OfByte(byte value) => Find(Gpt2Bytes.Text([value]))
        ?? throw Bad(file.Length, Errors.Text($"each of the 256 bytes must be a token, but \\x{value:X2} is none"));

    /// <summary>The bytes of each id that is not special; null where an id means nothing.</summary>
    internal byte[]?[] Bytes(ICollection<string> special)
    {
        byte[]?[] bytes = new byte[]?[entries.Where(entry => !special.Contains(entry.Key)).Max(entry => entry.Value.Id) + 1];
        foreach (var (token, (id, position)) in entries)
        {
            if (special.Contains(token)) continue;
            bytes[id] = Gpt2Bytes.Bytes(token) ?? throw Bad(position, $"a token must be written in GPT-2's 256 characters for bytes, or be named as special, but '{token}' is neither");
        }
        return bytes;
    }

    /// <summary>Throws when a token's id is none of those that are bytes, made by a merge or special, as where a list of merges is truncated.</summary>
    internal void CheckMade(HashSet<int> made, string mergesFile)
    {
        foreach (var (token, (id, position)) in entries)
        {
            if (!made.Contains(id)) throw Bad(position, $"a token must be a byte, made by a merge or named as special, but '{token}' is none of these; {mergesFile} may be truncated");
        }
    }

    private DataException Bad(long position, string problem) => Errors.TokenizerFile(path, Utf16.LineOf(file, position), problem);
}
