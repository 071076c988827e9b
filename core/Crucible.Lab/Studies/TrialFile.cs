namespace Crucible.Lab.Studies;

/// <summary>A file of a trial's folder, as a store keeps it for whoever takes the trial up on another machine.</summary>
/// <param name="Path">Where it is in the folder, with / between folders.</param>
/// <param name="Content">What is in it; null for a file that is gone.</param>
public sealed record TrialFile(string Path, byte[]? Content);
