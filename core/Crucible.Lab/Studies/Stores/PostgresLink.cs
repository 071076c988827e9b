using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Npgsql;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>Does work on a PostgreSQL server, again and again while the server is not to be reached.</summary>
internal sealed class PostgresLink : IDisposable
{
    private const string IdleInTransaction = "25P03"; // we stopped in the middle of a transaction for so long that the server ended it

    private static readonly TimeSpan WorthALine = TimeSpan.FromSeconds(1);

    private readonly PostgresAddress address;
    private readonly NpgsqlDataSource source;
    private readonly ManualResetEvent stop = new(false);
    private int isAway; // 1 while the user knows that the server is away

    internal PostgresLink(PostgresAddress address)
    {
        this.address = address;
        source = NpgsqlDataSource.Create(address.ConnectionString);
    }

    /// <summary>Makes whoever waits for the server give up.</summary>
    internal void StopWaiting() => stop.Set();

    /// <summary>
    /// Does a piece of work, as one transaction or with one for each statement. It may be done again after the server
    /// has already taken it: so it must be one that can be repeated.
    /// </summary>
    /// <exception cref="StudyException">The server was not to be reached for too long, or refuses.</exception>
    internal T Do<T>(Func<SqlSession, T> work, bool isTransaction, TimeSpan patience)
    {
        BackOff? outage = null;
        while (true)
        {
            try
            {
                T result = Once(work, isTransaction);
                if (outage is not null && Interlocked.Exchange(ref isAway, 0) == 1)
                    Console.Error.WriteLine(Invariant($"{address.Name} is back."));
                return result;
            }
            catch (Exception error) when (IsPassing(error))
            {
                outage ??= new BackOff(patience);
                if (outage.Elapsed > WorthALine && Interlocked.Exchange(ref isAway, 1) == 0)
                    Console.Error.WriteLine(Invariant($"Waiting for {address.Name}: {Reason(error)}"));
                if (outage.Wait(stop)) continue;
                StopWaiting(); // who comes after tries once
                throw StudyErrors.StoreUnreachable(address.Name, outage.Elapsed.TotalSeconds, Reason(error), error);
            }
            catch (NpgsqlException refusal)
            {
                throw StudyErrors.StoreUnusable(address.Name, Reason(refusal), refusal);
            }
        }
    }

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

    public void Dispose()
    {
        source.Dispose();
        stop.Dispose();
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

    private static string Reason(Exception error) => error switch
    {
        PostgresException refusal => refusal.MessageText,
        NpgsqlException when error.Message.StartsWith("No password has been provided", StringComparison.Ordinal) =>
            "the server wants a password, but none is given. Set PGPASSWORD in the environment.",
        NpgsqlException { InnerException: SocketException cause } => $"{error.Message} ({cause.Message})",
        _ => error.Message,
    };

    /// <summary>Whether waiting helps: the network, or a server that stops, starts, is full, or has ended our session.</summary>
    private static bool IsPassing(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleInTransaction } => true,
        NpgsqlException driver => driver.IsTransient,
        SocketException or TimeoutException => true, // from looking up the name, for one
        _ => false,
    };
}

/// <summary>
/// Waits between the attempts to reach a server: longer each time, and by chance, so that many workers do not come at
/// once.
/// </summary>
internal sealed class BackOff(TimeSpan patience)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    // Well below the grace period: whoever waits is back before it is given up
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan next = First;

    internal TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Waits.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Whether another attempt is worth it.</returns>
    internal bool Wait(WaitHandle stop)
    {
        if (watch.Elapsed >= patience) return false;
        TimeSpan delay = next * (0.5 + Random.Shared.NextDouble());
        next = next * 2 < Longest ? next * 2 : Longest;
        return !stop.WaitOne(delay);
    }
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
