using System.Globalization;
using System.Text;
using Crucible.Lab.Studies;
using Crucible.Statistics;

namespace Crucible.Lab.Reports;

/// <summary>The artifacts of a trial, or of a study itself, as pages show and give them.</summary>
internal sealed class KeptFiles(StoreReader store, string study, int number)
{
    private const int MostOfLog = 200_000; // bytes, the last ones

    private static readonly string[] Logs = [".log", ".txt"];
    private static readonly string[] Pages = [".html", ".htm"];

    private string Query => $"study={Uri.EscapeDataString(study)}"
        + (number == Artifact.OfStudy ? "" : $"&number={number.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Writes what there is: a report to be opened, the last of a log as text, all to be downloaded.</summary>
    internal void Append(StringBuilder page)
    {
        IReadOnlyList<Artifact> artifacts = store.Artifacts(study, number);
        if (artifacts.Count == 0) return;
        page.Append("<h2>Artifacts</h2>\n");
        page.Table(
            TableData.From(
                ["name", "bytes", "SHA-256", ""],
                artifacts.Select(one => (
                    Link("artifact", one, one.Name, "download"), (double)one.Size, one.Sha256,
                    Has(one.Name, Pages) ? Link("report", one, "open", "target=\"_blank\" rel=\"noopener\"") : new Html.Raw("")))),
            null);
        foreach (Artifact log in artifacts.Where(one => Has(one.Name, Logs)))
        {
            string cut = log.Size > MostOfLog ? $", the last {Numeral.Of(MostOfLog)} of {Numeral.Of(log.Size)} bytes" : "";
            page.Markup($"<details open><summary>{log.Name}{cut}</summary><pre class=\"log\" tabindex=\"0\">{Text(log)}</pre></details>");
        }
    }

    /// <summary>One of them, for the reader's own disk.</summary>
    internal HttpAnswer Download(string name)
    {
        Artifact artifact = Find(name);
        return new("200 OK", "application/octet-stream", ReadOnlyMemory<byte>.Empty)
        {
            Pieces = store.Pieces(study, artifact),
            PiecesLength = artifact.Size,
            FileName = artifact.Name.Split('/', '\\')[^1],
        };
    }

    /// <summary>One that is a page, which is shown without any right on this server's pages.</summary>
    internal HttpAnswer Report(string name)
    {
        Artifact artifact = Find(name);
        if (!Has(name, Pages)) throw ReportErrors.NoArtifact(study, number, name);
        return new("200 OK", "text/html; charset=utf-8", ReadOnlyMemory<byte>.Empty)
        {
            Pieces = store.Pieces(study, artifact),
            PiecesLength = artifact.Size,
            IsForeign = true,
        };
    }

    private static bool Has(string name, string[] ends) =>
        Array.Exists(ends, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private Artifact Find(string name) => store.Artifacts(study, number).FirstOrDefault(one => one.Name == name)
        ?? throw ReportErrors.NoArtifact(study, number, name);

    private Html.Raw Link(string route, Artifact artifact, string text, string how) => new(
        $"<a href=\"{route}?{Html.Encode(Query)}&amp;artifact={Uri.EscapeDataString(artifact.Name)}\" {how}>{Html.Encode(text)}</a>");

    private string Text(Artifact log)
    {
        using MemoryStream last = new();
        long before = log.Size - MostOfLog; // bytes that are left out
        foreach (byte[] piece in store.Pieces(study, log))
        {
            int skipped = (int)Math.Clamp(before, 0, piece.Length);
            last.Write(piece.AsSpan(skipped));
            before -= piece.Length;
        }

        return Encoding.UTF8.GetString(last.GetBuffer(), 0, (int)last.Length);
    }
}
