namespace Crucible.Training;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    Finished,

    /// <summary>The validation loss had not improved for as many epochs as patience allowed.</summary>
    EarlyStopping,

    /// <summary>The cancellation token was set (Ctrl-C): the update under way was finished, no other begun.</summary>
    Cancelled,
}

/// <summary>The record of one training run.</summary>
/// <param name="Epochs">One record per finished epoch, in order.</param>
/// <param name="StopReason">Why training ended.</param>
/// <param name="BestEpoch">The epoch with the lowest validation loss, counted from 1; 0 without validation.</param>
public sealed record History(IReadOnlyList<EpochRecord> Epochs, StopReason StopReason, int BestEpoch)
{
    /// <summary>The training loss of the last finished epoch; NaN when none was finished.</summary>
    public double FinalLoss => Epochs.Count == 0 ? double.NaN : Epochs[^1].Loss;

    /// <summary>The lowest validation loss; NaN without validation.</summary>
    public double BestValidationLoss => BestEpoch == 0 ? double.NaN : Epochs[BestEpoch - 1].ValidationLoss;

    /// <summary>Updates made.</summary>
    public int Updates => Epochs.Count == 0 ? 0 : Epochs[^1].Updates;
}
