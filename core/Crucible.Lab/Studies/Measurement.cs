namespace Crucible.Lab.Studies;

/// <summary>A value on the way, as the validation loss after an epoch.</summary>
/// <param name="Step">How far the trial was, as the epoch's number.</param>
/// <param name="Value">What was measured.</param>
public readonly record struct Measurement(int Step, double Value);
