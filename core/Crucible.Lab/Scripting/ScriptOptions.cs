using System.Reflection;

namespace Crucible.Lab.Scripting;

/// <summary>
/// The options of a script: a record whose fields have an <see cref="OptionAttribute"/>, read from the command line
/// over the record's defaults. A field that is itself such a record adds its options, so that scripts share a group of
/// them.
/// </summary>
internal sealed class ScriptOptions
{
    private const int HelpColumn = 32;

    private readonly ConstructorInfo make;
    private readonly object[] fields; // in the constructor's order: an option, or the options of a group
    private readonly ScriptOption[] options;
    private readonly MovedAttribute[] moved;

    /// <param name="defaults">A record of F# or C#: one constructor that takes all fields.</param>
    /// <param name="taken">Names that are options already.</param>
    /// <exception cref="OptionException">A field has no attribute, no type that an option can have, or a name that is taken.</exception>
    internal ScriptOptions(object defaults, params IEnumerable<string> taken)
    {
        Type type = defaults.GetType();
        make = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        fields =
        [
            .. from parameter in make.GetParameters()
               let field = type.GetProperty(parameter.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
               let initial = field.GetValue(defaults)
               select IsGroup(field) ? new ScriptOptions(initial!) : (object)new ScriptOption(field, initial),
        ];
        options = [.. fields.SelectMany(field => field is ScriptOptions group ? group.options : [(ScriptOption)field])];
        moved = [.. type.GetCustomAttributes<MovedAttribute>()];
        IEnumerable<string> twice = Names.CountBy(name => name).Where(name => name.Value > 1).Select(name => name.Key);
        if (Names.Where(taken.Contains).Concat(twice).FirstOrDefault() is { } name) throw ScriptErrors.OptionTaken(name);
    }

    /// <summary>Whether a field is a record of options itself.</summary>
    internal static bool IsGroup(PropertyInfo field) =>
        field.PropertyType.GetProperties().Any(inner => inner.IsDefined(typeof(OptionAttribute)));

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
    /// <param name="takesWords">Whether words beside the options are expected, as a command's files are.</param>
    /// <exception cref="UsageException">A value is missing, wrong or given twice.</exception>
    internal object Read(IEnumerable<string> arguments, List<string> rest, bool takesWords = false)
    {
        Dictionary<ScriptOption, List<string>> given = [];
        Queue<string> left = new(arguments);
        ScriptOption? last = null; // the one that is complete, where nothing has followed it
        while (left.TryDequeue(out string? argument))
        {
            string[] parts = argument.Split('=', 2);
            ScriptOption? option = Array.Find(options, option => option.Name == parts[0]);
            if (option is null && last is not null && !takesWords && IsValue(argument)) throw last.OneTooMany(given[last], argument);
            last = option;
            if (option is null)
            {
                rest.Add(argument);
                continue;
            }

            if (!given.TryAdd(option, []) && !option.Repeats) throw ScriptErrors.OptionTwice(option.Name);
            if (option.IsFlag && parts.Length == 2) throw ScriptErrors.FlagValue(option.Name, parts[1]);
            if (option.IsFlag) continue;
            bool isAlone = parts.Length == 1 && (!left.TryPeek(out string? next) || next.StartsWith("--", StringComparison.Ordinal));
            if (isAlone) given[option].Add(option.Alone ?? throw ScriptErrors.MissingValue(option.Name, option.Wanted));
            else given[option].Add(parts.Length == 2 ? parts[1] : left.Dequeue());
        }

        return Make(given);
    }

    /// <summary>What to run instead of giving an argument that this script no longer has; null for all others.</summary>
    internal string? PlaceOf(string argument) =>
        Array.Find(moved, one => one.Options.Any(option => argument.Split('=')[0] == $"--{option}"))?.Place;

    /// <summary>Whether an argument is no option: a word, or a negative number.</summary>
    private static bool IsValue(string argument) => argument is not ['-', ..] || argument is ['-', >= '0' and <= '9', ..];

    private object Make(Dictionary<ScriptOption, List<string>> given) => make.Invoke(
    [
        .. fields.Select(field => field switch
        {
            ScriptOptions group => group.Make(given),
            ScriptOption option when given.TryGetValue(option, out List<string>? texts) => option.Read(texts),
            _ => ((ScriptOption)field).Initial,
        }),
    ]);
}

/// <summary>The options that every script has.</summary>
internal sealed record CommonOptions(
    [property: Option("seed of everything random")] ulong Seed = 0,
    [property: Option("the same code on less work, under 20 s")] bool Quick = false,
    [property: Option("threads to use, instead of all processors", Min = 1, Max = 256)] int? Threads = null,
    [property: Option("folder for report.html and run.json, instead of reports/<script>/<run>")] string? Out = null,
    [property: Option("opens the report when it is done")] bool Open = false,
    [property: Option("serves a page that follows the run, to this machine only, at an address that is printed")] bool Live = false,
    [property: Option("leaves the source, uncommitted changes and paths out of report.html and run.json")] bool Private = false,
    [property: Option("writes a page of the script's prose, code and results to <script>.html in the current folder")] bool Page = false,
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
        if (unknown is [string first, ..] && own.PlaceOf(first) is { } place) throw ScriptErrors.OptionMoved(first, place);
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
