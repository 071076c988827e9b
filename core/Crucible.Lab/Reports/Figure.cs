using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>What the page draws: the traces and the layout of plotly.js as pure data. Charts of Plotly.NET become figures, and the library's own are built as such.</summary>
/// <param name="data">The traces.</param>
/// <param name="layout">The layout, without a template: the page has its own.</param>
internal sealed class Figure(IEnumerable<JsonObject> data, JsonObject layout)
{
    internal JsonObject[] Data { get; } = [.. data];

    internal JsonObject Layout { get; } = layout;

    /// <summary>The title as people read it, or an empty text.</summary>
    internal string Title => Layout["title"] switch
    {
        JsonObject title => Read((string?)title["text"] ?? ""),
        JsonValue text => Read((string?)text ?? ""),
        _ => "",
    };

    /// <summary>What a trace is called: its name, or its type and number.</summary>
    internal string NameOf(int trace) => Data[trace]["name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String
        ? Read((string)name!)
        : FormattableString.Invariant($"{(string?)Data[trace]["type"]} {trace + 1}");

    /// <summary>The same figure under a title, which is taken as plain text.</summary>
    internal Figure Titled(string title)
    {
        JsonObject titled = (JsonObject)Layout.DeepClone();
        titled["title"] = new JsonObject { ["text"] = Numbers.PlainText(title) };
        return new Figure(Data, titled);
    }

    /// <summary>The figure as <c>{"data": […], "layout": {…}}</c>.</summary>
    internal string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data");
            foreach (JsonObject trace in Data) trace.WriteTo(writer);
            writer.WriteEndArray();
            writer.WritePropertyName("layout");
            Layout.WriteTo(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Texts are categories, and equal ones would share a place: the second of them gets an invisible character, the third two.</summary>
    internal static JsonArray Distinct(JsonArray places)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        return [.. places.Select(place =>
        {
            if (place?.GetValueKind() != JsonValueKind.String) return place?.DeepClone();
            string text = (string)place!;
            int before = seen.GetValueOrDefault(text);
            seen[text] = before + 1;
            return JsonValue.Create(text + new string('\u200b', before));
        })];
    }

    private static string Read(string text) => WebUtility.HtmlDecode(text.Replace("<br>", " ", StringComparison.Ordinal));
}
