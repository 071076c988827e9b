using System.Data.Common;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// The figures of a study that grows, computed when somebody asks and there is something new, but for a small share of
/// the time only: the trials shall have the processor.
/// </summary>
internal sealed class LiveStudy(Study study, IReadOnlyList<string>? objectives)
{
    private const double Rest = 4; // times as long as the figures took to compute nothing is computed

    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly string run = Guid.NewGuid().ToString("N")[..8]; // a page that outlives its program meets another one's versions
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private StudyView view = new(study.Name, study.Directions, [], objectives);
    private TimeSpan next = TimeSpan.Zero;
    private string? version;
    private byte[] data = [];
    private bool isEnded;

    /// <summary>The places of the figures, for a page that will fill them.</summary>
    internal PanelsBlock Places { get; } = StudyPanels.Of(new StudyView(study.Name, study.Directions, [], objectives), []);

    internal string Name => study.Name;

    /// <summary>The newest version there is, and its data as JSON: <c>{"isEnded", "summary", "study": {"figures", "trials"}}</c>.</summary>
    internal (string Version, byte[] Data) Newest()
    {
        lock (gate)
        {
            if (version is null || (!isEnded && clock.Elapsed >= next)) Refresh();
            return (version!, data);
        }
    }

    /// <summary>Takes in what the study has come to, for the last time.</summary>
    internal void End()
    {
        lock (gate)
        {
            isEnded = true;
            Refresh();
        }
    }

    private void Refresh()
    {
        TimeSpan start = clock.Elapsed;
        view = Grown();
        string newest = Invariant($"\"{run}-{view.Trials.Count}-{(isEnded ? "ended" : "running")}\"");
        if (newest != version)
        {
            JsonObject json = new() { ["isEnded"] = isEnded, ["summary"] = StudyPanels.Summary(view) };
            data = Encoding.UTF8.GetBytes($"{json.ToJsonString()[..^1]},\"study\":{Panel.ToJson(StudyPanels.Of(view, []))}}}");
            version = newest;
        }

        TimeSpan rest = Rest * (clock.Elapsed - start);
        next = clock.Elapsed + (rest > LeastRest ? rest : LeastRest);
    }

    private StudyView Grown()
    {
        try
        {
            IReadOnlyList<FrozenTrial> trials = study.Trials;
            if (trials.Count == view.Trials.Count) return view;
            return new StudyView(study.Name, study.Directions, trials, objectives) { Reused = study.Reused };
        }
        catch (Exception error) when (error is ObjectDisposedException or InvalidOperationException or DbException)
        {
            return view; // the study was closed before its page
        }
    }
}
