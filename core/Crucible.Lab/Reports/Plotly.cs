using System.Security.Cryptography;
using Crucible.Files;

namespace Crucible.Lab.Reports;

/// <summary>The plotly.js that draws the charts: one pinned version, known by its hashes.</summary>
internal static class Plotly
{
    internal const string Version = "4.1.2";
    internal const string Package = "plotly.js-dist-min@" + Version;

    // Of plotly.min.js in the npm package, which the CDNs serve unchanged.
    private const string Sha256 = "2f645d1bade8182fce161b7f10f89402f8b315805250ff4a94672a28d23c390a";
    private const string Sha384 = "sha384-hHv6D3tTUUBpp4tVv6t2Dc3oGuRhphmWOTKUR8jWyN0Pnon1g3iebKCNDNmKmxo80";

    internal const string Address = "https://cdn.plot.ly/plotly-" + Version + ".min.js";
    private const string SecondAddress = "https://cdn.jsdelivr.net/npm/" + Package + "/plotly.min.js";

    /// <summary>The library's file beside the gallery, which would otherwise carry the same text in every version of itself.</summary>
    internal const string LocalName = "plotly-" + Version + ".min.js";

    internal static bool IsBeside(string folder) => File.Exists(Path.Combine(folder, LocalName));

    /// <summary>Writes the library into a folder unless it is there.</summary>
    internal static void WriteBeside(string folder, string script)
    {
        if (!IsBeside(folder)) AtomicFile.WriteText(Path.Combine(folder, LocalName), script);
    }

    /// <summary>Whether these bytes are the pinned version's.</summary>
    internal static bool IsGenuine(ReadOnlySpan<byte> script) => Convert.ToHexStringLower(SHA256.HashData(script)) == Sha256;

    /// <summary>The script elements that give a page its plotly.js: the embedded one or, with none, links that a browser checks against the hash.</summary>
    /// <param name="script">The text of plotly.min.js, or nothing.</param>
    internal static string Markup(string? script) => script is not null
        ? $"<script>{script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)}</script>\n"
        : $"""
           <script src="{Address}" integrity="{Sha384}" crossorigin="anonymous"></script>
           <script>window.Plotly || document.write('<script src="{SecondAddress}" integrity="{Sha384}" crossorigin="anonymous"><\/script>')</script>

           """;
}
