using static System.FormattableString;

namespace Crucible;

/// <summary>
/// The base of all of Crucible's errors: the message names the operation, what it requires, what it got and, when
/// known, the remedy. It is one line of at most 1000 characters: line ends in what it
/// quotes are shown as <c>\n</c> and <c>\r</c>, and the middle of a longer one is left out.
/// </summary>
/// <param name="message">The complete message.</param>
/// <param name="inner">The error that caused this one, if any.</param>
public class CrucibleException(string message, Exception? inner = null) : Exception(Line(message), inner)
{
    private const int Longest = 1000;
    private const int End = 300; // of a message that is cut, which says what to do

    // What an error quotes, names in a file or a system's words, may have line ends in it, or have no end.
    private static string Line(string message)
    {
        string line = message.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return line.Length <= Longest ? line : $"{line.AsSpan(0, Longest - End - 3)} … {line.AsSpan(line.Length - End)}";
    }

    /// <summary>
    /// The message, prefixed with the path of the layer that raised it when the layer is part of a model:
    /// <c>model.2: linear: …</c>.
    /// </summary>
    public override string Message => Way.Length == 0 ? base.Message : Invariant($"{label}.{Way}: {base.Message}");

    /// <summary>The outermost layer that the error has passed on its way out.</summary>
    internal object? Place { get; private set; }

    /// <summary>The path from <see cref="Place"/> down to the layer that raised the error; empty when that is one and the same.</summary>
    internal string Way { get; private set; } = string.Empty;

    private string label = string.Empty;

    internal void Locate(object place, string placeLabel, string way) => (Place, label, Way) = (place, placeLabel, way);
}

/// <summary>Sizes, axes or indices do not fit the operation.</summary>
/// <param name="message">The complete message.</param>
public sealed class ShapeException(string message) : CrucibleException(message);

/// <summary>An element type does not fit the operation.</summary>
/// <param name="message">The complete message.</param>
public sealed class DTypeException(string message) : CrucibleException(message);

/// <summary>A derivative does not exist, or its graph was dropped.</summary>
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
/// <param name="message">The complete message, with file, line and column where known.</param>
/// <param name="inner">The error that caused this one, if any.</param>
public sealed class DataException(string message, Exception? inner = null) : CrucibleException(message, inner);

/// <summary>An option or argument is out of range.</summary>
/// <param name="message">The complete message.</param>
public sealed class OptionException(string message) : CrucibleException(message);
