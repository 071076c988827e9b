using System.Globalization;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>
/// An option of a script that a sweep varies, as <c>--param</c> gives it: a range <c>learning-rate=1e-4..1e-1:log</c>,
/// <c>epochs=20..200:int:step=20</c>, or choices
/// <c>optimizer=adam,sgd</c>, with | between choices that hold commas: <c>hidden=40,40|64,64</c>. The choices
/// <c>on,off</c> give an option that takes no value, or leave it out.
/// </summary>
public sealed class SweptOption
{
    private static readonly string[] Taken = ["out", "threads", "open", "help", "trace"];

    private readonly Distribution values;
    private readonly IReadOnlyDictionary<string, string> files; // what names a file in the study, and where it lies

    private SweptOption(string name, Distribution values, IReadOnlyDictionary<string, string> files) =>
        (Name, this.values, this.files) = (name, values, files);

    /// <summary>The option without its dashes.</summary>
    public string Name { get; }

    /// <summary>The paths of files among its values, of which the study knows names and content only.</summary>
    internal IEnumerable<string> Files => files.Values;

    /// <summary>Reads what stands behind <c>--param</c>.</summary>
    /// <param name="text">The option and its values.</param>
    /// <exception cref="OptionException">It is not of the form above, a range is empty, or the sweep sets the option itself.</exception>
    public static SweptOption Parse(string text)
    {
        string[] parts = text.Split('=', 2);
        string name = parts[0].TrimStart('-');
        if (parts.Length < 2 || name.Length == 0 || name.Any(char.IsWhiteSpace) || parts[1].Length == 0) throw ScriptErrors.ParamForm(text);
        if (Taken.Contains(name)) throw ScriptErrors.ParamTaken(name);
        try
        {
            return IsRange(parts[1])
                ? new SweptOption(name, Range(name, parts[1]), new Dictionary<string, string>())
                : Choices(name, parts[1]);
        }
        catch (StudyException error)
        {
            throw ScriptErrors.ParamRange(text, error);
        }
    }

    /// <summary>Its place on the command line with the trial's value.</summary>
    internal string[] Suggest(Trial trial) => values switch
    {
        FloatDistribution range => [
            $"--{Name}",
            trial.SuggestFloat(Name, range.Low, range.High, range.Log, range.Step).ToString("R", CultureInfo.InvariantCulture)
        ],
        IntDistribution range =>
            [$"--{Name}", trial.SuggestInt(Name, range.Low, range.High, range.Log, range.Step).ToString(CultureInfo.InvariantCulture)],
        CategoricalDistribution choices => (trial.SuggestCategorical(Name, choices.Choices), IsFlag(choices)) switch
        {
            ("on", true) => [$"--{Name}"],
            (_, true) => [],
            var (choice, _) => [$"--{Name}", files.GetValueOrDefault(choice, choice)],
        },
        _ => throw new NotSupportedException(values.ToString()),
    };

    /// <summary>The option and its values, as <c>learning-rate: float 0.001 to 0.1 (log)</c>.</summary>
    public override string ToString() => $"{Name}: {values}";

    private static bool IsFlag(CategoricalDistribution choices) =>
        choices.Choices.Order(StringComparer.Ordinal).SequenceEqual(["off", "on"]);

    // A path that begins or goes on with .. is no range: its ends would be numbers.
    private static bool IsRange(string text) =>
        text.Contains("..", StringComparison.Ordinal) && !text.Contains("../", StringComparison.Ordinal)
            && !text.Contains("..\\", StringComparison.Ordinal);

    private static SweptOption Choices(string name, string text)
    {
        string[] choices = text.Split(text.Contains('|', StringComparison.Ordinal) ? '|' : ',', StringSplitOptions.TrimEntries);
        Dictionary<string, string> files = [];
        for (int i = 0; i < choices.Length; i++)
        {
            if (!Path.Exists(choices[i])) continue;
            string path = choices[i];
            files[choices[i] = NamedFile.Short(path)] = path;
        }

        return new(name, CategoricalDistribution.Of(name, choices), files);
    }

    private static Distribution Range(string name, string text)
    {
        string[] parts = text.Split(':');
        string[] ends = parts[0].Split("..", 2);
        (bool isLog, bool isInt, double step) = (false, false, 0);
        foreach (string part in parts[1..])
        {
            if (part == "log") isLog = true;
            else if (part == "int") isInt = true;
            else if (part.StartsWith("step=", StringComparison.Ordinal)) step = Number(name, "step", part["step=".Length..]);
            else throw ScriptErrors.ParamSuffix(name, part);
        }

        (double low, double high) = (Number(name, "low", ends[0]), Number(name, "high", ends[1]));
        if (!isInt) return FloatDistribution.Of(name, low, high, isLog, step);
        return IntDistribution.Of(
            name, Whole(name, "low", low), Whole(name, "high", high), isLog, step == 0 ? 1 : Whole(name, "step", step));
    }

    private static double Number(string name, string what, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw ScriptErrors.ParamNumber(name, what, "a number with a decimal point", text);

    private static int Whole(string name, string what, double number) =>
        number == (int)number
            ? (int)number
            : throw ScriptErrors.ParamNumber(name, what, "a whole number after :int", Invariant($"{number}"));
}
