using System.Data.Common;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>Does work on a SQLite file, one piece at a time, again and again while another process has it locked.</summary>
internal sealed class SqliteLink(string file, TimeSpan patience) : StoreLink
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Full = 13;
    private const int BetweenCheckpoints = 200; // pieces of work: up to 1000 pages, as SQLite does

    private readonly Lock gate = new();
    private SqliteSession? session;
    private int sinceCheckpoint;

    /// <inheritdoc/>
    private protected override string Name => file;

    /// <summary>Connects.</summary>
    internal void Open() => session = Do(() => SqliteSession.Open(file));

    /// <summary>Does a piece of work, which can be repeated, on the connection.</summary>
    /// <exception cref="StudyException">The file was locked for too long, or cannot be used.</exception>
    internal T Do<T>(Func<SqliteSession, T> work) => Do(() =>
    {
        T result = work(session!);
        if (!session!.IsInTransaction && ++sinceCheckpoint >= BetweenCheckpoints) Checkpoint();
        return result;
    });

    /// <summary>Does a piece of work, which can be repeated, that the store needs beside the connection.</summary>
    /// <inheritdoc cref="Do{T}(Func{SqliteSession, T})"/>
    internal T Do<T>(Func<T> work)
    {
        lock (gate) return Insist(work, patience);
    }

    /// <summary>
    /// Brings what was written to the disk. Processes that read or write at the moment only let it bring less, and
    /// bring the rest themselves.
    /// </summary>
    /// <exception cref="StudyException">The disk failed.</exception>
    internal void Checkpoint() => Do(() =>
    {
        sinceCheckpoint = 0;
        return session!.Scalar("PRAGMA wal_checkpoint(PASSIVE)");
    });

    public override void Dispose()
    {
        lock (gate) session?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    private protected override bool IsPassing(Exception error) => error is SqliteException { SqliteErrorCode: Busy or Locked };

    /// <inheritdoc/>
    private protected override bool IsRefusal(Exception error) =>
        error is SqliteException or IOException or UnauthorizedAccessException;

    /// <inheritdoc/>
    private protected override string Reason(Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: Busy or Locked } => "another process has locked it.",
        SqliteException { SqliteErrorCode: Full } =>
            "the disk is full. Make room and start again with the same command: all that had ended is kept.",
        _ => error.Message,
    };

    /// <inheritdoc/>
    private protected override StudyException GivenUp(double seconds, Exception error) => StudyErrors.StoreLocked(file, seconds, error);
}

/// <summary>A connection to a SQLite file.</summary>
internal sealed class SqliteSession : SqlSession
{
    private readonly SqliteConnection connection;

    private SqliteSession(SqliteConnection connection) : base(connection) => this.connection = connection;

    /// <summary>Whether a transaction is under way. SQLite ends one by itself when the disk is full or fails.</summary>
    internal bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Opens a file to read it.</summary>
    /// <param name="file">The file, which must be there.</param>
    /// <param name="isAtRest">
    /// Whether no process writes: SQLite then makes no file beside it, and a folder that cannot be written to will do.
    /// </param>
    internal static SqliteSession OpenToRead(string file, bool isAtRest)
    {
        string[] parts = [.. Path.GetFullPath(file).Replace('\\', '/').TrimStart('/').Split('/').Select(Uri.EscapeDataString)];
        return Open($"file:///{string.Join('/', parts)}?mode=ro{(isAtRest ? "&immutable=1" : "")}");
    }

    internal static SqliteSession Open(string source)
    {
        SqliteNative.Register();
        // A second for other processes to finish theirs, which they nearly always do; who needs longer is waited for outside.
        SqliteConnection connection =
            new(new SqliteConnectionStringBuilder { DataSource = source, DefaultTimeout = 1, Pooling = false }.ToString());
        SqliteSession session = new(connection);
        try
        {
            connection.Open();
            session.Execute("PRAGMA busy_timeout = 1000");
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
            if (IsInTransaction) Execute("ROLLBACK");
            throw;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        connection.Dispose();
    }

    private protected override DbParameter Parameter(int place) => new SqliteParameter { ParameterName = Invariant($"${place}") };
}

/// <summary>
/// Finds SQLite's own library where the build puts it, <c>runtimes/linux-x64/native</c> beside this one. Programs are
/// told the place by their dependency file; a script has none, and F# Interactive
/// looks there only when the script itself, and no file that it loads, names this library.
/// </summary>
internal static class SqliteNative
{
    private static readonly Lazy<bool> Done = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Find);
        return true;
    });

    /// <summary>Sees to it, once, before the first connection.</summary>
    internal static void Register() => _ = Done.Value;

    private static IntPtr Find(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        string file = (OperatingSystem.IsWindows() ? "" : "lib") + name + extension;
        string folder = Path.Combine(
            Path.GetDirectoryName(typeof(SqliteNative).Assembly.Location) ?? "",
            "runtimes",
            RuntimeInformation.RuntimeIdentifier,
            "native");
        // Zero: .NET looks where it usually does
        return NativeLibrary.TryLoad(Path.Combine(folder, file), out IntPtr library) ? library : IntPtr.Zero;
    }
}
