using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Writes pictures into a page: their places as markup, their figures as JSON that the page's script draws.</summary>
internal static class PicturesMarkup
{
    /// <summary>The places of the pictures and, beside them, what fills them.</summary>
    internal static void Append(StringBuilder page, PicturesBlock block, string id)
    {
        AppendPlaces(page, block.Pictures, id);
        page.Markup($"<script type=\"application/json\" id=\"{id}\">{new Html.Raw(ToJson(block))}</script>");
    }

    /// <summary>A place for each picture, to be filled by the page's script.</summary>
    internal static void AppendPlaces(StringBuilder page, IEnumerable<Picture> pictures, string id = "")
    {
        page.Markup($"<div class=\"pictures\" data-pictures=\"{id}\">");
        foreach (Picture picture in pictures)
        {
            string kind = $"picture{(picture.IsWide ? " wide" : "")}{(picture.Reason is null ? "" : " left-out")}";
            page.Markup($"<section class=\"{kind}\" aria-label=\"{picture.Title}\"><header><h3>{picture.Title}</h3><div class=\"choices\"></div></header>");
            page.Append("<div class=\"plot\" role=\"figure\"></div>\n");
            page.Markup($"<p class=\"says\">{picture.Reason}</p></section>");
        }

        page.Append("</div>\n");
    }

    /// <summary><c>{"pictures": [{"title", "reason", "choices": [{"label", "options"}], "variants": [{"picks", "says", "data", "layout"}]}], "trials": […]}</c>.</summary>
    internal static string ToJson(PicturesBlock block)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("pictures");
            foreach (Picture picture in block.Pictures) Write(writer, picture);
            writer.WriteEndArray();
            writer.WritePropertyName("trials");
            Numbers.Plot(block.Trials).WriteTo(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, Picture picture)
    {
        writer.WriteStartObject();
        writer.WriteString("title", picture.Title);
        writer.WriteString("reason", picture.Reason);
        writer.WritePropertyName("choices");
        new JsonArray([.. picture.Choices.Select(choice => (JsonNode)new JsonObject { ["label"] = choice.Label, ["options"] = Texts(choice.Options) })]).WriteTo(writer);
        writer.WriteStartArray("variants");
        foreach (Variant variant in picture.Variants)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("picks");
            Texts(variant.Picks).WriteTo(writer);
            writer.WriteString("says", variant.Says);
            writer.WritePropertyName("figure");
            writer.WriteRawValue(variant.Chart.ToFigure().ToJson());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
