namespace Crucible.Lab.Studies;

/// <summary>A study, its space or its store was asked for something that cannot be. It ends the study; other errors only fail the trial in which they are raised.</summary>
/// <param name="message">The complete message.</param>
/// <param name="inner">The error that caused this one, if any.</param>
public sealed class StudyException(string message, Exception? inner = null) : CrucibleException(message, inner);
