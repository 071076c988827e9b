using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crucible.Tests.Oracle;

/// <summary>What PyTorch answered, as <c>tests/peers/oracle.py</c> wrote it.</summary>
internal static class OracleFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new TruthAsNumber() },
    };

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Oracle");

    /// <summary>The names of all files.</summary>
    internal static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    /// <summary>The records of one section of a file; none if it has no such section.</summary>
    internal static T[] Read<T>(string file, string section)
    {
        using FileStream stream = File.OpenRead(Path.Combine(Folder, file + ".json"));
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.TryGetProperty(section, out JsonElement records) ? records.Deserialize<T[]>(Options)! : [];
    }

    /// <summary>Reads true and false among numbers as 1 and 0.</summary>
    private sealed class TruthAsNumber : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => 1,
            JsonTokenType.False => 0,
            JsonTokenType.String => double.Parse(reader.GetString()!, CultureInfo.InvariantCulture),
            _ => reader.GetDouble(),
        };

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
