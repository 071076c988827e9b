namespace Crucible.Lab.Studies;

/// <summary>Does trials one after another until none is left.</summary>
internal sealed class StudyWorker(StudyCore core, int count, Func<Trial, IReadOnlyList<double>> objective, CancellationToken stop)
{
    internal void Run(string name)
    {
        using IDisposable single = Crucible.Threads.Use(1);
        while (!stop.IsCancellationRequested)
        {
            (OpenTrial? trial, bool isOver) = core.Claim(name, count);
            if (isOver) return;
            if (trial is null) core.Wait();
            else Do(trial);
        }
    }

    private void Do(OpenTrial trial)
    {
        Outcome? outcome;
        try
        {
            while ((outcome = Attempt(trial)) is { State: TrialState.Failed } failed && trial.Attempt <= core.Options.Retries) trial.Retry(failed.Error!);
        }
        catch (StudyException)
        {
            core.Release(trial); // not the trial's fault: it is done anew when the cause is gone
            throw;
        }

        if (outcome is null) core.Release(trial);
        else core.Finish(trial, outcome.State, outcome.Values, outcome.Error);
    }

    /// <summary>Calls the objective once.</summary>
    /// <returns>How it ended, or nothing when it was stopped.</returns>
    private Outcome? Attempt(OpenTrial trial)
    {
        try
        {
            return new Outcome(TrialState.Complete, core.Checked(objective(trial.Begin())));
        }
        catch (PrunedException)
        {
            return new Outcome(TrialState.Pruned, trial.LastReport());
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (error is not StudyException)
        {
            return new Outcome(TrialState.Failed, [], error.Message);
        }
    }

    private sealed record Outcome(TrialState State, IReadOnlyList<double> Values, string? Error = null);
}
