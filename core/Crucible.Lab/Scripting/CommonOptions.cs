
namespace Crucible.Lab.Scripting;

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
        throw Errors.UnknownArgument(first, NearestName.Of(first.Split('=')[0], own.Concat(Names)));
    }
}
