using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.RegularExpressions;
using Crucible.Lab.Reports;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>
/// Says what a field of a script's options is:
/// <c>[&lt;Option("passes over the training rows", Min = 1)&gt;] Epochs: int</c>.
/// </summary>
/// <param name="help">What the option sets, as <c>help</c> shows it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string help) : Attribute
{
    /// <summary>What the option sets.</summary>
    public string Help => help;

    /// <summary>The least number allowed.</summary>
    public object? Min { get; set; }

    /// <summary>The greatest number allowed.</summary>
    public object? Max { get; set; }

    /// <summary>A number that the value must exceed.</summary>
    public object? Above { get; set; }

    /// <summary>A type whose static <c>Names</c> are the texts allowed, as <c>typeof&lt;Activation&gt;</c>.</summary>
    public Type? NamesOf { get; set; }

    /// <summary>Whether the text names a file, folder or store: <c>run.json</c> keeps its name and hash, not its place.</summary>
    public bool IsFile { get; set; }

    /// <summary>
    /// Whether the text is a setting of another script, <c>name=value</c>, whose value may be files: of these
    /// <c>run.json</c> keeps name and hash too.
    /// </summary>
    public bool IsSetting { get; set; }

    /// <summary>Whether a list is given by repeating the option, one value each time, instead of by commas.</summary>
    public bool Repeats { get; set; }

    /// <summary>The value when the option is given and nothing follows it; without one, something must follow.</summary>
    public string? Alone { get; set; }
}

/// <summary>
/// Says where options went that a script no longer has:
/// <c>[&lt;Moved("scripts/shakespeare/documented.fsx", "as-documented")&gt;]</c> on the record of its options. Whoever
/// still gives one of them is told so in a line, with exit code 2.
/// </summary>
/// <param name="place">What to run instead, as it is typed behind <c>dotnet fsi</c>.</param>
/// <param name="options">The options without their dashes.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class MovedAttribute(string place, params string[] options) : Attribute
{
    /// <summary>What to run instead.</summary>
    public string Place => place;

    /// <summary>The options that went there.</summary>
    public IReadOnlyList<string> Options => options;
}

/// <summary>One option: a field of a record, its name on the command line, and how its text becomes a value.</summary>
internal sealed partial class ScriptOption
{
    private readonly OptionAttribute facts;
    private readonly Type type; // of the field
    private readonly Type item; // of one value in it

    /// <param name="field">The record's field.</param>
    /// <param name="initial">Its value when the option is not given.</param>
    internal ScriptOption(PropertyInfo field, object? initial)
    {
        (type, Initial) = (field.PropertyType, initial);
        facts = field.GetCustomAttribute<OptionAttribute>() ?? throw ScriptErrors.OptionUndescribed(field.Name);
        item = IsList ? type.GetElementType() ?? type.GenericTypeArguments[0] : IsOptional ? type.GenericTypeArguments[0] : type;
        Name = "--" + KebabCase(field.Name);
        if (Names(item) is null && !IsFlag && item != typeof(string) && !IsNumber) throw ScriptErrors.OptionType(Name, type);
        if (IsFlag && initial is true) throw ScriptErrors.FlagSet(Name);
    }

    /// <summary>The name as typed: <c>--learning-rate</c>.</summary>
    internal string Name { get; }

    /// <summary>The value when the option is not given.</summary>
    internal object? Initial { get; }

    /// <summary>Whether it takes no value.</summary>
    internal bool IsFlag => type == typeof(bool);

    /// <summary>Whether it may be given more than once.</summary>
    internal bool Repeats => facts.Repeats;

    /// <summary>The value when nothing follows it, if it may stand alone.</summary>
    internal string? Alone => facts.Alone;

    /// <summary>The name and the form of its value: <c>--hidden &lt;n,n,…&gt;</c>.</summary>
    internal string Form
    {
        get
        {
            if (IsFlag) return Name;
            string word = Names(item) is { } names ? string.Join('|', names.Keys) : item == typeof(string) ? "text" : IsWhole ? "n" : "x";
            string value = $"<{(IsList && !Repeats ? $"{word},…" : word)}>";
            return Alone is null ? $"{Name} {value}" : $"{Name} [{value}]";
        }
    }

    /// <summary>What it sets, and what it is when it is not given.</summary>
    internal string Help
    {
        get
        {
            string shown = Initial is IEnumerable and not string
                ? string.Join(',', ((IEnumerable)Initial).Cast<object>().Select(Show))
                : Show(Initial);
            return shown.Length == 0 || IsFlag ? facts.Help : $"{facts.Help} (default {shown})";
        }
    }

    private bool IsList => type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(FSharpList<>));

    private bool IsOptional =>
        type.IsGenericType
            && (type.GetGenericTypeDefinition() == typeof(FSharpOption<>) || type.GetGenericTypeDefinition() == typeof(Nullable<>));

    private bool IsWhole => item == typeof(int) || item == typeof(long) || item == typeof(ulong);

    private bool IsNumber => IsWhole || item == typeof(double) || item == typeof(float);

    /// <summary>The field's value from the texts that were given for it.</summary>
    /// <exception cref="UsageException">A text is of the wrong form or out of range.</exception>
    internal object Read(List<string> texts)
    {
        if (IsFlag) return true;
        if (!IsList) return IsOptional ? Activator.CreateInstance(type, ReadOne(texts[0]))! : ReadOne(texts[0]);
        object[] values =
            [.. (Repeats ? texts : [.. texts[0].Split(',', StringSplitOptions.TrimEntries)]).Select(text => ReadOne(text, texts[0]))];
        return typeof(ScriptOption).GetMethod(
            type.IsArray ? nameof(ToArray) : nameof(ToList), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(item).Invoke(null, [values])!;
    }

    /// <summary>What must follow the option, in words.</summary>
    internal string Wanted
    {
        get
        {
            bool isMany = IsList && !Repeats;
            string one = Names(item) is { } names ? $"{(isMany ? "some" : "one")} of {string.Join(", ", names.Keys)}"
                : item == typeof(string) ? (isMany ? "texts" : "a text")
                : item == typeof(ulong) ? (isMany ? "whole numbers from 0" : "a whole number from 0")
                : IsWhole ? (isMany ? "whole numbers" : "a whole number")
                : isMany ? "numbers with a decimal point" : "a number with a decimal point";
            return isMany ? $"{one}, separated by commas" : one;
        }
    }

    /// <summary>The error of a further word behind a complete option, as in <c>--add 12 1</c>.</summary>
    internal UsageException OneTooMany(List<string> given, string further) =>
        IsFlag ? ScriptErrors.FlagValue(Name, further)
        : Repeats ? ScriptErrors.OneTooMany(Name, "one value each time", given[^1], further, $"{Name} may stand again before the next")
        : IsList ? ScriptErrors.OneTooMany(Name, Wanted, given[^1], further, $"write {given[^1].TrimEnd(',')},{further}")
        : ScriptErrors.OneTooMany(
            Name, "one value", given[^1], further, item == typeof(string) ? "quotes keep the words of one text together" : null);

    private object ReadOne(string text) => ReadOne(text, text);

    private object ReadOne(string text, string whole)
    {
        if (Names(item) is { } names)
        {
            string plain = text.Replace("-", "", StringComparison.Ordinal);
            string? name = names.Keys.FirstOrDefault(name =>
                name.Replace("-", "", StringComparison.Ordinal).Equals(plain, StringComparison.OrdinalIgnoreCase));
            return name is null ? throw ScriptErrors.WrongValue(Name, Wanted, whole, NearestName.Of(text, names.Keys)) : names[name];
        }

        if (text.Length == 0) throw ScriptErrors.WrongValue(Name, Wanted, whole);
        return item == typeof(string) ? text : Checked(Number(text) ?? throw ScriptErrors.WrongValue(Name, Limit(text) ?? Wanted, whole));
    }

    /// <summary>What a number may be at most, for one that is written well but beyond what the option can hold.</summary>
    private string? Limit(string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (!IsWhole) return double.TryParse(text, NumberStyles.Float, culture, out _) ? "a finite number" : null;
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, culture, out BigInteger number)) return null;
        string most = item == typeof(int) ? Invariant($"{int.MaxValue}")
            : item == typeof(long) ? Invariant($"{long.MaxValue}") : Invariant($"{ulong.MaxValue}");
        return number.Sign > 0 ? $"a whole number of at most {most}" : item == typeof(ulong) ? null : $"a whole number of at least -{most}";
    }

    private object? Number(string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        const NumberStyles whole = NumberStyles.AllowLeadingSign;
        if (item == typeof(int)) return int.TryParse(text, whole, culture, out int number) ? number : null;
        if (item == typeof(long)) return long.TryParse(text, whole, culture, out long number) ? number : null;
        if (item == typeof(ulong)) return ulong.TryParse(text, whole, culture, out ulong number) ? number : null;
        if (!double.TryParse(text, NumberStyles.Float, culture, out double real) || !double.IsFinite(real)) return null;
        if (item == typeof(double)) return real;
        return float.IsFinite((float)real) ? (float)real : null;
    }

    private object Checked(object number)
    {
        double value = ToDouble(number);
        string? range = (facts.Min, facts.Max, facts.Above) switch
        {
            ({ } min, { } max, _) when value < ToDouble(min) || value > ToDouble(max) => Invariant($"{min} to {max}"),
            ({ } min, null, _) when value < ToDouble(min) => Invariant($"at least {min}"),
            (null, { } max, null) when value > ToDouble(max) => Invariant($"at most {max}"),
            (_, null, { } above) when value <= ToDouble(above) => Invariant($"above {above}"),
            (null, { } max, { } above) when value <= ToDouble(above) || value > ToDouble(max) =>
                Invariant($"above {above} and at most {max}"),
            _ => null,
        };
        return range is null ? number : throw ScriptErrors.OutOfRange(Name, range, number);
    }

    /// <summary>
    /// The texts of <see cref="OptionAttribute.NamesOf"/>, the members of an enumeration, or of an F# union whose cases
    /// have no fields, by the names that are typed; null for other types.
    /// </summary>
    private Dictionary<string, object>? Names(Type type)
    {
        if (facts.NamesOf?.GetProperty("Names", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is IEnumerable<string> texts)
            return texts.ToDictionary(name => name, object (name) => name);
        if (type.IsEnum) return Enum.GetNames(type).ToDictionary(KebabCase, name => Enum.Parse(type, name));
        if (type.IsPrimitive || type == typeof(string) || !FSharpType.IsUnion(type, null)) return null;
        UnionCaseInfo[] cases = FSharpType.GetUnionCases(type, null);
        return Array.TrueForAll(cases, one => one.GetFields().Length == 0)
            ? cases.ToDictionary(one => KebabCase(one.Name), one => FSharpValue.MakeUnion(one, [], null))
            : null;
    }

    private string Show(object? value) => value switch
    {
        null => "",
        _ when IsOptional && item != value.GetType() => Show(type.GetProperty("Value")!.GetValue(value)),
        _ when Names(item) is { } names => names.First(name => name.Value.Equals(value)).Key,
        double or float => ((IFormattable)value).ToString("G6", CultureInfo.InvariantCulture), // as it can be typed
        _ => Numbers.Show(value),
    };

    private static double ToDouble(object number) => Convert.ToDouble(number, CultureInfo.InvariantCulture);

    private static T[] ToArray<T>(object[] values) => [.. values.Cast<T>()];

    private static FSharpList<T> ToList<T>(object[] values) => ListModule.OfSeq(values.Cast<T>());

    internal static string KebabCase(string name) => WordStart().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
