using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>
/// One place in the page of a study: a figure for each thing that the reader may choose to see, or the reason why there
/// is none.
/// </summary>
internal sealed class Panel
{
    private Panel(string title, IReadOnlyList<Choice> choices, IReadOnlyList<Variant> variants, string? reason) =>
        (Title, Choices, Variants, Reason) = (title, choices, variants, reason);

    internal string Title { get; }

    /// <summary>What the reader can choose; nothing when there is one variant.</summary>
    internal IReadOnlyList<Choice> Choices { get; }

    /// <summary>The first is shown at first.</summary>
    internal IReadOnlyList<Variant> Variants { get; }

    /// <summary>A sentence that says why nothing is drawn.</summary>
    internal string? Reason { get; }

    /// <summary>Whether it takes the whole width of the page.</summary>
    internal bool IsWide { get; private init; }

    internal Panel Wide() => new(Title, Choices, Variants, Reason) { IsWide = true };

    internal static Panel LeftOut(string title, string reason) => new(title, [], [], reason);

    internal static Panel Drawn(string title, Figure figure, string says) => new(title, [], [Variant.Of([], title, figure, says)], null);

    /// <summary>A panel with a figure for each objective.</summary>
    internal static Panel ByObjective(string title, StudyView study, Func<Objective, (Figure Figure, string Says)> draw) =>
        Chosen(title, [new Choice("of", [.. study.Objectives.Select(objective => objective.Name)])], study.Objectives.Select(objective =>
        {
            (Figure figure, string says) = draw(objective);
            return (new[] { objective.Name }, figure, says);
        }));

    /// <summary>A panel with several figures; a choice with a single option is none.</summary>
    internal static Panel Chosen(
        string title, IReadOnlyList<Choice> choices, IEnumerable<(string[] Picks, Figure Figure, string Says)> variants)
    {
        int[] real = [.. Enumerable.Range(0, choices.Count).Where(i => choices[i].Options.Count > 1)];
        return new Panel(
            title, [.. real.Select(i => choices[i])],
            [.. variants.Select(variant => Variant.Of([.. real.Select(i => variant.Picks[i])], title, variant.Figure, variant.Says))],
            null);
    }

    /// <summary>The places of the figures and, beside them, what fills them.</summary>
    internal static void Append(StringBuilder page, PanelsBlock block, string id)
    {
        AppendPlaces(page, block.Panels, id);
        page.Markup($"<script type=\"application/json\" id=\"{id}\">{new Html.Raw(ToJson(block))}</script>");
    }

    /// <summary>A place for each figure, to be filled by the page's script.</summary>
    internal static void AppendPlaces(StringBuilder page, IEnumerable<Panel> panels, string id = "")
    {
        page.Markup($"<div class=\"panels\" data-panels=\"{id}\">");
        foreach (Panel panel in panels)
        {
            string kind = $"panel{(panel.IsWide ? " wide" : "")}{(panel.Reason is null ? "" : " left-out")}";
            page.Markup(
                $"<section class=\"{kind}\" aria-label=\"{panel.Title}\"><header><h3>{panel.Title}</h3><div class=\"choices\"></div></header>");
            page.Append("<div class=\"plot\" role=\"figure\"></div>\n");
            page.Markup($"<p class=\"says\">{panel.Reason}</p></section>");
        }

        page.Append("</div>\n");
    }

    /// <summary>
    /// <c>{"figures": [{"title", "reason", "choices": [{"label", "options"}], "variants": [{"picks", "says", "data",
    /// "layout"}]}], "trials": […]}</c>.
    /// </summary>
    internal static string ToJson(PanelsBlock block)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("panels");
            foreach (Panel panel in block.Panels) Write(writer, panel);
            writer.WriteEndArray();
            writer.WritePropertyName("trials");
            Numbers.Plot(block.Trials).WriteTo(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>What a page asks for while it is open: <c>{"places": "the markup", "study": {…}}</c>, with the panels as above.</summary>
    internal static byte[] ToPlacedJson(PanelsBlock block)
    {
        StringBuilder places = new();
        AppendPlaces(places, block.Panels);
        return Encoding.UTF8.GetBytes($"{{\"places\":{JsonValue.Create(places.ToString()).ToJsonString()},\"study\":{ToJson(block)}}}");
    }

    private static void Write(Utf8JsonWriter writer, Panel panel)
    {
        writer.WriteStartObject();
        writer.WriteString("title", panel.Title);
        writer.WriteString("reason", panel.Reason);
        writer.WritePropertyName("choices");
        new JsonArray([.. panel.Choices.Select(choice =>
            (JsonNode)new JsonObject { ["label"] = choice.Label, ["options"] = Texts(choice.Options) })]).WriteTo(writer);
        writer.WriteStartArray("variants");
        foreach (Variant variant in panel.Variants)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("picks");
            Texts(variant.Picks).WriteTo(writer);
            writer.WriteString("says", variant.Says);
            writer.WritePropertyName("figure");
            writer.WriteRawValue(variant.Figure.ToJson());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}

/// <summary>Something that the reader can choose.</summary>
/// <param name="Label">What stands before the options.</param>
/// <param name="Options">What can be chosen.</param>
internal sealed record Choice(string Label, IReadOnlyList<string> Options);

/// <summary>What is seen under some choices.</summary>
/// <param name="Picks">One option for each choice.</param>
/// <param name="Figure">The figure.</param>
/// <param name="Says">What it shows of this study, in words.</param>
internal sealed record Variant(IReadOnlyList<string> Picks, Figure Figure, string Says)
{
    internal static Variant Of(IReadOnlyList<string> picks, string title, Figure figure, string says) =>
        new(picks, figure.Titled(picks.Count == 0 ? title : $"{title}: {string.Join(", ", picks)}"), says);
}
