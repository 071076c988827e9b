namespace Crucible.Training;

/// <summary>Where the training of a language model stood when its validation loss was measured.</summary>
/// <param name="Update">Updates made.</param>
/// <param name="TrainingLoss">The mean loss of the updates since the measurement before, each measured before its update; NaN at the start.</param>
/// <param name="ValidationLoss">Nats per token over the whole validation text, in consecutive windows.</param>
/// <param name="LearningRate">The learning rate of the last update.</param>
/// <param name="GradientNorm">The mean norm of all gradients together since the measurement before, before clipping; NaN at the start.</param>
/// <param name="Seconds">Seconds of training so far, measurements not counted.</param>
/// <param name="TokensPerSecond">Training tokens a second since the start.</param>
public sealed record LanguageRecord(int Update, double TrainingLoss, double ValidationLoss, double LearningRate, double GradientNorm, double Seconds, double TokensPerSecond);
