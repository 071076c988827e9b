namespace Crucible.Training;

/// <summary>
/// The lines of <see cref="Trainer.Fit(IBatches, TrainerOptions?)"/> on a console: the first after a second, then one a second at most, and
/// the last record of a training that took longer. Lines, and not one that is written over, so that trainings side by
/// side and a script's own bars stay legible.
/// </summary>
/// <param name="output">Takes the lines.</param>
/// <param name="time">The clock.</param>
/// <param name="epochs">How many epochs there will be.</param>
internal sealed class FitProgress(TextWriter output, TimeProvider time, int epochs)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly long start = time.GetTimestamp();
    private long last = time.GetTimestamp();

    /// <summary>Progress on the console; null where it is not asked for, or nobody would see it.</summary>
    internal static FitProgress? Begin(TrainerOptions options, int epochs) =>
        options.ShowProgress && !Console.IsOutputRedirected ? new(Console.Out, TimeProvider.System, epochs) : null;

    /// <summary>Shows a record when it is time, or the end of a training of more than a second.</summary>
    internal void Show(TrainingRecord record, bool isEnd)
    {
        if (time.GetElapsedTime(isEnd ? start : last) < Rest) return;
        last = time.GetTimestamp();
        output.WriteLine(record.ToLine(epochs));
    }
}
