using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Crucible.Text;

/// <summary>Writes the JSON of a tokenizer for people and programs: a property a line, and a line for each entry of a list.</summary>
internal sealed class TokenizerWriter
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder text = new("{");

    internal TokenizerWriter(string kind, IReadOnlyDictionary<string, int> specialTokens)
    {
        Property("format", TokenizerContent.Format);
        Property("kind", kind);
        Property("specialTokens", specialTokens.OrderBy(token => token.Value).ToDictionary());
    }

    /// <summary>Writes a property.</summary>
    internal void Property<T>(string name, T value) => Begin(name).Append(JsonSerializer.Serialize(value, Readable));

    /// <summary>Writes a list.</summary>
    internal void List<T>(string name, IEnumerable<T> entries) =>
        Begin(name).Append("[\n    ").AppendJoin(",\n    ", entries.Select(entry => JsonSerializer.Serialize(entry, Readable))).Append("\n  ]");

    /// <summary>The whole file, with the hash of what comes before the hash as its last property.</summary>
    internal string Finish()
    {
        text.Append(",\n  ");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        return text.Append(CultureInfo.InvariantCulture, $"\"sha256\": \"{hash}\"\n}}\n").ToString();
    }

    private StringBuilder Begin(string name) => text.Append(text.Length == 1 ? "\n  \"" : ",\n  \"").Append(name).Append("\": ");
}
