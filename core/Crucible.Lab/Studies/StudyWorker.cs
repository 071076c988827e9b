namespace Crucible.Lab.Studies;

/// <summary>Does trials one after another until none is left.</summary>
internal sealed class StudyWorker(StudyCore core, int count, Func<Trial, IReadOnlyList<double>> objective, CancellationToken stop)
{
    internal void Run(string name)
    {
        using IDisposable single = Crucible.Threads.Use(1);
        int waits = 0;
        while (!stop.IsCancellationRequested)
        {
            (OpenTrial? trial, bool isOver) = core.Claim(name, count);
            if (isOver) return;
            if (trial is null)
            {
                core.Wait(waits++);
                continue;
            }

            waits = 0;
            Do(trial);
        }
    }

    private void Do(OpenTrial trial)
    {
        try
        {
            if (End(trial) is { } end) core.Finish(trial, end);
        }
        catch (TrialLostException)
        {
            core.Drop(trial);
        }
    }

    /// <summary>Tries the objective until the trial has ended; nothing if it is given back instead.</summary>
    private TrialEnd? End(OpenTrial trial)
    {
        while (true)
        {
            try
            {
                return new TrialEnd(TrialState.Complete, core.Checked(objective(trial.Begin())));
            }
            catch (PrunedException)
            {
                return new TrialEnd(TrialState.Pruned, trial.LastReport());
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                core.Release(trial);
                return null;
            }
            catch (StudyException)
            {
                core.Release(trial); // not the trial's fault: it is done anew when the cause is gone
                throw;
            }
            catch (Exception error) when (error is not TrialLostException)
            {
                if (trial.Attempt > core.Options.Retries) return new TrialEnd(TrialState.Failed, [], error.Message);
                trial.Retry(error.Message);
            }
        }
    }
}
