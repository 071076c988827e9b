using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crucible.Statistics;

namespace Crucible.Lab.Reports;

/// <summary>What runs were asked and what they found, as numbers along axes: main results first, then the settings that differ.</summary>
/// <param name="Results">The results' axes.</param>
/// <param name="Settings">The settings' axes.</param>
internal sealed record RunCoordinates(IReadOnlyList<RunAxis> Results, IReadOnlyList<RunAxis> Settings)
{
    private const int MostResults = 3, MostAxes = 12;
    private const int LongestTitle = 24; // letters above an axis

    /// <summary>Reads the axes of runs; there are none of settings that are the same in all.</summary>
    internal static RunCoordinates Of(IReadOnlyList<JsonObject> runs)
    {
        IEnumerable<string> main = runs.SelectMany(run => run["headlines"] as JsonArray ?? []).Select(name => (string)name!).Distinct();
        string[] names = [.. main.Any() ? main : NamesIn("metrics")];
        RunAxis?[] results = [.. names.Select(name => RunAxis.Of(Title(name), Values(run => Part(run, "metrics")[name])))];
        RunAxis?[] settings =
        [
            RunAxis.Of("script", Values(run => run["script"])),
            RunAxis.Of("seed", Values(run => run["seed"])),
            .. NamesIn("config").Select(name => RunAxis.Of(name, Values(run => Part(run, "config")[name]))),
        ];
        // A setting that only some scripts have says no more than which script it was.
        bool isOneScript = settings[0] is { Texts.Length: 1 };
        return new RunCoordinates([.. results.OfType<RunAxis>()], [.. settings.OfType<RunAxis>().Where(axis => axis.Varies(isOneScript))]);

        IEnumerable<string> NamesIn(string part) => runs.SelectMany(run => Part(run, part).Select(one => one.Key)).Distinct();
        JsonNode?[] Values(Func<JsonObject, JsonNode?> read) => [.. runs.Select(read)];
        string Title(string name) =>
            runs.Select(run => (string?)Part(run, "titles")[name]).FirstOrDefault(title => title?.Length <= LongestTitle) ?? name;
    }

    /// <summary>Lines across the axes, coloured by the first result; nothing where there are fewer than two axes.</summary>
    internal Figure? Draw()
    {
        RunAxis[] shown = [.. Results.Take(MostResults), .. Settings];
        if (shown.Length < 2) return null;
        return ParallelCoordinates.Lines(
            [.. shown.Take(MostAxes).Select(axis => axis.ToParallel())],
            Rank.Of([.. shown[0].Places.Select(place => double.IsNaN(place) ? double.MaxValue : place)]));
    }

    /// <summary>A sentence about the lines.</summary>
    internal string Says()
    {
        int left = Math.Min(Results.Count, MostResults) + Settings.Count - MostAxes;
        string first = Results.Count > 0 ? Results[0].Name : Settings[0].Name;
        return $"Each line is a run, from the least {first} in blue to the greatest in orange. Drag along an axis to see only the runs that pass there."
            + (left > 0 ? string.Create(CultureInfo.InvariantCulture, $" {left} more settings differ.") : "");
    }

    private static JsonObject Part(JsonObject run, string name) => run[name] as JsonObject ?? Empty;

    private static readonly JsonObject Empty = [];
}

/// <summary>A setting or result of all runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Places">Its number in each run, of a text the text's place among all; NaN for none.</param>
/// <param name="Texts">The texts, in order; nothing for numbers.</param>
internal sealed record RunAxis(string Name, double[] Places, string[] Texts)
{
    private const int MostTexts = 30, FewValues = 8;
    private const int LongestTick = 16; // letters beside an axis
    private const double Wide = 100; // the greatest beside the least: then equal distances are equal ratios

    /// <summary>Whether two runs differ in it.</summary>
    /// <param name="countsNone">Whether having none is another value.</param>
    internal bool Varies(bool countsNone) => Places.Where(place => countsNone || !double.IsNaN(place)).Distinct().Skip(1).Any();

    /// <summary>An axis, or nothing where no run has a value, or there are too many texts.</summary>
    internal static RunAxis? Of(string name, JsonNode?[] values)
    {
        JsonValueKind[] kinds = [.. values.OfType<JsonNode>().Select(value => value.GetValueKind()).Distinct()];
        if (kinds.Length == 0) return null;
        if (kinds is [JsonValueKind.Number])
            return new RunAxis(name, [.. values.Select(value => Number(value))], []);
        string?[] texts = [.. values.Select(Text)];
        string[] all = [.. texts.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (all.Length > MostTexts) return null;
        return new RunAxis(name, [.. texts.Select(text => text is null ? double.NaN : Array.IndexOf(all, text))], all);
    }

    internal ParallelAxis ToParallel()
    {
        double[] known = [.. Places.Where(place => !double.IsNaN(place))];
        bool isLog = Texts.Length == 0 && known.Length > 0 && known.Min() > 0 && known.Max() / known.Min() >= Wide;
        double[] places = isLog ? [.. Places.Select(Math.Log10)] : Places;
        (double low, double high) = known.Length == 0 ? (0, 1) : (known.Min(), known.Max());
        if (isLog) (low, high) = (Math.Log10(low), Math.Log10(high));
        if (low == high) (low, high) = (low - 0.5, high + 0.5);
        List<(double Place, string Text)> ticks = [.. Ticks(known, isLog, low, high)];
        if (known.Length == places.Length) return new ParallelAxis(Name, places, low, high, ticks);
        double below = low - (0.15 * (high - low));
        ticks.Insert(0, (below, "none"));
        return new ParallelAxis(Name, [.. places.Select(place => double.IsNaN(place) ? below : place)], below, high, ticks);
    }

    private static string? Text(JsonNode? value) => value is JsonArray list ? string.Join(", ", list.Select(Text)) : value?.ToString();

    private static double Number(JsonNode? value) =>
        value is null ? double.NaN : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private IEnumerable<(double Place, string Text)> Ticks(double[] known, bool isLog, double low, double high)
    {
        if (Texts.Length > 0)
            return Texts.Select((text, place) => ((double)place, text.Length <= LongestTick ? text : text[..LongestTick] + "…"));
        double[] values = [.. known.Distinct().Order()];
        IEnumerable<double> places = values.Length <= FewValues
            ? values.Select(value => isLog ? Math.Log10(value) : value)
            : Enumerable.Range(0, 5).Select(i => low + (i * (high - low) / 4));
        return places.Select(place => (place, Numeral.Of(isLog ? Math.Pow(10, place) : place, 3)));
    }
}
