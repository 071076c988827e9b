namespace Crucible.Training;

/// <summary>The record of one training run of a language model.</summary>
/// <param name="Records">One record a measurement, in order; the first is of the untrained model.</param>
/// <param name="StopReason">Why training ended.</param>
public sealed record LanguageHistory(IReadOnlyList<LanguageRecord> Records, StopReason StopReason)
{
    /// <summary>The last measurement.</summary>
    public LanguageRecord Last => Records[^1];

    /// <summary>The seconds of training after which the validation loss first was a value or less, between two measurements on the line through them; NaN when it never was.</summary>
    /// <param name="loss">Nats per token.</param>
    public double SecondsTo(double loss)
    {
        for (var i = 0; i < Records.Count; i++)
        {
            if (Records[i].ValidationLoss > loss) continue;
            if (i == 0) return Records[0].Seconds;
            var (before, after) = (Records[i - 1], Records[i]);
            return before.Seconds + ((after.Seconds - before.Seconds) * (before.ValidationLoss - loss) / (before.ValidationLoss - after.ValidationLoss));
        }

        return double.NaN;
    }
}
