using System.Globalization;
using static System.FormattableString;

namespace Crucible.Benchmarks.Studies;

/// <summary>What of the suite is done: <c>--seeds 0-9 --searches default,TPE --fresh</c>.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Last">The last seed; none for the last that was recorded.</param>
/// <param name="Searches">The searches.</param>
/// <param name="IsFresh">Whether what was found before is forgotten.</param>
internal sealed record SuiteOptions(int First, int? Last, IReadOnlyList<string> Searches, bool IsFresh)
{
    private const string Seeds = "--seeds", Names = "--searches", Fresh = "--fresh";

    /// <summary>Takes its options from among others.</summary>
    /// <exception cref="CrucibleException">One of them is wrong.</exception>
    internal static (SuiteOptions Options, string[] Others) Parse(string[] arguments)
    {
        string? seeds = After(Seeds), names = After(Names);
        string[] all = [.. SuiteSearches.All.Select(search => search.Name)];
        string[] searches = names is null ? all : [.. names.Split(',', StringSplitOptions.TrimEntries).Select(Known)];
        string[] ends = (seeds ?? "0-").Split('-');
        if (ends is not ([_] or [_, _]) || !Number(ends[0], out int first) || (ends[^1].Length > 0 && !Number(ends[^1], out _)))
            throw new CrucibleException($"{Seeds} must be as 0-9, 20- or 3, got {seeds}");
        int? last = ends[^1].Length > 0 ? int.Parse(ends[^1], CultureInfo.InvariantCulture) : null;
        if (last < first) throw new CrucibleException($"{Seeds} must go upwards, got {seeds}");
        string[] own = [Seeds, Names, Fresh];
        bool isValue(int i) => i > 0 && arguments[i - 1] is Seeds or Names;
        string[] others = [.. arguments.Where((word, i) => !own.Contains(word) && !isValue(i))];
        return (new SuiteOptions(first, last, searches, arguments.Contains(Fresh)), others);

        string? After(string option)
        {
            int place = Array.IndexOf(arguments, option);
            if (place >= 0 && place + 1 >= arguments.Length) throw new CrucibleException($"{option} wants a value");
            return place < 0 ? null : arguments[place + 1];
        }

        string Known(string name) => all.FirstOrDefault(one => string.Equals(one, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new CrucibleException($"{Names} must be of {string.Join(", ", all)}, got {name}");

        static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The seeds among those that were recorded.</summary>
    /// <exception cref="CrucibleException">There are fewer.</exception>
    internal int[] Of(int recorded, bool isQuick)
    {
        int last = Last ?? (isQuick ? Math.Min(First + 1, recorded - 1) : recorded - 1);
        return last < recorded && First <= last
            ? [.. Enumerable.Range(First, last - First + 1)]
            : throw new CrucibleException(Invariant($"{Seeds} must lie from 0 to {recorded - 1}, which were recorded, got {First}-{Last}"));
    }
}
