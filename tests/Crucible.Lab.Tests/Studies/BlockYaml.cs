using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Tests.Studies;

/// <summary>
/// Reads the part of YAML that our own files use: mappings and lists by indentation, plain and double-quoted scalars,
/// comments. Everything else is an error.
/// </summary>
internal sealed partial class BlockYaml
{
    private readonly List<(int Number, int Indent, string Text)> lines = [];
    private int next;

    private BlockYaml(string text)
    {
        string[] all = text.Split('\n');
        for (int i = 0; i < all.Length; i++)
        {
            string line = Comment().Replace(all[i], "").TrimEnd();
            if (line.Contains('\t', StringComparison.Ordinal)) throw new FormatException($"line {i + 1}: a tab");
            if (line.Length > 0) lines.Add((i + 1, line.Length - line.TrimStart().Length, line.TrimStart()));
        }
    }

    internal static JsonNode Parse(string text)
    {
        BlockYaml yaml = new(text);
        JsonNode root = yaml.Block(0);
        return yaml.next == yaml.lines.Count ? root : throw yaml.Wrong("an indentation that belongs to nothing");
    }

    private JsonNode Block(int indent) => lines[next].Text.StartsWith('-') ? List(indent) : Mapping(indent);

    private JsonArray List(int indent)
    {
        JsonArray list = [];
        while (next < lines.Count && lines[next].Indent == indent && lines[next].Text.StartsWith("- ", StringComparison.Ordinal))
        {
            (int number, _, string text) = lines[next];
            string item = text[2..];
            if (Key().IsMatch(item))
            {
                lines[next] = (number, indent + 2, item); // a mapping that begins on the line of its dash
                list.Add(Mapping(indent + 2));
            }
            else
            {
                list.Add(Scalar(item));
                next++;
            }
        }

        return list;
    }

    private JsonObject Mapping(int indent)
    {
        JsonObject mapping = [];
        while (next < lines.Count && lines[next].Indent == indent && !lines[next].Text.StartsWith('-'))
        {
            Match entry = Key().Match(lines[next].Text);
            if (!entry.Success) throw Wrong("neither 'key: value' nor '- item'");
            string key = entry.Groups[1].Value;
            if (mapping.ContainsKey(key)) throw Wrong($"'{key}' for the second time");
            string value = entry.Groups[2].Value;
            next++;
            if (value.Length > 0) mapping[key] = Scalar(value);
            else if (next < lines.Count && lines[next].Indent > indent) mapping[key] = Block(lines[next].Indent);
            else throw Wrong($"nothing below '{key}'");
        }

        return mapping;
    }

    private JsonValue Scalar(string text)
    {
        if (text.StartsWith('"'))
            return text.Length > 1 && text.EndsWith('"') && !text[1..^1].Contains('"', StringComparison.Ordinal)
                ? JsonValue.Create(text[1..^1])
                : throw Wrong("an open quote");
        if (text.IndexOfAny(['{', '[', '&', '*', '!', '|', '>', '\'', '%', '@', '`']) == 0) throw Wrong("what this reader does not know");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int whole)
            ? JsonValue.Create(whole)
            : JsonValue.Create(text);
    }

    private FormatException Wrong(string what) => new($"line {lines[Math.Min(next, lines.Count - 1)].Number}: {what}");

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^([A-Za-z][\w./-]*):(?:\s+(.+))?$")]
    private static partial Regex Key();
}
