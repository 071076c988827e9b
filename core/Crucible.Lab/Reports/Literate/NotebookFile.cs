using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>Notebooks: <c>.ipynb</c> of Jupyter and <c>.dib</c> of .NET Interactive to scripts, and scripts to <c>.ipynb</c>.</summary>
internal static partial class NotebookFile
{
    private const string FSharp = "fsharp", Markdown = "markdown", Plain = "#!";

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The script that says what a notebook says: Markdown as comments, F# as code, other languages as plain comments.</summary>
    /// <param name="file">The notebook.</param>
    /// <exception cref="DataException">There is none, or it cannot be read.</exception>
    internal static string ToScript(string file)
    {
        if (!File.Exists(file)) throw ReportErrors.NoFile(file);
        try
        {
            string text = Encoding.UTF8.GetString(RunFile.ReadBytes(file)).ReplaceLineEndings("\n").TrimStart('\ufeff');
            IEnumerable<(string Language, string Text)> cells = Path.GetExtension(file).ToLowerInvariant() switch
            {
                ".ipynb" => OfJupyter(text),
                ".dib" => OfInteractive(text),
                _ => throw ReportErrors.NoNotebook(file, "its name ends neither in .ipynb nor in .dib"),
            };
            IEnumerable<string> pieces =
                cells.Where(cell => cell.Text.Trim().Length > 0).Select(cell => Piece(cell.Language, cell.Text.Trim('\n')));
            return string.Join("\n\n", pieces) + "\n";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw ReportErrors.NoNotebook(file, error.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>The notebook of a script that was run.</summary>
    /// <param name="cells">Its cells.</param>
    /// <param name="outputs">What each cell of code gave.</param>
    internal static string OfScript(IReadOnlyList<Cell> cells, IReadOnlyDictionary<int, JsonArray> outputs)
    {
        JsonArray all = [];
        int code = 0;
        foreach (Cell cell in cells)
        {
            JsonObject one = new()
            {
                ["cell_type"] = cell.IsProse ? "markdown" : "code",
                ["id"] = Invariant($"cell-{all.Count}"),
                ["metadata"] = new JsonObject(),
                ["source"] = Lines(cell.Text),
            };
            if (!cell.IsProse)
            {
                one["execution_count"] = code + 1;
                JsonArray given = outputs.GetValueOrDefault(code) ?? [];
                one["outputs"] = new JsonArray([.. given.SelectMany(output => Outputs((JsonObject)output!))]);
                code++;
            }

            all.Add(one);
        }

        return new JsonObject
        {
            ["cells"] = all,
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (F#)", ["language"] = "F#", ["name"] = ".net-fsharp" },
                ["language_info"] = new JsonObject { ["name"] = "F#", ["file_extension"] = ".fs", ["mimetype"] = "text/x-fsharp" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString(Indented) + "\n";
    }

    /// <summary>Text as a stream, figures as Plotly's own kind of data, and the rest as HTML.</summary>
    private static IEnumerable<JsonObject> Outputs(JsonObject output)
    {
        if ((string?)output["text"] is { } text)
            return [new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = Lines(text + "\n") }];
        if (output["figures"] is JsonArray figures)
            return figures.Select(figure => Display("application/vnd.plotly.v1+json", figure!.DeepClone()));
        if ((bool?)output["drawn"] == true) return []; // a study's panels need their page
        return [Display("text/html", Lines((string)output["html"]!))];

        static JsonObject Display(string kind, JsonNode data) => new()
        {
            ["output_type"] = "display_data",
            ["metadata"] = new JsonObject(),
            ["data"] = new JsonObject { [kind] = data },
        };
    }

    private static JsonArray Lines(string text)
    {
        string[] lines = text.Split('\n');
        IEnumerable<string> ended = lines[..^1].Select(line => line + "\n").Append(lines[^1]);
        return [.. ended.Where(line => line.Length > 0).Select(line => JsonValue.Create(line))];
    }

    private static string Piece(string language, string text) => language switch
    {
        Markdown => $"(**\n{text.Replace("*)", "* )", StringComparison.Ordinal)}\n*)",
        FSharp => string.Join('\n', text.Split('\n').Select(line =>
            line.StartsWith(Plain, StringComparison.Ordinal) || line.StartsWith("%%", StringComparison.Ordinal) ? $"// {line}" : line)),
        _ => string.Join('\n', text.Split('\n').Prepend($"a cell of {language}:").Select(line => $"// {line}")),
    };

    private static IEnumerable<(string Language, string Text)> OfJupyter(string text)
    {
        JsonNode notebook = JsonNode.Parse(text) ?? throw new JsonException("it is null");
        string kernel = LanguageOf((string?)notebook["metadata"]?["kernelspec"]?["language"]
            ?? (string?)notebook["metadata"]?["language_info"]?["name"]) ?? FSharp;
        JsonArray cells = notebook["cells"] as JsonArray ?? throw new JsonException("it has no cells");
        foreach (JsonNode? cell in cells)
        {
            string source = cell?["source"] is JsonArray lines
                ? string.Concat(lines.Select(line => (string?)line))
                : (string?)cell?["source"] ?? "";
            if ((string?)cell?["cell_type"] != "code")
            {
                yield return (Markdown, source);
                continue;
            }

            JsonNode? facts = cell["metadata"];
            string? named = (string?)facts?["dotnet_interactive"]?["language"] ?? (string?)facts?["polyglot_notebook"]?["kernelName"];
            foreach ((string Language, string Text) part in Parts(source, LanguageOf(named) ?? kernel)) yield return part;
        }
    }

    private static IEnumerable<(string Language, string Text)> OfInteractive(string text) => Parts(text, FSharp);

    /// <summary>Lines such as <c>#!csharp</c> begin a part in another language.</summary>
    private static IEnumerable<(string Language, string Text)> Parts(string text, string language)
    {
        List<string> part = [];
        foreach (string line in text.Split('\n'))
        {
            if (Switch().Match(line) is not { Success: true } found)
            {
                part.Add(line);
                continue;
            }

            if (language != "meta") yield return (language, string.Join('\n', part));
            part = [];
            language = LanguageOf(found.Groups[1].Value)!;
        }

        if (language != "meta") yield return (language, string.Join('\n', part));
    }

    private static string? LanguageOf(string? name) => name?.ToLowerInvariant() switch
    {
        "f#" => FSharp,
        "c#" => "csharp",
        var other => other,
    };

    [GeneratedRegex("^#!(fsharp|csharp|markdown|meta|pwsh|powershell|javascript|html|mermaid|sql|kql|http|value|python|r|F#|C#)[ \t]*$")]
    private static partial Regex Switch();
}
