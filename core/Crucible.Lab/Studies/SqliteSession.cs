using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Crucible.Lab.Studies;

/// <summary>A connection to a SQLite file that waits for other processes instead of failing.</summary>
internal sealed class SqliteSession : SqlSession
{
    private const int Patience = 60_000; // milliseconds for the other processes to finish theirs
    private const int Busy = 5;
    private const int Locked = 6;

    private readonly SqliteConnection connection;

    private SqliteSession(SqliteConnection connection) : base(connection) => this.connection = connection;

    internal static SqliteSession Open(string source)
    {
        SqliteNative.Register();
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = source, DefaultTimeout = Patience / 1000, Pooling = false }.ToString());
        SqliteSession session = new(connection);
        try
        {
            connection.Open();
            session.Execute(Errors.Text($"PRAGMA busy_timeout = {Patience}"));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Does a piece of work as one transaction that writes, and so may not begin while another process writes.</summary>
    internal T Transaction<T>(Func<SqlSession, T> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            T result = work(this);
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

    public override void Dispose()
    {
        base.Dispose();
        connection.Dispose();
    }

    private protected override DbParameter Parameter(int place) => new SqliteParameter { ParameterName = Errors.Text($"${place}") };
}
