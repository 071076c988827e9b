using System.Text;
using Crucible.Lab.Data;

namespace Crucible.Lab.Reports;

/// <summary>Keeps plotly.js on this machine: fetched once through the npm client, checked against its hash, shared by all workspaces.</summary>
/// <param name="folder">Where it is kept.</param>
/// <param name="npm">The npm client's file, or nothing where there is none.</param>
/// <param name="patience">How long npm may take.</param>
internal sealed class PlotlyCache(string folder, string? npm, TimeSpan patience)
{
    private readonly string file = Path.Combine(folder, Plotly.LocalName);

    /// <summary>The cache of this user.</summary>
    internal static PlotlyCache OfUser()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return new PlotlyCache(Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "crucible"), NpmPackage.FindClient(), NpmPackage.UsualPatience);
    }

    /// <summary>The text of plotly.min.js, or null when it is not here and npm cannot bring it in time.</summary>
    internal async Task<string?> GetAsync()
    {
        try
        {
            if (!File.Exists(file) && npm is not null)
                await new NpmPackage(npm, patience).FetchAsync(Plotly.Package, "package/plotly.min.js", file).ConfigureAwait(false);
            byte[] script = File.Exists(file) ? await File.ReadAllBytesAsync(file).ConfigureAwait(false) : [];
            if (Plotly.IsGenuine(script)) return Encoding.UTF8.GetString(script);
            File.Delete(file); // a damaged copy: the next run fetches anew
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationCanceledException
            or System.ComponentModel.Win32Exception or InvalidDataException)
        {
            return null; // a report without an embedded library is still a report
        }
    }
}
