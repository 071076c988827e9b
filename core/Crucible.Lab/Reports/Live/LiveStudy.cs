using System.Data.Common;
using System.Diagnostics;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// The figures of a study that grows, computed by a thread of their own: a store that is busy, or figures that take long,
/// keep no reader waiting. It works for a small share of the time only, and only while somebody asks: the trials shall
/// have the processor.
/// </summary>
internal sealed class LiveStudy
{
    private const double Rest = 4; // times as long as the figures took to compute nothing is computed

    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);
    private static int count;

    private readonly Func<(IReadOnlyList<FrozenTrial> Trials, int Wanted)> look;
    private readonly Func<IReadOnlyList<FrozenTrial>, StudyView> view;
    private readonly string name;
    private readonly object gate = new();
    private bool isAsked;
    private bool isOver;
    private volatile Snapshot newest;

    /// <summary>Follows a study of this process, of whose trials nothing is read before somebody asks.</summary>
    internal LiveStudy(Study study, IReadOnlyList<string>? objectives)
        : this(
            () => (study.Trials, study.Wanted),
            trials => new StudyView(study.Name, study.Directions, trials, objectives) { Reused = study.Reused }, [], study.Wanted)
    {
    }

    /// <summary>Follows trials that somebody else reads.</summary>
    /// <param name="look">The trials that have ended, by number, and how many there will be, if that is known.</param>
    /// <param name="view">The study with some trials.</param>
    /// <param name="trials">What is shown first.</param>
    /// <param name="wanted">How many there will be.</param>
    internal LiveStudy(
        Func<(IReadOnlyList<FrozenTrial> Trials, int Wanted)> look, Func<IReadOnlyList<FrozenTrial>, StudyView> view,
        IReadOnlyList<FrozenTrial> trials, int wanted = 0)
    {
        (this.look, this.view) = (look, view);
        // A page that outlives its program meets another one's versions, and a run may have several studies.
        name = Invariant($"{Environment.ProcessId}-{Environment.TickCount64}-{Interlocked.Increment(ref count)}");
        newest = SnapshotOf(trials, wanted);
        new Thread(Follow) { IsBackground = true, Name = "live study" }.Start();
    }

    /// <summary>The version of what there is now, and how many of how many trials are in it with the best so far. Asks for newer.</summary>
    internal (string Version, string Summary) Look()
    {
        Ask();
        return (newest.Version, newest.Summary);
    }

    /// <summary>
    /// What there is now, at once, as JSON: <c>{"places", "study": {"panels", "trials"}}</c>, places being the markup that the
    /// panels fill. What is newer than that is computed next.
    /// </summary>
    internal (string Version, byte[] Data) Newest()
    {
        Ask();
        Snapshot now = newest;
        return (now.Version, now.Data);
    }

    /// <summary>Takes in what the study has come to, for the last time.</summary>
    internal void End()
    {
        Leave();
        Refresh();
    }

    /// <summary>Ends following: nobody will ask again.</summary>
    internal void Leave()
    {
        lock (gate)
        {
            isOver = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Ask()
    {
        lock (gate)
        {
            isAsked = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Follow()
    {
        while (IsAsked())
        {
            Stopwatch watch = Stopwatch.StartNew();
            Refresh();
            TimeSpan rest = Rest * watch.Elapsed;
            Thread.Sleep(rest > LeastRest ? rest : LeastRest);
        }
    }

    /// <summary>Waits until somebody asks; whether anybody did before the end.</summary>
    private bool IsAsked()
    {
        lock (gate)
        {
            while (!isAsked && !isOver) Monitor.Wait(gate);
            isAsked = false;
            return !isOver;
        }
    }

    private void Refresh()
    {
        try
        {
            (IReadOnlyList<FrozenTrial> trials, int wanted) = look();
            if (trials.Count != newest.Trials || wanted != newest.Wanted) newest = SnapshotOf(trials, wanted);
        }
        catch (Exception error) when (error is ObjectDisposedException or InvalidOperationException or DbException or CrucibleException)
        {
            // The study was closed before its page, or its store is not to be had: what is shown stays.
        }
    }

    private Snapshot SnapshotOf(IReadOnlyList<FrozenTrial> trials, int wanted)
    {
        StudyView shown = view(trials);
        return new(
            Invariant($"\"{name}-{trials.Count}-{wanted}\""), StudyPanels.Summary(shown, wanted), trials.Count, wanted,
            Panel.ToPlacedJson(StudyPanels.Of(shown, [])));
    }

    private sealed record Snapshot(string Version, string Summary, int Trials, int Wanted, byte[] Data);
}
