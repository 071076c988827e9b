using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Crucible.Lab.Studies;

/// <summary>A connection to a SQLite file that waits for other processes instead of failing, and keeps its prepared commands.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const int Patience = 60_000; // milliseconds for the other processes to finish theirs
    private const int Busy = 5;
    private const int Locked = 6;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = [];

    internal SqliteSession(string source)
    {
        SqliteNative.Register();
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, DefaultTimeout = Patience / 1000, Pooling = false }.ToString());
        connection.Open();
        Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {Patience}"));
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    internal void Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row, if there is one.</summary>
    internal object? Scalar(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>All rows.</summary>
    internal List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using SqliteDataReader reader = Prepare(sql, values).ExecuteReader();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Does a piece of work as one transaction that writes, and so may not begin while another process writes.</summary>
    internal T Transaction<T>(Func<T> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            T result = work();
            Execute("COMMIT");
            return result;
        }
        catch
        {
            Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Does what SQLite may refuse at once though waiting would help: changing to write-ahead logging.</summary>
    internal void Insist(string sql)
    {
        long end = Environment.TickCount64 + Patience;
        while (true)
        {
            try
            {
                Scalar(sql);
                return;
            }
            catch (SqliteException error) when (error.SqliteErrorCode is Busy or Locked && Environment.TickCount64 < end)
            {
                Thread.Sleep(10);
            }
        }
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in commands.Values) command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i + 1}") });
            commands[sql] = command;
        }

        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
