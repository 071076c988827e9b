using System.Globalization;

namespace Crucible;

/// <summary>The base of every error that Crucible raises on purpose: its message says what was asked, what is wrong and, when known, the remedy.</summary>
/// <param name="message">The complete message.</param>
/// <param name="inner">The error that caused this one, if any.</param>
public class CrucibleException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Sizes, axes or indices do not fit the operation.</summary>
/// <param name="message">The complete message.</param>
public sealed class ShapeException(string message) : CrucibleException(message);

/// <summary>An element type does not fit the operation.</summary>
/// <param name="message">The complete message.</param>
public sealed class DTypeException(string message) : CrucibleException(message);

/// <summary>A derivative was asked for that does not exist, or of a graph that is gone.</summary>
/// <param name="message">The complete message.</param>
public sealed class GradientException(string message) : CrucibleException(message);

/// <summary>A loss, gradient or parameter stopped being finite.</summary>
/// <param name="message">The complete message, with the step and the first bad tensor.</param>
public sealed class NonFiniteException(string message) : CrucibleException(message);

/// <summary>A checkpoint cannot be read or written.</summary>
/// <param name="message">The complete message, with the file.</param>
/// <param name="inner">The error that caused this one, if any.</param>
public sealed class CheckpointException(string message, Exception? inner = null) : CrucibleException(message, inner);

/// <summary>Data is missing, malformed or does not fit its declared form.</summary>
/// <param name="message">The complete message, with file, line and column where there are such.</param>
/// <param name="inner">The error that caused this one, if any.</param>
public sealed class DataException(string message, Exception? inner = null) : CrucibleException(message, inner);

/// <summary>An option or argument lies outside what the operation can take.</summary>
/// <param name="message">The complete message.</param>
public sealed class OptionException(string message) : CrucibleException(message);

/// <summary>Builds every exception of the core, so that all messages read alike: operation, invariant, operands, remedy when it is true.</summary>
internal static class Errors
{
    /// <summary>Formats a message without regard to the culture.</summary>
    internal static string Text(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);

    /// <summary>An option is outside its range, as in <c>adam: learningRate must be above 0, but is -1</c>.</summary>
    internal static OptionException Option(string operation, string name, string mustBe, object? value) =>
        new(Text($"{operation}: {name} must be {mustBe}, but is {value}"));
}
