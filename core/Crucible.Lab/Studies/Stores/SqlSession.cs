using System.Data.Common;

namespace Crucible.Lab.Studies;

/// <summary>A connection to a database whose statements have the parameters $1, $2 and so on. It keeps its prepared commands.</summary>
internal abstract class SqlSession(DbConnection connection) : IDisposable
{
    private readonly Dictionary<string, DbCommand> commands = [];

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>How many rows it changed.</returns>
    internal int Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row, if there is one.</summary>
    internal object? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Prepare(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>All rows.</summary>
    internal List<T> Rows<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using DbDataReader reader = Prepare(sql, values).ExecuteReader();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public virtual void Dispose()
    {
        foreach (DbCommand command in commands.Values) command.Dispose();
    }

    /// <summary>The parameter of a place, from 1.</summary>
    private protected abstract DbParameter Parameter(int place);

    /// <summary>A value as the database takes it.</summary>
    private protected virtual object Convert(object? value) => value ?? DBNull.Value;

    private DbCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out DbCommand? command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (int place = 1; place <= values.Length; place++) command.Parameters.Add(Parameter(place));
            commands[sql] = command;
        }

        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = Convert(values[i]);
        return command;
    }
}
