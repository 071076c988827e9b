using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Npgsql;

namespace Crucible.Lab.Studies;

/// <summary>Does work on a PostgreSQL server, again and again while the server is not to be reached.</summary>
internal sealed class PostgresLink(PostgresAddress address) : StoreLink
{
    private const string IdleInTransaction = "25P03"; // we stopped in the middle of a transaction for so long that the server ended it

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(address.ConnectionString);

    /// <inheritdoc/>
    private protected override string Name => address.Name;

    /// <summary>Does a piece of work, as one transaction or with one for each statement, which can be repeated.</summary>
    /// <exception cref="StudyException">The server was not to be reached for too long, or refuses.</exception>
    internal T Do<T>(Func<SqlSession, T> work, bool isTransaction, TimeSpan patience) =>
        Insist(() => Once(work, isTransaction), patience);

    /// <summary>Does a piece of work if the server can be reached.</summary>
    internal bool Try(Action<SqlSession> work)
    {
        try
        {
            Once(session =>
            {
                work(session);
                return 0;
            }, isTransaction: false);
            return true;
        }
        catch (Exception error) when (error is NpgsqlException || IsPassing(error))
        {
            return false;
        }
    }

    public override void Dispose()
    {
        source.Dispose();
        base.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The session ends with the connection.")]
    private T Once<T>(Func<SqlSession, T> work, bool isTransaction)
    {
        using NpgsqlConnection connection = source.OpenConnection();
        using PostgresSession session = new(connection);
        if (!isTransaction) return work(session);
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        T result = work(session);
        transaction.Commit();
        return result;
    }

    /// <inheritdoc/>
    private protected override string Reason(Exception error) => error switch
    {
        PostgresException refusal => refusal.MessageText,
        NpgsqlException when error.Message.StartsWith("No password has been provided", StringComparison.Ordinal) =>
            "the server wants a password, but none is given. Set PGPASSWORD in the environment.",
        NpgsqlException { InnerException: SocketException cause } => $"{error.Message} ({cause.Message})",
        _ => error.Message,
    };

    /// <summary>The network, or a server that stops, starts, is full, or has ended our session.</summary>
    private protected override bool IsPassing(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleInTransaction } => true,
        NpgsqlException driver => driver.IsTransient,
        SocketException or TimeoutException => true, // from looking up the name, for one
        _ => false,
    };

    /// <inheritdoc/>
    private protected override bool IsRefusal(Exception error) => error is NpgsqlException;

    /// <inheritdoc/>
    private protected override StudyException GivenUp(double seconds, Exception error) =>
        StudyErrors.StoreUnreachable(Name, seconds, Reason(error), error);
}

/// <summary>Does something at regular times on a thread of its own, which also gets its turn when all others compute.</summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly ManualResetEvent stop = new(false);
    private readonly TimeSpan interval;
    private readonly Action beat;
    private readonly Thread thread;

    internal Heartbeat(TimeSpan interval, Action beat)
    {
        (this.interval, this.beat) = (interval, beat);
        thread = new Thread(Run) { IsBackground = true, Name = "heartbeat" };
        thread.Start();
    }

    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
    }

    private void Run()
    {
        while (!stop.WaitOne(interval)) beat();
    }
}
