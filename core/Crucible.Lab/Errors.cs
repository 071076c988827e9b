using System.Globalization;
using Argu;
using Crucible.Lab.Scripting;

namespace Crucible.Lab;

/// <summary>Builds every exception of the lab, so that all messages read like the core's: operation, invariant, operands, remedy when it is true.</summary>
internal static class Errors
{
    private const string Hint = "The argument 'help' lists the options.";

    /// <summary>Formats a message without regard to the culture.</summary>
    internal static string Text(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);

    internal static OptionException NoCharts(string operation) => new($"chart.{operation}: at least one chart is needed, but none is given");

    internal static OptionException ChartData(Type type) => new($"chart: data must be numbers, texts or dates, but there is a {type.Name}");

    internal static OptionException LogRange(string axis, double low, double high) =>
        new(Text($"chart.{axis}: a logarithmic range must be above 0, but is {low} to {high}"));

    internal static OptionException GridSize(int rows, int columns, int charts) =>
        new(Text($"chart.grid: {rows} x {columns} places must hold the charts, but there are {charts}"));

    internal static OptionException GridOfSpace() =>
        new("chart.grid: only charts over two axes can share a figure, but a surface, a figure in space or a grid is among them");

    internal static ShapeException Lengths(string operation, string firstName, int first, string secondName, int second) =>
        new(Text($"{operation}: {firstName} and {secondName} must have the same length, but have {first} and {second}"));

    internal static ShapeException PerItem(string operation, string name, int count, int items, string what) =>
        new(Text($"{operation}: {name} must have one value for each of the {items} {what}, but has {count}"));

    internal static ShapeException Ragged(string operation, int first, int row, int count) =>
        new(Text($"{operation}: rows must have the same length, but row 0 has {first} values and row {row} has {count}"));

    internal static UsageException MissingValue(string option, string what) => new($"{option} must be followed by {what}, but nothing follows.");

    internal static UsageException WrongValue(string option, string what, string value) => new($"{option} must be followed by {what}, but is followed by '{value}'.");

    internal static UsageException UnknownArgument(string argument) => new($"unrecognized argument: '{argument}'. {Hint}");

    /// <summary>Argu's message is one line and then the whole usage: the line is enough.</summary>
    internal static UsageException WrongArgument(ArguParseException error)
    {
        string line = error.Message.Split('\n')[0].Trim();
        const string prefix = "ERROR: ";
        return new($"{(line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : line)} {Hint}");
    }

    internal static UsageException Unwritable(string folder, Exception cause) => new($"reports cannot be written to {folder}: {cause.Message} Name another folder with --out.");
}
