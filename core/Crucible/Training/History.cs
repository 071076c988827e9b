using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>Where a training stood: after every epoch, or as often as <see cref="TrainerOptions.RecordEvery"/> says.</summary>
/// <param name="Updates">Updates made since the start.</param>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Loss">The mean loss over the items trained on since the record before, each measured before the update
/// that it led to; NaN at the start.</param>
/// <param name="ValidationLoss">The loss on the validation data, or NaN without any.</param>
/// <param name="LearningRate">The learning rate of the last update.</param>
/// <param name="GradientNorm">The mean Euclidean norm of all gradients together since the record before, before
/// clipping; NaN at the start.</param>
/// <param name="Items">Items (rows, tokens) trained on since the start.</param>
/// <param name="Seconds">Seconds of training since the start, validation not counted.</param>
public sealed record TrainingRecord(
    int Updates, int Epoch, double Loss, double ValidationLoss, double LearningRate, double GradientNorm, long Items, double Seconds)
{
    /// <summary>Items (rows, tokens) a second since the start.</summary>
    [JsonIgnore]
    public double ItemsPerSecond => Items / Math.Max(Seconds, 1e-9);

    /// <summary>The progress line: epoch, losses, speed and, with the number of epochs, the time left.</summary>
    /// <param name="epochs">How many epochs there will be.</param>
    /// <returns>A line such as <c>epoch 12/100  loss 8.2134  validation 11.0201  31500 items/s  2 s left</c>.</returns>
    public string ToLine(int epochs)
    {
        string validation = double.IsNaN(ValidationLoss) ? string.Empty : Invariant($"  validation {ValidationLoss:g5}");
        string left = Epoch > 0 ? Invariant($"  {Seconds / Epoch * (epochs - Epoch):f0} s left") : string.Empty;
        return Invariant($"epoch {Epoch}/{epochs}  loss {Loss:g5}{validation}  {ItemsPerSecond:f0} items/s{left}");
    }

    /// <summary>Where it stands in a line: <c>update 48, epoch 12: loss 8.2134, validation 11.02</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        Invariant($"update {Updates}, epoch {Epoch}: loss {Loss:g5}{(double.IsNaN(ValidationLoss) ? "" : Invariant($", validation {ValidationLoss:g5}"))}");
}

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All updates were made, or the time was over.</summary>
    Finished,

    /// <summary>The validation loss had not improved for as many records as patience allowed.</summary>
    EarlyStopping,

    /// <summary>The cancellation token was set (Ctrl-C): the update under way was finished, no other begun.</summary>
    Cancelled,
}

/// <summary>The record of one training run.</summary>
/// <param name="Records">The records, in order; the last one is of the end, unless the run was cancelled.</param>
/// <param name="StopReason">Why training ended.</param>
/// <param name="Best">The record with the lowest validation loss; null without validation.</param>
public sealed record History(IReadOnlyList<TrainingRecord> Records, StopReason StopReason, TrainingRecord? Best)
{
    /// <summary>
    /// The training in a line: <c>update 48, epoch 12: loss 8.2134, validation 11.02; best validation 10.8 at update 40;
    /// finished</c>.
    /// </summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        string best = Best is null ? "" : Invariant($"; best validation {Best.ValidationLoss:g5} at update {Best.Updates}");
        string reason = StopReason switch
        {
            StopReason.Finished => "finished",
            StopReason.EarlyStopping => "stopped early",
            StopReason.Cancelled => "cancelled",
            _ => throw Errors.Option("history", nameof(StopReason), "a reason to stop", StopReason),
        };
        return Invariant($"{(Records.Count == 0 ? "no record" : Last.ToString())}{best}; {reason}");
    }

    /// <summary>The last record.</summary>
    public TrainingRecord Last => Records[^1];

    /// <summary>The last record's training loss; NaN when there is no record.</summary>
    public double FinalLoss => Records.Count == 0 ? double.NaN : Last.Loss;

    /// <summary>The lowest validation loss; NaN without validation.</summary>
    public double BestValidationLoss => Best?.ValidationLoss ?? double.NaN;

    /// <summary>
    /// Microseconds of training an update took: the median over the records, so that the first ones, compiled as they
    /// run, do not count.
    /// </summary>
    public double MicrosecondsPerUpdate
    {
        get
        {
            double[] times = Records.Zip(Records.Prepend(null), (record, before) =>
                (record.Seconds - (before?.Seconds ?? 0)) / (record.Updates - (before?.Updates ?? 0)))
                .Where(double.IsFinite).Order().ToArray();
            return times.Length == 0 ? double.NaN : 5e5 * (times[(times.Length - 1) / 2] + times[times.Length / 2]);
        }
    }

    /// <summary>Updates made until the last record.</summary>
    public int Updates => Records.Count == 0 ? 0 : Last.Updates;

    /// <summary>
    /// The seconds of training after which the validation loss first was a value or less, between two records on the
    /// line through them; NaN when it never was.
    /// </summary>
    /// <param name="loss">The value.</param>
    public double SecondsTo(double loss)
    {
        for (int i = 0; i < Records.Count; i++)
        {
            if (!(Records[i].ValidationLoss <= loss)) continue;
            if (i == 0) return Records[0].Seconds;
            (TrainingRecord? before, TrainingRecord? after) = (Records[i - 1], Records[i]);
            double part = (before.ValidationLoss - loss) / (before.ValidationLoss - after.ValidationLoss);
            return before.Seconds + ((after.Seconds - before.Seconds) * part);
        }

        return double.NaN;
    }
}
