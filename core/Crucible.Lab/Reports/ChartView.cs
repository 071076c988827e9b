using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plotly.NET;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>Charts in a session: in the browser, or as a small picture of characters where there is none.</summary>
public static class ChartView
{
    private const int Width = 60;
    private const int Height = 14;
    private const string Marks = "●○×+*#%&"; // one a trace

    /// <summary>Opens a chart in the browser; where none can be opened it prints <see cref="Draw"/>.</summary>
    /// <param name="chart">The chart, which stays as it is.</param>
    /// <exception cref="ShapeException">The values of a trace differ in number.</exception>
    public static void Show(GenericChart chart)
    {
        if (Literate.IsUnderWay) Literate.Show(chart);
        else if (!HasScreen() || !Opens(chart)) Console.WriteLine(Draw(chart));
    }

    /// <summary>
    /// The chart in characters: points and lines on a plane, bars as rows; of other kinds, and of axes that are not numbers,
    /// its title and traces alone.
    /// </summary>
    /// <param name="chart">The chart.</param>
    /// <returns>The lines, the first with title and traces.</returns>
    /// <exception cref="ShapeException">The values of a trace differ in number.</exception>
    public static string Draw(GenericChart chart)
    {
        Figure figure = ChartAdapter.Read(chart);
        string first = ChartAdapter.Describe(chart);
        return figure.Data is [var bar] && Text(bar, "type") == "bar" ? Lines(first, Bars(bar)) : Lines(first, Plane(figure));
    }

    private static string Lines(string first, IEnumerable<string> picture) => string.Join('\n', picture.Prepend(first));

    private static IEnumerable<string> Bars(JsonObject bar)
    {
        bool isLying = Text(bar, "orientation") == "h";
        (string names, string lengths) = isLying ? ("y", "x") : ("x", "y");
        double?[] values = Column(bar, lengths);
        string[] labels = [.. (bar[names] as JsonArray ?? []).Select(name => name?.ToString() ?? "")];
        if (values.Length == 0 || labels.Length != values.Length || values.Any(value => value is null or < 0)) yield break;
        double most = Math.Max(values.Max()!.Value, double.Epsilon);
        int width = labels.Max(label => label.Length);
        for (int i = 0; i < values.Length; i++)
        {
            string length = new('█', (int)Math.Round(values[i]!.Value / most * (Width - width)));
            yield return Invariant($"{labels[i].PadRight(width)} {length} {Numbers.Show(values[i])}");
        }
    }

    private static IEnumerable<string> Plane(Figure figure)
    {
        (char Mark, double X, double Y)[] points =
        [
            .. from place in Enumerable.Range(0, figure.Data.Length)
               let trace = figure.Data[place]
               where Text(trace, "type") is "scatter" or "scattergl"
               from point in Column(trace, "x").Zip(Column(trace, "y"))
               where point.First is not null && point.Second is not null
               select (Marks[place % Marks.Length], point.First!.Value, point.Second!.Value),
        ];
        if (points.Length == 0) yield break;
        (double left, double right) = (points.Min(point => point.X), points.Max(point => point.X));
        (double low, double high) = (points.Min(point => point.Y), points.Max(point => point.Y));
        char[][] rows = [.. Enumerable.Range(0, Height).Select(_ => new string(' ', Width).ToCharArray())];
        foreach ((char mark, double x, double y) in points)
            rows[Height - 1 - Place(y, low, high, Height)][Place(x, left, right, Width)] = mark;
        (string top, string bottom) = (Numbers.Show(high), Numbers.Show(low));
        int margin = Math.Max(top.Length, bottom.Length);
        for (int row = 0; row < Height; row++)
        {
            string label = row == 0 ? top : row == Height - 1 ? bottom : "";
            yield return $"{label.PadLeft(margin)} │{new string(rows[row]).TrimEnd()}";
        }
        string end = Numbers.Show(right);
        yield return $"{new string(' ', margin)} └{new string('─', Width)}";
        yield return $"{new string(' ', margin + 2)}{Numbers.Show(left).PadRight(Width - end.Length)}{end}";
    }

    private static int Place(double value, double low, double high, int count) =>
        high > low ? (int)Math.Round((value - low) / (high - low) * (count - 1)) : count / 2;

    private static double?[] Column(JsonObject trace, string axis) =>
        [.. (trace[axis] as JsonArray ?? []).Select(value =>
            value?.GetValueKind() == JsonValueKind.Number
                ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : (double?)null)];

    private static string? Text(JsonObject trace, string key) => trace[key]?.ToString();

    /// <summary>Whether a browser could be seen: a machine that is reached through a terminal has none.</summary>
    private static bool HasScreen() =>
        !OperatingSystem.IsLinux()
            || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };

    private static bool Opens(GenericChart chart)
    {
        string page = Path.Combine(Path.GetTempPath(), Invariant($"crucible-chart-{Guid.NewGuid():N}.html"));
        File.WriteAllText(page, GenericChart.toEmbeddedHTML(ChartImage.Complete(chart)));
        try
        {
            using Process? viewer = Process.Start(new ProcessStartInfo(page) { UseShellExecute = true });
            return true;
        }
        catch (Exception error) when (error is Win32Exception or PlatformNotSupportedException)
        {
            File.Delete(page);
            return false;
        }
    }
}
