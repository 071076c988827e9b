using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Microsoft.Data.Sqlite;

namespace Crucible.Lab.Commands;

/// <summary>SQL over the <c>run.json</c> of all runs, for people and for programs.</summary>
internal static partial class QueryCommand
{
    private const string Usage = """
        query "SQL" [options]

          Asks the table runs, a row a run. Its columns: run, script, status, quick, seed, started, seconds, command, answer,
          error, and every metric and setting by its name in run.json, as test_mse or LearningRate. Read only.
        """;

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal sealed record Options(
        [property: Option("prints JSON instead of a table: a list with an object a row")] bool Json = false,
        [property: Option("the folder of all runs")] string? Reports = null);

    internal static int Run(string[] arguments, CommandPlace place)
    {
        if (place.Read(Usage, new Options(), arguments) is not { } read) return 0;
        if (read.Words is not [string query]) throw CommandErrors.QueryWords(read.Words.Length);
        using RunTable runs = new(place.ReportsFolder(read.Options.Reports), query);
        TableData answer = Ask(runs, query);
        if (read.Options.Json) place.Output.WriteLine(ToJson(answer).ToJsonString(Indented));
        else place.Console.Table(ForPeople(answer));
        if (runs.Damaged.Count > 0)
            place.Console.Fail($"left out, because their {RunRecord.FileName} cannot be read: {string.Join("; ", runs.Damaged)}");
        return 0;
    }

    private static TableData Ask(RunTable runs, string query)
    {
        try
        {
            return runs.Ask(query);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == SQLitePCL.raw.SQLITE_AUTH)
        {
            throw CommandErrors.QueryWrites();
        }
        catch (SqliteException error)
        {
            throw Explained(error.Message, runs.Names);
        }
    }

    /// <summary>SQLite's own words, or the nearest name for one that is wrong.</summary>
    private static OptionException Explained(string message, IEnumerable<string> names)
    {
        Match column = Column().Match(message), table = Table().Match(message);
        if (table.Success) return CommandErrors.QueryTable(table.Groups[1].Value);
        if (!column.Success) return CommandErrors.Query(SqliteWords().Replace(message, "$1"));
        string name = column.Groups[1].Value;
        return CommandErrors.QueryColumn(name, NearestName.Of(name, names));
    }

    /// <summary>Columns that are empty in all rows are left out, which matters for <c>*</c>; whole numbers are not grouped.</summary>
    private static TableData ForPeople(TableData answer)
    {
        int[] full = [.. Enumerable.Range(0, answer.Columns.Length)
            .Where(column => answer.Rows.Length == 0 || answer.Rows.Any(row => row[column] is not null))];
        return new TableData(
            [.. full.Select(column => answer.Columns[column])],
            [.. answer.Rows.Select(row => (object?[])[.. full.Select(column => Cell(row[column]))])]);

        static object? Cell(object? value) => value is long whole ? whole.ToString(CultureInfo.InvariantCulture) : value;
    }

    private static JsonArray ToJson(TableData answer) => [.. answer.Rows.Select(row =>
    {
        JsonObject one = [];
        for (int column = 0; column < row.Length; column++) one[answer.Columns[column]] = Value(row[column]);
        return one;
    })];

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        long whole => JsonValue.Create(whole),
        double number => Numbers.Json(number),
        byte[] bytes => JsonValue.Create(Convert.ToBase64String(bytes)),
        _ => JsonValue.Create(value.ToString()),
    };

    [GeneratedRegex(@"no such column: ""?([^'""]+)""?")]
    private static partial Regex Column();

    [GeneratedRegex(@"no such table: ([^']+)")]
    private static partial Regex Table();

    [GeneratedRegex(@"^SQLite Error \d+: '(.*)'\.$")]
    private static partial Regex SqliteWords();
}
