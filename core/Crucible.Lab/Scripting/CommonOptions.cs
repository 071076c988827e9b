using System.Globalization;

namespace Crucible.Lab.Scripting;

/// <summary>The options that every script has.</summary>
internal sealed record CommonOptions
{
    internal const string Usage = """
            help                  shows this text
            --seed <n>            seed of everything random (default 0)
            --quick               the same code on less work, under 20 s
            --threads <n>         threads to use (default: all processors)
            --out <folder>        where to write report.html and run.json (default: reports/<script>/<run>)
            --open                opens the report when it is done
            --trace               shows where an error came from
        """;

    internal ulong Seed { get; private set; }

    internal bool IsQuick { get; private set; }

    internal int? Threads { get; private set; }

    internal string? Out { get; private set; }

    internal bool Opens { get; private set; }

    internal bool Traces { get; private set; }

    internal bool AsksForHelp { get; private set; }

    /// <summary>What is not one of these: the script's own options.</summary>
    internal List<string> Rest { get; } = [];

    /// <summary>Takes the common options out of the arguments.</summary>
    /// <exception cref="UsageException">A value is missing or wrong.</exception>
    internal static CommonOptions Parse(string[] arguments)
    {
        CommonOptions options = new() { AsksForHelp = arguments is ["help", ..] };
        Queue<string> left = new(options.AsksForHelp ? arguments[1..] : arguments);
        while (left.TryDequeue(out string? argument)) options.Take(argument, left);
        return options;
    }

    private void Take(string argument, Queue<string> left)
    {
        string[] parts = argument.Split('=', 2);
        string Value(string what) =>
            parts.Length == 2 ? parts[1] : left.TryDequeue(out string? next) ? next : throw Errors.MissingValue(parts[0], what);
        switch (parts[0])
        {
            case "--seed": Seed = Whole("--seed", Value("a whole number from 0"), ulong.MaxValue, "a whole number from 0"); break;
            case "--threads": Threads = (int)Whole("--threads", Value("a whole number from 1 to 256"), 256, "a whole number from 1 to 256", least: 1); break;
            case "--out": Out = Value("a folder"); break;
            case "--quick" when parts.Length == 1: IsQuick = true; break;
            case "--open" when parts.Length == 1: Opens = true; break;
            case "--trace" when parts.Length == 1: Traces = true; break;
            case "--help" or "-h" when parts.Length == 1: AsksForHelp = true; break;
            default: Rest.Add(argument); break;
        }
    }

    private static ulong Whole(string option, string text, ulong most, string what, ulong least = 0) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number >= least && number <= most
            ? number
            : throw Errors.WrongValue(option, what, text);
}
