namespace Crucible.Lab.Scripting;

/// <summary>The command line is wrong: one line for the user and exit code 2.</summary>
/// <param name="message">What is wrong, on one line.</param>
internal sealed class UsageException(string message) : CrucibleException(message);
