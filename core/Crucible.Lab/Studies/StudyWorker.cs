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
        while (true)
        {
            try
            {
                core.Finish(trial, TrialState.Complete, core.Checked(objective(trial.Begin())));
                return;
            }
            catch (PrunedException)
            {
                core.Finish(trial, TrialState.Pruned, trial.LastReport());
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                core.Release(trial);
                return;
            }
            catch (StudyException)
            {
                core.Release(trial); // not the trial's fault: it is done anew when the cause is gone
                throw;
            }
            catch (Exception error)
            {
                if (trial.Attempt <= core.Options.Retries)
                {
                    trial.Retry(error.Message);
                    continue;
                }

                core.Finish(trial, TrialState.Failed, [], error.Message);
                return;
            }
        }
    }
}
