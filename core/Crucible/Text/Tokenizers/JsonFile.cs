using System.Text.Json;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>Reads a JSON file from front to back; what is not as expected is an error that names the line.</summary>
internal ref struct JsonFile
{
    private readonly string path;
    private readonly ReadOnlySpan<byte> bytes;
    private Utf8JsonReader reader;

    /// <summary>At the start of a file's bytes.</summary>
    internal JsonFile(string path, ReadOnlySpan<byte> bytes)
    {
        this.path = path;
        this.bytes = bytes;
        reader = new(bytes);
    }

    /// <summary>Reads the value of a property.</summary>
    internal delegate void PropertyReader(ref JsonFile json, string name);

    /// <summary>Reads an element of an array.</summary>
    internal delegate void ElementReader(ref JsonFile json);

    /// <summary>The byte at which what was read last begins.</summary>
    internal readonly long Position => reader.TokenStartIndex;

    /// <summary>Reads an object, property by property.</summary>
    internal void Object(PropertyReader property)
    {
        Expect(Next(), JsonTokenType.StartObject);
        while (Next() != JsonTokenType.EndObject) property(ref this, Text());
    }

    /// <summary>Reads an array, element by element.</summary>
    internal void Array(ElementReader element)
    {
        Expect(Next(), JsonTokenType.StartArray);
        while (Peek() != JsonTokenType.EndArray) element(ref this);
        Next();
    }

    /// <summary>Reads a text.</summary>
    internal string String()
    {
        Expect(Next(), JsonTokenType.String);
        return Text();
    }

    private int Int32(int least, int end)
    {
        Expect(Next(), JsonTokenType.Number);
        if (!reader.TryGetInt32(out int number) || number < least || number >= end)
            throw Bad(Invariant($"a number must be an integer, at least {least} and below {end}, but is {Shown()}"));
        return number;
    }

    /// <summary>Reads the id of a token, in proportion to the file: an array of that many tokens is made.</summary>
    internal int Id()
    {
        int id = Int32(0, SpecialTokens.Most);
        return id < SpecialTokens.MostOf(bytes.Length) ? id : throw Bad(SpecialTokens.OutOfProportion(id, bytes.Length));
    }

    /// <summary>Reads to the end of the file.</summary>
    internal void End() => Advance();

    /// <summary>The error of what was read last.</summary>
    internal readonly DataException Bad(string problem, Exception? inner = null) => Bad(Position, problem, inner);

    /// <summary>The error of what begins at a byte.</summary>
    internal readonly DataException Bad(long position, string problem, Exception? inner = null) =>
        Errors.TokenizerFile(path, Utf16.LineOf(bytes, position), problem, inner);

    private JsonTokenType Next()
    {
        if (!Advance()) throw Bad(bytes.Length, "the file must be complete, but is truncated here");
        return reader.TokenType;
    }

    private readonly JsonTokenType Peek()
    {
        JsonFile ahead = this;
        return ahead.Next();
    }

    private bool Advance()
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException error)
        {
            throw Errors.TokenizerFile(path, (error.LineNumber ?? 0) + 1,
                "the file must be JSON, but is damaged or truncated here: " + error.Message, error);
        }
    }

    private readonly string Text()
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw Bad("text must be valid Unicode, but is not: " + error.Message, error);
        }
    }

    private readonly void Expect(JsonTokenType actual, JsonTokenType expected)
    {
        if (actual != expected) throw Bad($"there must be {Word(expected)}, but there is {Shown()}");
    }

    private readonly string Shown() => reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
        ? $"'{TokenizerFiles.Short(Text())}'"
        : TokenizerFiles.Short(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));

    private static string Word(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        _ => "a number",
    };
}
