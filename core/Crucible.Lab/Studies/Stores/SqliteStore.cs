using System.Data.Common;
using System.Reflection;
using System.Runtime.InteropServices;
using Crucible.Lab.Workspace;
using Microsoft.Data.Sqlite;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Studies in a SQLite file, which several processes of one machine may use at once. A process that is killed loses
/// nothing that had ended.
/// </summary>
public sealed class SqliteStore : SqlStore
{
    private readonly Lock gate = new();
    private readonly SqliteSession session;

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="file">Its path; the folder is created when missing.</param>
    /// <exception cref="StudyException">The file is of another program or a newer version, or cannot be used.</exception>
    public SqliteStore(string file)
    {
        File = file;
        try
        {
            if (file != ":memory:") Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            session = SqliteSession.Open(file);
            SqliteSchema.Prepare(session, file);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            session?.Dispose();
            throw StudyErrors.StoreUnusable(file, error.Message, error);
        }
        catch (StudyException)
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>No: the processes that share the file share its machine's folders.</summary>
    public override bool KeepsFiles => false;

    /// <inheritdoc/>
    private protected override string OpenTrials => "trials INDEXED BY open_trials";

    /// <inheritdoc/>
    private protected override string HasFiles => "0";

    /// <inheritdoc/>
    private protected override string Holding => ""; // a transaction that writes is alone anyway

    /// <summary>Opens <c>reports/studies.db</c>.</summary>
    public static SqliteStore Default() => new(Path.Combine(Folders.Reports, "studies.db"));

    /// <summary>A store that is gone with the process.</summary>
    public static SqliteStore InMemory() => new(":memory:");

    /// <inheritdoc/>
    public override IReadOnlyList<TrialFile> Files(string study, int number) => [];

    /// <inheritdoc/>
    public override void Dispose() => session.Dispose();

    /// <inheritdoc/>
    private protected override T Alone<T>(Func<SqlSession, T> work)
    {
        lock (gate) return work(session);
    }

    /// <inheritdoc/>
    private protected override T Transaction<T>(Func<SqlSession, T> work)
    {
        lock (gate) return session.Transaction(work);
    }

    /// <inheritdoc/>
    private protected override int? Free(SqlSession session, string study, string claim)
    {
        List<(int Number, string Process)> open = session.Rows(
            $"SELECT number, coalesce(process, '') FROM {OpenTrials} WHERE study = $1 AND state IN ('Waiting', 'Running') ORDER BY number",
            row => (row.GetInt32(0), row.GetString(1)), study);
        foreach ((int number, string process) in open)
        {
            if (!WorkerProcess.IsAlive(process)) return number;
        }

        return null;
    }

    /// <inheritdoc/>
    private protected override void Lock(SqlSession session, string study)
    {
        // A transaction that writes is alone in the file.
    }

    /// <inheritdoc/>
    private protected override string Own(SqlSession session) => WorkerProcess.Name;

    /// <inheritdoc/>
    private protected override int Save(SqlSession session, string study, int number, IReadOnlyList<TrialFile> files) => 0;

    /// <inheritdoc/>
    private protected override void Forget(SqlSession session, string study, int number)
    {
        // There are none.
    }
}

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
        SqliteConnection connection =
            new(new SqliteConnectionStringBuilder { DataSource = source, DefaultTimeout = Patience / 1000, Pooling = false }.ToString());
        SqliteSession session = new(connection);
        try
        {
            connection.Open();
            session.Execute(Invariant($"PRAGMA busy_timeout = {Patience}"));
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

    private protected override DbParameter Parameter(int place) => new SqliteParameter { ParameterName = Invariant($"${place}") };
}

/// <summary>The tables of a SQLite store and their version.</summary>
internal static class SqliteSchema
{
    internal const int Version = 2;

    private const int Application = 0x43525543; // "CRUC", so that a database of another program is told apart

    private const string Tables = """
        CREATE TABLE studies (name TEXT PRIMARY KEY, directions TEXT NOT NULL, seed TEXT NOT NULL,
            sampler TEXT NOT NULL, pruner TEXT NOT NULL, "window" INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE parameters (study TEXT NOT NULL, name TEXT NOT NULL, distribution TEXT NOT NULL,
            PRIMARY KEY (study, name)) WITHOUT ROWID;
        CREATE TABLE trials (study TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, plan TEXT NOT NULL, parameters TEXT, "values" TEXT,
            error TEXT, started TEXT, seconds REAL, worker TEXT, process TEXT, claim TEXT, PRIMARY KEY (study, number)) WITHOUT ROWID;
        CREATE INDEX open_trials ON trials (study, number) WHERE state IN ('Waiting', 'Running');
        CREATE TABLE reports (study TEXT NOT NULL, trial INTEGER NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL,
            PRIMARY KEY (study, trial, step)) WITHOUT ROWID;
        """;

    /// <summary>Makes the tables of a new file, and sees that those of an old one are ours.</summary>
    internal static void Prepare(SqliteSession session, string file)
    {
        // A trial that has ended must outlive the process, not a power cut: the file then is whole, but may lack the
        // last trials.
        session.Insist("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = NORMAL");
        session.Transaction(_ =>
        {
            long version = (long)session.Scalar("PRAGMA user_version")!;
            long application = (long)session.Scalar("PRAGMA application_id")!;
            bool isEmpty = (long)session.Scalar("SELECT count(*) FROM sqlite_master")! == 0;
            if (isEmpty && version == 0)
            {
                session.Execute(Tables);
                session.Execute(Invariant($"PRAGMA user_version = {Version}"));
                session.Execute(Invariant($"PRAGMA application_id = {Application}"));
            }
            else if (application != Application)
            {
                throw StudyErrors.StoreForeign(file);
            }
            else if (version > Version)
            {
                throw StudyErrors.StoreNewer(file, version, Version);
            }
            else if (version == 1)
            {
                session.Execute("ALTER TABLE trials ADD COLUMN claim TEXT");
                session.Execute(Invariant($"PRAGMA user_version = {Version}"));
            }

            return 0;
        });
    }
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
