using Crucible.Benchmarks.Measuring;
using Crucible.Lab.Studies;

namespace Crucible.Benchmarks.Studies;

/// <summary>A store that takes the time of its calls, the choice of parameters within them not counted.</summary>
internal sealed class TimedStore(IStudyStore inner) : IStudyStore
{
    /// <summary>Seconds spent so far.</summary>
    internal double Seconds { get; private set; }

    /// <inheritdoc/>
    public bool KeepsFiles => inner.KeepsFiles;

    /// <inheritdoc/>
    public StudyDefinition Open(StudyDefinition wanted) => Timed(() => inner.Open(wanted));

    /// <inheritdoc/>
    public void Remove(string study) => Timed(() => inner.Remove(study));

    /// <inheritdoc/>
    public Distribution Register(string study, Parameter parameter) => Timed(() => inner.Register(study, parameter));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Distribution> Parameters(string study) => Timed(() => inner.Parameters(study));

    /// <inheritdoc/>
    public TrialClaim Claim(string study, ClaimRequest request)
    {
        ClaimRequest timed = new()
        {
            Worker = request.Worker,
            Count = request.Count,
            Needs = request.Needs,
            Plan = asked =>
            {
                double start = Clock.Wall.Seconds();
                string? plan = request.Plan(asked);
                Seconds -= Clock.Wall.Seconds() - start;
                return plan;
            },
        };
        return Timed(() => inner.Claim(study, timed));
    }

    /// <inheritdoc/>
    public void Settle(string study, TrialTicket trial, string parameters) => Timed(() => inner.Settle(study, trial, parameters));

    /// <inheritdoc/>
    public string? Settled(string study) => Timed(() => inner.Settled(study));

    /// <inheritdoc/>
    public void Report(string study, TrialTicket trial, Measurement measurement, IReadOnlyList<TrialFile> files) => Timed(() => inner.Report(study, trial, measurement, files));

    /// <inheritdoc/>
    public IReadOnlyList<TrialFile> Files(string study, int number) => Timed(() => inner.Files(study, number));

    /// <inheritdoc/>
    public void Retry(string study, TrialTicket trial, int attempt, string message) => Timed(() => inner.Retry(study, trial, attempt, message));

    /// <inheritdoc/>
    public void Finish(string study, TrialRow ended) => Timed(() => inner.Finish(study, ended));

    /// <inheritdoc/>
    public void Release(string study, TrialTicket trial, IReadOnlyList<TrialFile> files) => Timed(() => inner.Release(study, trial, files));

    /// <inheritdoc/>
    public IReadOnlyList<TrialRow> Ended(string study, int first) => Timed(() => inner.Ended(study, first));

    /// <inheritdoc/>
    public void StopWaiting() => inner.StopWaiting();

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private void Timed(Action work) => Timed(() =>
    {
        work();
        return 0;
    });

    private T Timed<T>(Func<T> work)
    {
        double start = Clock.Wall.Seconds();
        T result = work();
        Seconds += Clock.Wall.Seconds() - start;
        return result;
    }
}
