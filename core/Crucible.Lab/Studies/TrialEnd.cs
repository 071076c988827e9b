namespace Crucible.Lab.Studies;

/// <summary>How a trial ended.</summary>
/// <param name="State">Complete, pruned or failed.</param>
/// <param name="Values">One value an objective; none if it failed.</param>
/// <param name="Error">What went wrong, if it failed.</param>
internal sealed record TrialEnd(TrialState State, IReadOnlyList<double> Values, string? Error = null);
