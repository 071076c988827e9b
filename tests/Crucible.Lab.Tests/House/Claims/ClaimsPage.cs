using System.Globalization;
using static System.FormattableString;

namespace Crucible.Lab.Tests.House.Claims;

/// <summary>docs/claims.md: the numbers of README.md, what was measured last, by what, when and where.</summary>
internal static class ClaimsPage
{
    private const string Above = """
        # Claims

        Each number of the README, what was measured last, the command that measures it, when and on what. Written by
        `dotnet fsi build.fsx claims` from the newest whole runs in `reports/`; with names of scripts behind it, as `housing gates`,
        it runs these first. Tests refuse a number of the README that stands here in no row, and one that is not what was
        measured, rounded.

        A number is what is written in digits, but for parts of words (float32), versions, code, whose output is tested by
        itself, and the section on speed, whose table `dotnet fsi build.fsx bench --write` writes, and [more of it](speed.md).
        Numbers that name what is run, as seeds do, stand in the command.

        | README says | measured | by | when, where, how long |
        |---|---|---|---|

        """;

    internal static string File { get; } = Path.Combine(Rooms.Root, "docs", "claims.md");

    internal static string Text(Records records) => Above + string.Concat(
        from claim in ReadmeClaims.All
        from one in claim.Numbers
        where one.Source != Source.Named
        select Row(claim.Text, one.Number, one.Source, records));

    private static string Row(string text, ReadmeNumber number, Source source, Records records)
    {
        string says = text.Insert(number.Place + number.Text.Length, "**").Insert(number.Place, "**");
        return source switch
        {
            Source.Metric metric => Row(says, Shown(records.Value(metric)), metric.Shown, Place(records.Of(metric))),
            Source.Recorded recorded =>
                Row(says, recorded.Of(number)?.Text ?? "", $"recorded in [{recorded.File}](../{recorded.File})", ""),
            Source.Held held => Row(says, "held", $"the test `{held.Tests.Name}.{held.Test}`", ""),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "it has no row"),
        };
    }

    private static string Row(string says, string measured, string by, string place) => $"| {says} | {measured} | {by} | {place} |\n";

    private static string Shown(double? value) =>
        value?.ToString("G4", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal) ?? "";

    private static string Place(Record[]? records)
    {
        if (records is null) return "";
        Record newest = records.MaxBy(record => record.Started)!;
        string seconds = Invariant($"{records.Average(record => record.Seconds):0.#} s{(records.Length > 1 ? " each" : "")}");
        return Invariant($"{newest.Started:yyyy-MM-dd}, {newest.Machine}, {seconds}");
    }
}
