using System.Text.Json;
using System.Text.Json.Nodes;
using Crucible.Files;

namespace Crucible.Lab.Reports;

/// <summary>
/// <c>notes.json</c> in a run's folder: what its owner says of it. The gallery shows it, the command <c>runs</c> writes it.
/// </summary>
/// <param name="Tags">Words to find the run by, in their order.</param>
/// <param name="Note">A text; empty for none.</param>
internal sealed record RunMarks(IReadOnlyList<string> Tags, string Note)
{
    internal const string FileName = "notes.json";

    /// <summary>The marks in a run's folder: none where there is no file, or none that can be read.</summary>
    internal static RunMarks Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) return new([], "");
        try
        {
            using JsonDocument document = JsonDocument.Parse(RunFile.ReadBytes(file));
            JsonElement marks = document.RootElement;
            return new([.. marks.GetProperty("tags").EnumerateArray().Select(Text)], Text(marks.GetProperty("note")));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or IOException or UnauthorizedAccessException)
        {
            return new([], $"{FileName} cannot be read: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new InvalidOperationException("a text is null");

    /// <summary>Writes them, whole; without any the file goes.</summary>
    internal void Write(string folder)
    {
        string file = Path.Combine(folder, FileName);
        if (Tags.Count == 0 && Note.Length == 0) File.Delete(file);
        else AtomicFile.WriteText(file, new JsonObject
        {
            ["tags"] = new JsonArray([.. Tags.Select(tag => JsonValue.Create(tag))]),
            ["note"] = Note,
        }.ToJsonString(new(JsonSerializerOptions.Default) { WriteIndented = true }) + "\n");
    }
}
