using System.Reflection;

namespace Crucible.Lab.Scripting;

/// <summary>The options of a script: a record whose fields have an <see cref="OptionAttribute"/>, read from the command line over the record's defaults.</summary>
internal sealed class ScriptOptions
{
    private const int HelpColumn = 32;

    private readonly ConstructorInfo make;
    private readonly ScriptOption[] options;

    /// <param name="defaults">A record of F# or C#: one constructor that takes all fields.</param>
    /// <param name="taken">Names that are options already.</param>
    /// <exception cref="OptionException">A field has no attribute, no type that an option can have, or a name that is taken.</exception>
    internal ScriptOptions(object defaults, params IEnumerable<string> taken)
    {
        Type type = defaults.GetType();
        make = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        options =
        [
            .. from parameter in make.GetParameters()
               let field = type.GetProperty(parameter.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
               select new ScriptOption(field, field.GetValue(defaults)),
        ];
        if (Names.FirstOrDefault(taken.Contains) is { } twice) throw Errors.OptionTaken(twice);
    }

    /// <summary>Whether a type is a record of options.</summary>
    internal static bool IsRecord(Type type) => type.GetProperties().Any(field => field.IsDefined(typeof(OptionAttribute)));

    /// <summary>The names as typed.</summary>
    internal IEnumerable<string> Names => options.Select(option => option.Name);

    /// <summary>What each option sets and its default, a line each, or two where the form is long.</summary>
    internal string Usage => string.Join('\n', options.Select(option =>
    {
        string form = "    " + option.Form;
        return (form.Length < HelpColumn - 1 ? form.PadRight(HelpColumn) : $"{form}\n{new string(' ', HelpColumn)}") + option.Help;
    }));

    /// <summary>Reads the record; what no option here takes is left in order in <paramref name="rest"/>.</summary>
    /// <param name="arguments">What was typed: <c>--name value</c>, <c>--name=value</c> or, for a flag, <c>--name</c>.</param>
    /// <param name="rest">What is not an option of this record.</param>
    /// <exception cref="UsageException">A value is missing, wrong or given twice.</exception>
    internal object Read(IEnumerable<string> arguments, List<string> rest)
    {
        Dictionary<ScriptOption, List<string>> given = [];
        Queue<string> left = new(arguments);
        while (left.TryDequeue(out string? argument))
        {
            string[] parts = argument.Split('=', 2);
            if (Array.Find(options, option => option.Name == parts[0]) is not { } option)
            {
                rest.Add(argument);
                continue;
            }

            if (!given.TryAdd(option, []) && !option.Repeats) throw Errors.OptionTwice(option.Name);
            if (option.IsFlag && parts.Length == 2) throw Errors.FlagValue(option.Name, parts[1]);
            if (option.IsFlag) continue;
            bool isMissing = parts.Length == 1 && (!left.TryPeek(out string? next) || next.StartsWith("--", StringComparison.Ordinal));
            if (isMissing) throw Errors.MissingValue(option.Name, option.Wanted);
            given[option].Add(parts.Length == 2 ? parts[1] : left.Dequeue());
        }

        return make.Invoke([.. options.Select(option => given.TryGetValue(option, out List<string>? texts) ? option.Read(texts) : option.Initial)]);
    }
}
