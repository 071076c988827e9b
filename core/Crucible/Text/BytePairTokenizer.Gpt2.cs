using System.Text;
using System.Text.Json;

namespace Crucible.Text;

/// <summary>GPT-2's two files: <c>vocab.json</c>, the id of each token, and <c>merges.txt</c>, a line for each merge, both in <see cref="Gpt2Bytes"/>.</summary>
public sealed partial class BytePairTokenizer
{
    private const string EndOfText = "<|endoftext|>";
    private const string MergesTitle = "#version: 0.2";

    /// <summary>Reads the two files in which GPT-2's vocabulary, and those of many models after it, are published.</summary>
    /// <param name="vocabularyFile"><c>vocab.json</c>.</param>
    /// <param name="mergesFile"><c>merges.txt</c>.</param>
    /// <param name="split">How text is cut into pieces, which the files do not say; GPT-2's way by default.</param>
    /// <param name="specialTokens">The entries of the vocabulary that are special tokens; by default <c>&lt;|endoftext|&gt;</c> where it is there.</param>
    /// <returns>The tokenizer, with exactly the ids of the vocabulary.</returns>
    /// <exception cref="DataException">A file cannot be read, is damaged or is truncated.</exception>
    public static BytePairTokenizer LoadGpt2(string vocabularyFile, string mergesFile, SplitPattern split = SplitPattern.Gpt2, IEnumerable<string>? specialTokens = null)
    {
        Splitter.Of(split);
        Gpt2Vocabulary vocabulary = Gpt2Vocabulary.Read(vocabularyFile);
        Dictionary<string, int> special = new(StringComparer.Ordinal);
        foreach (string name in specialTokens ?? (vocabulary.Has(EndOfText) ? [EndOfText] : [])) special[name] = vocabulary.Take(name);

        int[] byteTokens = [.. Enumerable.Range(0, 256).Select(value => vocabulary.OfByte((byte)value))];
        BytePairTable table = new(vocabulary.Bytes(special.Keys), byteTokens);
        HashSet<int> made = [.. byteTokens, .. special.Values];
        TextLines file = TextLines.Read(mergesFile);
        for (int i = 0; i < file.Lines.Count; i++)
        {
            string line = file.Lines[i];
            if (i == 0 && line.StartsWith("#version", StringComparison.Ordinal)) continue;
            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right]) throw file.Bad(i, $"a line must be two tokens with a space between, but is '{TokenizerFiles.Short(line)}'");
            BytePairMerge merge = new(Id(file, i, vocabulary, left), Id(file, i, vocabulary, right), Id(file, i, vocabulary, left + right));
            if (!table.TryAdd(merge)) throw file.Bad(i, $"a merge must come once, but '{line}' comes again");
            made.Add(merge.Token);
        }
        vocabulary.CheckMade(made, mergesFile);
        return new(table.Complete(), split, special);
    }

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c> in GPT-2's form. They do not hold the way text is split.</summary>
    /// <param name="vocabularyFile">The vocabulary's file; it appears when it is complete.</param>
    /// <param name="mergesFile">The merges' file; it appears when it is complete.</param>
    /// <exception cref="OptionException">A special token is written like another token, which this format cannot tell apart.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public void SaveGpt2(string vocabularyFile, string mergesFile)
    {
        HashSet<string> ordinary = [.. Enumerable.Range(0, table.Bytes.Length).Where(id => table.Bytes[id] is not null).Select(Spelled)];
        if (SpecialTokens.Keys.FirstOrDefault(ordinary.Contains) is { } twice) throw Errors.Option(Title, "the special tokens of a vocab.json", "unlike all other tokens", $"'{twice}'");
        StringBuilder merges = new(MergesTitle + "\n");
        foreach (var (left, right, _) in Merges) merges.Append(Spelled(left)).Append(' ').Append(Spelled(right)).Append('\n');
        using MemoryStream vocabulary = new();
        using (Utf8JsonWriter json = new(vocabulary))
        {
            json.WriteStartObject();
            for (int id = 0; id < table.Bytes.Length; id++)
            {
                if (table.Bytes[id] is not null) json.WriteNumber(Spelled(id), id);
            }
            foreach (var (name, id) in SpecialTokens.OrderBy(token => token.Value)) json.WriteNumber(name, id);
            json.WriteEndObject();
        }
        TokenizerFiles.Write(mergesFile, merges.ToString());
        TokenizerFiles.Write(vocabularyFile, Encoding.UTF8.GetString(vocabulary.ToArray()));
    }

    private string Spelled(int id) => Gpt2Bytes.Text(table.Bytes[id]!);

    private static int Id(TextLines file, int index, Gpt2Vocabulary vocabulary, string token) =>
        vocabulary.Find(token) ?? throw file.Bad(index, $"the tokens of a merge must be in the vocabulary, but '{token}' is not");
}
