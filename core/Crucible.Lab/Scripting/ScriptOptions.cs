using System.Reflection;

namespace Crucible.Lab.Scripting;

/// <summary>
/// The options of a script: a record whose fields have an <see cref="OptionAttribute"/>, read from the command line over the record's
/// defaults.
/// </summary>
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
        if (Names.FirstOrDefault(taken.Contains) is { } twice) throw ScriptErrors.OptionTaken(twice);
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

            if (!given.TryAdd(option, []) && !option.Repeats) throw ScriptErrors.OptionTwice(option.Name);
            if (option.IsFlag && parts.Length == 2) throw ScriptErrors.FlagValue(option.Name, parts[1]);
            if (option.IsFlag) continue;
            bool isMissing = parts.Length == 1 && (!left.TryPeek(out string? next) || next.StartsWith("--", StringComparison.Ordinal));
            if (isMissing) throw ScriptErrors.MissingValue(option.Name, option.Wanted);
            given[option].Add(parts.Length == 2 ? parts[1] : left.Dequeue());
        }

        return make.Invoke([.. options.Select(option => given.TryGetValue(option, out List<string>? texts) ? option.Read(texts) : option.Initial)]);
    }
}

/// <summary>The options that every script has.</summary>
internal sealed record CommonOptions(
    [property: Option("seed of everything random")] ulong Seed = 0,
    [property: Option("the same code on less work, under 20 s")] bool Quick = false,
    [property: Option("threads to use, instead of all processors", Min = 1, Max = 256)] int? Threads = null,
    [property: Option("folder for report.html and run.json, instead of reports/<script>/<run>")] string? Out = null,
    [property: Option("opens the report when it is done")] bool Open = false,
    [property: Option("shows where an error came from")] bool Trace = false)
{
    private static readonly ScriptOptions Reader = new(new CommonOptions());

    /// <summary>What each of them sets.</summary>
    internal static string Usage => $"    {"help",-28}shows this text\n{Reader.Usage}";

    /// <summary>Their names as typed.</summary>
    internal static IEnumerable<string> Names => Reader.Names.Append("--help");

    /// <summary>Whether <c>help</c> stood first, or <c>--help</c> or <c>-h</c> anywhere.</summary>
    internal bool AsksForHelp { get; private init; }

    /// <summary>What is not one of these: the script's own options.</summary>
    internal IReadOnlyList<string> Rest { get; private init; } = [];

    /// <summary>Takes the common options out of the arguments.</summary>
    /// <exception cref="UsageException">A value is missing or wrong.</exception>
    internal static CommonOptions Parse(string[] arguments)
    {
        List<string> rest = [];
        CommonOptions options = (CommonOptions)Reader.Read(arguments is ["help", ..] ? arguments[1..] : arguments, rest);
        bool asksForHelp = arguments is ["help", ..] | rest.RemoveAll(argument => argument is "--help" or "-h") > 0;
        return options with { AsksForHelp = asksForHelp, Rest = rest };
    }

    /// <summary>Reads a script's own options from what these left.</summary>
    /// <exception cref="UsageException">An option is unknown, or a value missing, wrong or given twice.</exception>
    internal object Read(ScriptOptions own)
    {
        List<string> unknown = [];
        object record = own.Read(Rest, unknown);
        RefuseAny(unknown, own.Names);
        return record;
    }

    /// <summary>Sees that a script without options of its own is given none.</summary>
    /// <exception cref="UsageException">It is.</exception>
    internal void RefuseRest() => RefuseAny(Rest, []);

    private static void RefuseAny(IReadOnlyList<string> unknown, IEnumerable<string> own)
    {
        if (unknown is not [string first, ..]) return;
        throw ScriptErrors.UnknownArgument(first, NearestName.Of(first.Split('=')[0], own.Concat(Names)));
    }
}
