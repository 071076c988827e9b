using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using System.Text;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>Turns text into token ids and back. A tokenizer is immutable, so threads may share one.</summary>
public abstract partial class Tokenizer
{
    private readonly byte[]?[] bytes;
    private readonly SpecialTokens special;

    /// <summary>Sets what all tokenizers have.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="bytes">The UTF-8 bytes of each ordinary id; null where an id is unused.</param>
    /// <param name="specialTokens">The special tokens and their ids.</param>
    private protected Tokenizer(string name, IReadOnlyList<byte[]?> bytes, IReadOnlyDictionary<string, int> specialTokens)
    {
        Name = name;
        special = new(name, specialTokens, bytes);
        this.bytes = new byte[]?[Math.Max(bytes.Count, special.End)];
        for (int id = 0; id < bytes.Count; id++) this.bytes[id] = bytes[id];
        foreach ((string? text, int id) in specialTokens) this.bytes[id] = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The name of this kind of tokenizer in messages.</summary>
    internal string Name { get; }

    /// <summary>The number of ids: every id is at least 0 and below this number.</summary>
    public int VocabularySize => bytes.Length;

    /// <summary>
    /// The special tokens and their ids. Text that looks like one is ordinary text, unless <see cref="Encode"/> is told
    /// to allow it.
    /// </summary>
    public IReadOnlyDictionary<string, int> SpecialTokens => special.Ids;

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="allowedSpecial">The special tokens to recognize in the text; none by default.</param>
    /// <returns>The ids, in order.</returns>
    /// <exception cref="DataException">
    /// The text has an unpaired surrogate, or a character or word that is not in the vocabulary.
    /// </exception>
    /// <exception cref="OptionException">An allowed token is not one of <see cref="SpecialTokens"/>.</exception>
    public int[] Encode(string text, IEnumerable<string>? allowedSpecial = null)
    {
        Utf16.Check(Name, text);
        List<int> tokens = [];
        ITextEncoder encoder = CreateEncoder();
        int start = 0;
        foreach ((int index, string? name) in special.Find(text, allowedSpecial))
        {
            encoder.Encode(text.AsSpan(start, index - start), start, tokens);
            tokens.Add(special.Ids[name]);
            start = index + name.Length;
        }
        encoder.Encode(text.AsSpan(start), start, tokens);
        return [.. tokens];
    }

    /// <summary>The ids of a text as a tensor.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="allowedSpecial">The special tokens to recognize in the text; none by default.</param>
    /// <returns>int32 of shape [T], a value for each token.</returns>
    /// <exception cref="DataException">
    /// The text has an unpaired surrogate, or a character or word that is not in the vocabulary.
    /// </exception>
    /// <exception cref="OptionException">An allowed token is not one of <see cref="SpecialTokens"/>.</exception>
    public Tensor EncodeToTensor(string text, IEnumerable<string>? allowedSpecial = null) =>
        Tensor.From(Encode(text, allowedSpecial));

    /// <summary>
    /// The ids of a UTF-8 file of any size, which is read block by block. All of it is ordinary text, also what looks
    /// like special tokens.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Called after each block with the bytes that were read and the bytes of the file.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <returns>The ids, in order.</returns>
    /// <exception cref="DataException">
    /// The file cannot be read, is not UTF-8, has a character or word that is not in the vocabulary, or has more than
    /// 2³¹ - 1 tokens.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public TokenSequence EncodeFile(string path, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        TokenSequence sequence = new(VocabularySize);
        List<int> tokens = [];
        ITextEncoder encoder = CreateEncoder();
        using TextBlocks blocks = new(Name, path, encoder.IsBoundary);
        while (blocks.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            tokens.Clear();
            try
            {
                encoder.Encode(blocks.Text, blocks.Offset, tokens);
            }
            catch (DataException error)
            {
                throw Errors.InFile(path, error);
            }

            if (!sequence.TryAdd(CollectionsMarshal.AsSpan(tokens))) throw Errors.TooManyTokens(path);
            progress?.Invoke(blocks.Position, blocks.Length);
        }
        return sequence;
    }

    /// <summary>The text of token ids. Bytes that are not valid UTF-8 become U+FFFD.</summary>
    /// <param name="tokens">The ids.</param>
    /// <returns>The text; decoding the result of <see cref="Encode"/> gives the original text.</returns>
    /// <exception cref="DataException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> tokens)
    {
        using MemoryStream text = new();
        int position = 0;
        foreach (int token in tokens) text.Write(Bytes(token, position++));
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>A token in readable form: its text, or its bytes as <c>\xE2\x80</c> where they are not whole characters.</summary>
    /// <param name="token">The id.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DataException">The id is not in the vocabulary.</exception>
    public string TokenText(int token) => Utf16.Show(Bytes(token, 0));

    /// <summary>A decoder for ids that arrive one at a time, to show text while it is generated.</summary>
    /// <returns>A decoder at the start of a text.</returns>
    public StreamingDecoder Stream() => new(this);

    /// <summary>What encodes ordinary text; used by one thread.</summary>
    internal abstract ITextEncoder CreateEncoder();

    /// <summary>The bytes of the id at a position of a sequence.</summary>
    internal ReadOnlySpan<byte> Bytes(int token, int position) =>
        (uint)token < (uint)bytes.Length && bytes[token] is { } known
            ? known
            : throw Errors.UnknownToken(Name, token, position, bytes.Length);
}

/// <summary>Decodes ids one at a time: a character whose bytes are spread over several tokens appears with the last of them.</summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer tokenizer;
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private int position;

    internal StreamingDecoder(Tokenizer tokenizer) => this.tokenizer = tokenizer;

    /// <summary>The characters that are complete with one more token; empty while one is not.</summary>
    /// <param name="token">The next id.</param>
    /// <returns>The text to append.</returns>
    /// <exception cref="DataException">The id is not in the vocabulary.</exception>
    public string Next(int token) => Convert(tokenizer.Bytes(token, position++), flush: false);

    /// <summary>Ends the text; the decoder is then at the start of another.</summary>
    /// <returns>U+FFFD when the last character is incomplete, else an empty string.</returns>
    public string Finish()
    {
        position = 0;
        return Convert([], flush: true);
    }

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[decoder.GetCharCount(bytes, flush)];
        decoder.GetChars(bytes, characters, flush);
        return new(characters);
    }
}

/// <summary>Encodes one piece of text after the other; may remember what it has seen, so each thread has its own.</summary>
internal interface ITextEncoder
{
    /// <summary>Adds the ids of ordinary text, which has no unpaired surrogates.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">Its position in the whole, for messages.</param>
    /// <param name="tokens">What the ids are added to.</param>
    void Encode(ReadOnlySpan<char> text, long offset, List<int> tokens);

    /// <summary>True when cutting text between two such characters never changes the ids.</summary>
    bool IsBoundary(char before, char after);
}

/// <summary>The special tokens of a tokenizer: names, ids, and where a text holds one.</summary>
internal sealed class SpecialTokens
{
    /// <summary>More ids than any vocabulary has; keeps a wrong one from asking for the whole memory.</summary>
    internal const int Most = 1 << 24;

    /// <summary>The most that a file may have: ids have gaps where tokens are left out, but a small file has no large ones.</summary>
    internal static long MostOf(long bytes) => (1 << 16) + (64 * bytes);

    /// <summary>What is said of an id beyond it.</summary>
    internal static string OutOfProportion(int id, long bytes) =>
        Invariant($"an id must be in proportion to the file's {bytes} bytes, but is {id}");

    private readonly string tokenizer;

    internal SpecialTokens(string tokenizer, IReadOnlyDictionary<string, int> ids, IReadOnlyList<byte[]?> ordinary)
    {
        this.tokenizer = tokenizer;
        HashSet<int> seen = [];
        foreach ((string? name, int id) in ids)
        {
            if (name.Length == 0) throw Errors.Option(tokenizer, "a special token", "at least one character long", "empty");
            Utf16.Check(tokenizer, name);
            bool free = id is >= 0 and < Most && (id >= ordinary.Count || ordinary[id] is null);
            if (free && seen.Add(id)) continue;
            string mustBe = Invariant($"at least 0, below {Most} and not used by another token");
            throw Errors.Option(tokenizer, $"the id of special token '{name}'", mustBe, id);
        }
        Ids = new ReadOnlyDictionary<string, int>(new Dictionary<string, int>(ids, StringComparer.Ordinal));
        End = seen.Count == 0 ? 0 : seen.Max() + 1;
    }

    /// <summary>The ids by name.</summary>
    internal IReadOnlyDictionary<string, int> Ids { get; }

    /// <summary>One more than the largest id; 0 when there are none.</summary>
    internal int End { get; }

    /// <summary>Ids in the order of the names, from <paramref name="first"/> on.</summary>
    internal static Dictionary<string, int> Number(string tokenizer, IReadOnlyList<string> names, int first)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!ids.TryAdd(name, first + ids.Count)) throw Errors.Option(tokenizer, "specialTokens", "distinct", $"'{name}' twice");
        }
        return ids;
    }

    /// <summary>The allowed tokens that the text holds, from left to right; where several start at one place, the longest.</summary>
    internal IEnumerable<(int Index, string Name)> Find(string text, IEnumerable<string>? allowed)
    {
        string[] names = allowed?.Distinct().OrderByDescending(name => name.Length).ToArray() ?? [];
        if (Array.Find(names, name => !Ids.ContainsKey(name)) is { } stranger) throw Errors.UnknownSpecial(tokenizer, stranger, Ids.Keys);
        if (names.Length == 0) yield break;
        // Where each name comes next; looked up again only when the search has passed it.
        int[] places = new int[names.Length];
        Array.Fill(places, -1);
        int start = 0;
        while (true)
        {
            int first = -1;
            for (int i = 0; i < names.Length; i++)
            {
                if (places[i] < start && places[i] != int.MaxValue)
                {
                    int found = text.IndexOf(names[i], start, StringComparison.Ordinal);
                    places[i] = found < 0 ? int.MaxValue : found;
                }
                if (places[i] != int.MaxValue && (first < 0 || places[i] < places[first])) first = i;
            }
            if (first < 0) yield break;
            yield return (places[first], names[first]);
            start = places[first] + names[first].Length;
        }
    }
}
