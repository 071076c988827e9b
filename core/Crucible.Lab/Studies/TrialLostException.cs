namespace Crucible.Lab.Studies;

/// <summary>Ends work on a trial that another worker has taken over, because this one was not heard of for too long. Nothing of it is written; the study goes on with other trials.</summary>
/// <param name="message">The complete message.</param>
public sealed class TrialLostException(string message) : CrucibleException(message);
