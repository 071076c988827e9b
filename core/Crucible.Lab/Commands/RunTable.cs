using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crucible.Lab.Reports;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Crucible.Lab.Commands;

/// <summary>
/// The table <c>runs</c> in memory: a row a run, with columns for what every run has, for each metric and for each
/// setting. A setting whose name is taken by one of the others is <c>config.name</c>.
/// </summary>
internal sealed partial class RunTable : IDisposable
{
    private const int MostColumns = 1900; // SQLite allows 2000

    private static readonly string[] Plain = ["script", "status", "quick", "seed", "started", "seconds", "command", "answer", "error"];

    private readonly SqliteConnection connection = new("Data Source=:memory:");
    private readonly List<string> damaged = [];
    private readonly string[] names;

    /// <summary>Reads all runs.</summary>
    /// <param name="reports">Their folder.</param>
    /// <param name="query">What will be asked: of metrics and settings only those become columns that it may name.</param>
    /// <exception cref="OptionException">There are no runs.</exception>
    internal RunTable(string reports, string query)
    {
        List<Dictionary<string, object?>> rows = [.. Gallery.FoldersIn(reports).Select(Read).OfType<Dictionary<string, object?>>()];
        if (rows.Count + damaged.Count == 0) throw CommandErrors.NoRuns(reports);
        names = [.. Plain.Prepend("run").Concat(rows.SelectMany(row => row.Keys)).Distinct(StringComparer.OrdinalIgnoreCase)];
        bool takesAll = Star().IsMatch(query);
        string[] columns = [.. names.Where((name, place) =>
            place <= Plain.Length || takesAll || query.Contains(name, StringComparison.OrdinalIgnoreCase))];
        if (columns.Length > MostColumns) throw CommandErrors.TooManyColumns(MostColumns, columns.Length);
        connection.Open();
        Fill(columns, rows);

        // From here on nothing but reading: no other file is attached or written, and "name" is never a text.
        raw.sqlite3_set_authorizer(connection.Handle, (strdelegate_authorizer)Authorize, null);
        raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_DQS_DML, 0, out _);
    }

    /// <summary>The columns there are, named in the query or not.</summary>
    internal IReadOnlyList<string> Names => names;

    /// <summary>Runs whose run.json cannot be read: they are no rows.</summary>
    internal IReadOnlyList<string> Damaged => damaged;

    public void Dispose() => connection.Dispose();

    /// <summary>The answer to a query.</summary>
    /// <exception cref="SqliteException">The SQL is wrong.</exception>
    internal TableData Ask(string query)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        using SqliteDataReader reader = command.ExecuteReader();
        string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        List<object?[]> rows = [];
        while (reader.Read())
            rows.Add([.. columns.Select((_, place) => reader.GetValue(place) is { } value and not DBNull ? value : null)]);
        return new TableData(columns, [.. rows]);
    }

    private static int Authorize(object user, int action, string first, string second, string database, string inner) =>
        action is raw.SQLITE_SELECT or raw.SQLITE_READ or raw.SQLITE_FUNCTION or raw.SQLITE_RECURSIVE ? raw.SQLITE_OK : raw.SQLITE_DENY;

    private Dictionary<string, object?>? Read(string folder)
    {
        string key = $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(folder)}";
        try
        {
            using JsonDocument document = JsonDocument.Parse(RunFile.ReadBytes(Path.Combine(folder, RunRecord.FileName)));
            JsonElement record = document.RootElement;
            Dictionary<string, object?> row = new(StringComparer.OrdinalIgnoreCase) { ["run"] = key };
            foreach (string name in Plain) row[name] = record.TryGetProperty(name, out JsonElement value) ? ValueOf(value) : null;
            foreach (JsonProperty metric in record.GetProperty("metrics").EnumerateObject()) row.TryAdd(metric.Name, ValueOf(metric.Value));
            if (record.TryGetProperty("config", out JsonElement config))
            {
                foreach (JsonProperty setting in config.EnumerateObject().Where(setting => setting.Name != "quick"))
                {
                    if (!row.TryAdd(setting.Name, ValueOf(setting.Value))) row[$"config.{setting.Name}"] = ValueOf(setting.Value);
                }
            }

            return row;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or IOException or UnauthorizedAccessException)
        {
            damaged.Add($"{key} ({error.Message.ReplaceLineEndings(" ")})");
            return null;
        }
    }

    private static object? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => 1L,
        JsonValueKind.False => 0L,
        JsonValueKind.Number => value.TryGetInt64(out long whole) ? whole : value.GetDouble(),
        _ => value.GetRawText(),
    };

    private void Fill(string[] columns, List<Dictionary<string, object?>> rows)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand create = connection.CreateCommand(), insert = connection.CreateCommand();
        create.CommandText = $"create table runs ({string.Join(", ", columns.Select(Quoted))})";
        create.ExecuteNonQuery();
        insert.CommandText = $"insert into runs values ({string.Join(", ", columns.Select((_, place) => Parameter(place)))})";
        SqliteParameter[] cells = [.. columns.Select((_, place) => insert.Parameters.Add(new SqliteParameter(Parameter(place), null)))];
        foreach (Dictionary<string, object?> row in rows)
        {
            for (int place = 0; place < cells.Length; place++) cells[place].Value = row.GetValueOrDefault(columns[place]) ?? DBNull.Value;
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static string Parameter(int place) => string.Create(CultureInfo.InvariantCulture, $"$c{place}");

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"(\bselect\b(\s+distinct)?|,|\.)\s*\*", RegexOptions.IgnoreCase)]
    private static partial Regex Star();
}
