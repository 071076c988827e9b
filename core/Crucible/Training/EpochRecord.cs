using System.Globalization;

namespace Crucible.Training;

/// <summary>What one epoch of training came to.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Loss">The mean training loss over the epoch's rows, each measured before the update that it led to.</param>
/// <param name="ValidationLoss">The loss on the validation rows after the epoch, or NaN without any.</param>
/// <param name="LearningRate">The learning rate of the epoch's last update.</param>
/// <param name="GradientNorm">The mean Euclidean norm of all gradients together, before clipping.</param>
/// <param name="Updates">Updates from the start of training to the end of the epoch.</param>
/// <param name="Seconds">Wall seconds that the epoch took.</param>
/// <param name="RowsPerSecond">Training rows per wall second.</param>
public sealed record EpochRecord(int Epoch, double Loss, double ValidationLoss, double LearningRate, double GradientNorm, int Updates, double Seconds, double RowsPerSecond)
{
    /// <summary>The progress line: epoch, losses, speed and, with the number of epochs, the time left.</summary>
    /// <param name="epochs">How many epochs there will be.</param>
    /// <returns>A line such as <c>epoch 12/100  loss 8.2134  validation 11.0201  31500 rows/s  2 s left</c>.</returns>
    public string ToLine(int epochs)
    {
        var validation = double.IsNaN(ValidationLoss) ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"  validation {ValidationLoss:g5}");
        return string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}/{epochs}  loss {Loss:g5}{validation}  {RowsPerSecond:f0} rows/s  {Seconds * (epochs - Epoch):f0} s left");
    }
}
