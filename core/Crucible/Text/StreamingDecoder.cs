using System.Text;

namespace Crucible.Text;

/// <summary>Decodes ids one after the other: a character whose bytes are spread over several tokens appears with the last of them.</summary>
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
    /// <returns>U+FFFD when the last character was never completed, else nothing.</returns>
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
