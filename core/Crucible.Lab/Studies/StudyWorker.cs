namespace Crucible.Lab.Studies;

/// <summary>Does trials one after another until none is left, each with so many threads for its own arithmetic.</summary>
internal sealed class StudyWorker(
    StudyCore core, int count, Func<Trial, IReadOnlyList<double>> objective, int threads, CancellationToken stop)
{
    // A disk that is full or fails, as Linux (ENOSPC, EDQUOT, EIO) and Windows number it: no parameters are to blame.
    private static readonly int[] DiskErrors = [28, 122, 5, unchecked((int)0x80070070)];

    internal void Run(string name)
    {
        using IDisposable share = Crucible.Threads.Use(threads);
        int waits = 0;
        while (!stop.IsCancellationRequested && !core.IsStopped)
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
            core.Lose(trial);
        }
    }

    /// <summary>Tries the objective until the trial has ended; nothing if it is given back instead.</summary>
    private TrialEnd? End(OpenTrial trial)
    {
        while (true)
        {
            try
            {
                IReadOnlyList<double> values = objective(trial.Begin());
                return trial.Fault is { } hidden ? throw hidden : new TrialEnd(TrialState.Complete, core.Checked(values));
            }
            catch (Exception error) when (Fault(trial, error) is { } fault)
            {
                core.Release(trial); // not the trial's fault: it is done anew when the cause is gone
                throw fault;
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
            catch (Exception error) when (error is not TrialLostException)
            {
                if (trial.Attempt > core.Options.Retries) return new TrialEnd(TrialState.Failed, [], error.Message);
                trial.Retry(error.Message);
            }
        }
    }

    /// <summary>What ends the study, if it is not the trial alone that went wrong.</summary>
    private static StudyException? Fault(OpenTrial trial, Exception error)
    {
        if (error is StudyException known) return known;
        if (trial.Fault is { } hidden) return hidden;
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException && DiskErrors.Contains(cause.HResult)) return StudyErrors.DiskFailed(trial.Number, cause);
        }

        return null;
    }
}
