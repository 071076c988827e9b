using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Crucible.Lab.Workspace;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// "Repeat this run": how, from what, and what the page reveals by it. The page also carries the whole run.json, from
/// which the commands <c>repeat</c> and <c>compare</c> read it.
/// </summary>
internal static class RepeatPanel
{
    private const int Width = 640, Height = 72; // of a curve, in its own units

    /// <summary>What stands before the run.json in a page, and behind it.</summary>
    internal const string Open = "<script type=\"application/json\" id=\"run\">", Close = "</script>";

    internal static void Append(StringBuilder page, RunRecord run)
    {
        page.Append(Open).Append(run.ToNode().ToJsonString()).Append(Close).Append('\n'); // which escapes every <
        if (run.Origin is null && !run.IsPrivate && run.Usage is null) return;
        page.Append("<details class=\"repeat\"><summary>Repeat this run</summary>\n");
        if (run.Origin is { } origin) How(page, run, origin);
        else if (run.IsPrivate)
            page.Append("<p>It was written with <code>--private</code>: no source, no uncommitted changes, no paths. It cannot be repeated from here.</p>\n");
        if (run.Usage is { } usage) Curves(page, usage);
        page.Markup($"<p class=\"facts\">{Reveals(run)}</p>");
        page.Append("</details>\n");
    }

    private static void How(StringBuilder page, RunRecord run, RunOrigin origin)
    {
        page.Markup($"<p><code>{Folders.Door} repeat {ReportPage.FileName}</code> runs it again in a temporary folder, and says which results come out the same, to the bit or not. By hand:</p>");
        string commit = origin.Git is { } git ? $"git checkout {git.Commit}\n" : "";
        string changes = origin.Git is { Diff.Length: > 0 } ? "git apply changes.diff   # the uncommitted changes below\n" : "";
        page.Markup($"<pre>{commit}{changes}dotnet fsi {run.Command}</pre>");
        foreach (SourceText source in origin.Sources) Folded(page, source.File, source.Text);
        if (origin.Git is { Diff.Length: > 0 } changed) Folded(page, "Uncommitted changes", changed.Diff);
        if (origin.Git is { LeftOut: > 0 and var letters })
            page.Markup($"<p>The uncommitted changes have {letters} letters, and were left out.</p>");
    }

    private static void Folded(StringBuilder page, string title, string text)
    {
        int lines = text.TrimEnd('\n').Count(letter => letter == '\n') + 1;
        page.Markup($"<details><summary>{title}, {lines} {(lines == 1 ? "line" : "lines")}</summary><pre class=\"columns\">{text}</pre></details>");
    }

    private static void Curves(StringBuilder page, JsonObject usage)
    {
        double[] seconds = Values(usage, "seconds");
        if (seconds.Length < 3) return; // a run of half a second says nothing
        page.Append("<div class=\"curves\">\n");
        Curve(page, "processors in use", seconds, Values(usage, "processors"));
        Curve(page, "memory (MB)", seconds, Values(usage, "memory_mb"));
        page.Append("</div>\n");
    }

    private static double[] Values(JsonObject usage, string name) =>
        usage[name] is JsonArray values ? [.. values.Select(value => (double)value!)] : [];

    /// <summary>A curve in a few bytes, so that a page without figures needs no plotly.js for it.</summary>
    private static void Curve(StringBuilder page, string name, double[] seconds, double[] values)
    {
        double most = Math.Max(values.Max(), 1e-9), last = Math.Max(seconds[^1], 1e-9);
        IEnumerable<string> points = seconds.Zip(values, (x, y) =>
            string.Create(CultureInfo.InvariantCulture, $"{x / last * Width:F1},{Height - (y / most * Height):F1}"));
        string label = Invariant($"{name}, at most {Numbers.Show(most)}, over {Numbers.Show(last)} s");
        page.Markup($"<figure><svg viewBox=\"0 -2 {Width} {Height + 4}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\"><polyline points=\"{string.Join(' ', points)}\"/></svg><figcaption>{label}</figcaption></figure>");
    }

    private static string Reveals(RunRecord run)
    {
        string[] always = ["the settings", "the names and hashes of data files", "the machine", "the versions of packages"];
        if (run.Origin is not { } origin) return $"This page reveals {Words.List(always)}.";
        string files = origin.Sources.Length == 1 ? "the script's source" : Invariant($"the source of {origin.Sources.Length} files");
        string[] git = origin.Git is null ? [] : origin.Git.Diff.Length > 0 ? ["the commit", "uncommitted changes"] : ["the commit"];
        return $"This page reveals {Words.List([files, "the command line", .. git, .. always])}. Run with --private to leave out source, changes and paths.";
    }
}
