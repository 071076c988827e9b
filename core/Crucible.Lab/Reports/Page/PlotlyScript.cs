using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Crucible.Files;
using Crucible.Lab.Data;

namespace Crucible.Lab.Reports;

/// <summary>The plotly.js that draws the charts, whole, so that a report needs no network.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Text">The text of plotly.min.js.</param>
internal sealed partial record PlotlyScript(string Version, string Text)
{
    /// <summary>The newest version that the page was tried with; Plotly.NET's package carries an older one.</summary>
    internal const string Newest = "4.1.2";

    // Of plotly.min.js in the npm package.
    private const string Sha256 = "2f645d1bade8182fce161b7f10f89402f8b315805250ff4a94672a28d23c390a";

    /// <summary>Its file beside the gallery, which would otherwise carry the same text in every version of itself.</summary>
    internal string FileName => $"plotly-{Version}.min.js";

    /// <summary>The folder that holds <see cref="FileName"/> for a page that loads it from there; null to carry it along.</summary>
    internal string? Place { get; init; }

    /// <summary>The script element that gives a page its plotly.js.</summary>
    internal string Markup => Place is { } place ? $"<script src=\"{place}{FileName}\"></script>\n"
        : $"<script>{Text.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)}</script>\n";

    /// <summary>The script for a page that is served.</summary>
    internal HttpAnswer Answer(HttpRequest request)
    {
        string version = $"\"{FileName}\"";
        return request.Known == version
            ? HttpAnswer.NotModified(version)
            : new HttpAnswer("200 OK", "text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(Text), version);
    }

    /// <summary>A page of a run with the plotly.js that it loads from the gallery's folder put into it.</summary>
    internal static string Inline(string page, string gallery)
    {
        Match element = Loaded().Match(page);
        if (!element.Success) return page; // without figures, or whole already
        string file = Path.Combine(gallery, element.Groups[1].Value);
        if (!File.Exists(file)) throw ReportErrors.NoPlotly(file);
        string whole = new PlotlyScript("", File.ReadAllText(file)).Markup;
        return string.Concat(page.AsSpan(0, element.Index), whole, page.AsSpan(element.Index + element.Length));
    }

    [GeneratedRegex("<script src=\"[./]*(plotly-[0-9.]+\\.min\\.js)\"></script>\n")]
    private static partial Regex Loaded();

    /// <summary>The newest version that lies in a folder, or nothing.</summary>
    internal static string? Beside(string folder) =>
        Directory.GetFiles(folder, "plotly-*.min.js").Select(Path.GetFileName).OrderDescending(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Writes the script into a folder unless it is there.</summary>
    internal void WriteBeside(string folder)
    {
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) AtomicFile.WriteText(file, Text);
    }

    /// <summary>The newest version that this user's machine has or npm brings, else the one of Plotly.NET's package.</summary>
    internal static async Task<PlotlyScript> OfUserAsync()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        string folder = Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "crucible");
        return await NewestAsync(folder, NpmPackage.FindClient(), NpmPackage.UsualPatience).ConfigureAwait(false) ?? OfPackage();
    }

    /// <summary>
    /// The newest version from a folder of this machine, where npm puts it the first time; null when npm cannot bring
    /// it in time.
    /// </summary>
    /// <param name="folder">Where it is kept for all workspaces.</param>
    /// <param name="npm">The npm client's file, or nothing where there is none.</param>
    /// <param name="patience">How long npm may take.</param>
    internal static async Task<PlotlyScript?> NewestAsync(string folder, string? npm, TimeSpan patience)
    {
        string file = Path.Combine(folder, $"plotly-{Newest}.min.js");
        try
        {
            if (File.Exists(file))
            {
                byte[] kept = RegularFile.ReadAllBytes(file);
                if (Convert.ToHexStringLower(SHA256.HashData(kept)) == Sha256)
                    return new PlotlyScript(Newest, Encoding.UTF8.GetString(kept));
                File.Delete(file); // a damaged copy: the next run fetches anew
                return null;
            }

            byte[]? script = npm is null
                ? null
                : await new NpmPackage(npm, patience).FetchAsync($"plotly.js-dist-min@{Newest}", "package/plotly.min.js", Sha256)
                    .ConfigureAwait(false);
            if (script is null) return null;
            AtomicFile.Write(file, stream => stream.Write(script));
            return new PlotlyScript(Newest, Encoding.UTF8.GetString(script));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationCanceledException
            or System.ComponentModel.Win32Exception or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The version that Plotly.NET's package carries.</summary>
    internal static PlotlyScript OfPackage()
    {
        const string start = "Plotly.NET.plotly-", end = ".min.js";
        System.Reflection.Assembly package = typeof(global::Plotly.NET.GenericChart).Assembly;
        string name = package.GetManifestResourceNames()
            .First(name => name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal));
        using StreamReader reader = new(package.GetManifestResourceStream(name)!, Encoding.UTF8);
        return new PlotlyScript(name[start.Length..^end.Length], reader.ReadToEnd());
    }
}
