using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Crucible.Lab.Workspace;
using Npgsql;

namespace Crucible.Lab.Studies;

/// <summary>
/// Studies in a PostgreSQL database, which any number of machines may use at once. Workers say by a heartbeat that they
/// live; the trial of one that falls silent is given to another,
/// with its files. A server that cannot be reached is waited for. It uses up to two connections more than the process
/// has workers.
/// </summary>
public sealed class PostgresStore : SqlStore
{
    // A wrong address should not be waited for as long as a server that was there
    private static readonly TimeSpan PatienceToOpen = TimeSpan.FromSeconds(30);

    // Of all clocks only the server's counts. A server that was away heard nobody: its silence is not the workers'.
    private const string Abandoned = """
        SELECT trials.number FROM trials LEFT JOIN workers ON workers.id = trials.process
        WHERE trials.study = $1 AND trials.number = coalesce($3, trials.number)
            AND trials.state IN ('Waiting', 'Running') AND (trials.state = 'Waiting'
            OR trials.claim = $2 OR workers.id IS NULL
            OR greatest(workers.heartbeat, pg_postmaster_start_time()) + workers.grace * interval '1 second' < clock_timestamp())
        ORDER BY coalesce(trials.claim, '') = $2 DESC, trials.number LIMIT 1 FOR UPDATE OF trials SKIP LOCKED
        """;

    private readonly PostgresAddress address;
    private readonly PostgresLink link;
    private readonly string worker = Guid.NewGuid().ToString("N");
    private readonly Lock gate = new();
    private Heartbeat? heartbeat;
    private long lastBeat; // that has certainly arrived

    /// <summary>Opens a database, and makes the tables when there are none.</summary>
    /// <param name="address">
    /// As <c>postgres://user:password@host:port/database</c>; special characters percent-encoded; the password better
    /// in the environment, as PGPASSWORD. Options follow after ?, with &amp; between:
    /// <c>sslmode</c> and others of PostgreSQL's own; <c>heartbeat</c>, the seconds between two signs of life (5);
    /// <c>grace</c>, the seconds of silence after which a worker is dead (20);
    /// <c>patience</c>, the seconds to wait for a server that was there before (600).
    /// </param>
    /// <exception cref="OptionException">The address is wrong.</exception>
    /// <exception cref="StudyException">The server cannot be reached or refuses, or the tables are of another program
    /// or a newer version.</exception>
    public PostgresStore(string address)
    {
        this.address = PostgresAddress.Parse(address);
        link = new PostgresLink(this.address);
        try
        {
            link.Do(session =>
            {
                PostgresSchema.Prepare(session, Address);
                return 0;
            }, isTransaction: true, this.address.Patience < PatienceToOpen ? this.address.Patience : PatienceToOpen);
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Where it is, without the password.</summary>
    public string Address => address.Name;

    /// <summary>
    /// Yes, at most 256 MiB for a trial: who takes a trial up elsewhere finds in its folder what was there at the last
    /// report.
    /// </summary>
    public override bool KeepsFiles => true;

    /// <summary><c>reports/studies</c>.</summary>
    public override string Folder => Path.Combine(Folders.Reports, "studies");

    /// <inheritdoc/>
    private protected override string OpenTrials => "trials";

    /// <inheritdoc/>
    private protected override string HasFiles => "EXISTS (SELECT FROM files WHERE files.study = $1 AND files.trial = $2)";

    /// <inheritdoc/>
    private protected override string Holding => "FOR SHARE";

    /// <inheritdoc/>
    public override IReadOnlyList<TrialFile> Files(string study, int number) => Alone(session =>
        session.Rows(
            "SELECT path, content FROM files WHERE study = $1 AND trial = $2 ORDER BY path",
            row => new TrialFile(row.GetString(0), row.GetFieldValue<byte[]>(1)),
            study,
            number));

    /// <summary>Nothing: the server has brought it to the disk already.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void StopWaiting() => link.StopWaiting();

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (heartbeat is not null)
        {
            heartbeat.Dispose();
            link.Try(session => session.Execute("DELETE FROM workers WHERE id = $1", worker));
        }

        link.Dispose();
    }

    /// <inheritdoc/>
    private protected override T Alone<T>(Func<SqlSession, T> work) => link.Do(work, isTransaction: false, address.Patience);

    /// <inheritdoc/>
    private protected override T Transaction<T>(Func<SqlSession, T> work) => link.Do(work, isTransaction: true, address.Patience);

    /// <inheritdoc/>
    private protected override int? Free(SqlSession session, string study, string claim, int? number) =>
        (int?)session.Scalar(Abandoned, study, claim, number);

    /// <inheritdoc/>
    private protected override void Lock(SqlSession session, string study) =>
        session.Execute("SELECT name FROM studies WHERE name = $1 FOR UPDATE", study);

    /// <inheritdoc/>
    private protected override string Own(SqlSession session)
    {
        // Before the first beat, or after a pause of the process, the trial must not look abandoned from the start.
        long last = Interlocked.Read(ref lastBeat);
        if (last == 0 || Stopwatch.GetElapsedTime(last) > 1.5 * address.Heartbeat) Beat(session);
        lock (gate) heartbeat ??= new Heartbeat(address.Heartbeat, Beat);
        return worker;
    }

    /// <inheritdoc/>
    private protected override int Save(SqlSession session, string study, int number, IReadOnlyList<TrialFile> files)
    {
        foreach (TrialFile file in files)
        {
            if (file.Content is null)
                session.Execute("DELETE FROM files WHERE study = $1 AND trial = $2 AND path = $3", study, number, file.Path);
            else
                session.Execute(
                    "INSERT INTO files VALUES ($1, $2, $3, $4) ON CONFLICT (study, trial, path) DO UPDATE SET content = excluded.content",
                    study,
                    number,
                    file.Path,
                    file.Content);
        }

        return files.Count;
    }

    /// <inheritdoc/>
    private protected override void Forget(SqlSession session, string study, int number) =>
        session.Execute("DELETE FROM files WHERE study = $1 AND trial = $2", study, number);

    private void Beat()
    {
        long now = Stopwatch.GetTimestamp();
        if (link.Try(Beat)) Interlocked.Exchange(ref lastBeat, now);
    }

    private void Beat(SqlSession session) => session.Execute(
        "INSERT INTO workers VALUES ($1, $2, clock_timestamp(), $3) ON CONFLICT (id) DO UPDATE SET heartbeat = clock_timestamp()", worker,
        WorkerProcess.Name, address.Grace.TotalSeconds);
}

/// <summary>A connection to PostgreSQL, taken from the pool for one piece of work.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : SqlSession(connection)
{
    private protected override DbParameter Parameter(int place) => new NpgsqlParameter();

    /// <summary>PostgreSQL knows no character 0 and no halves of characters, which the message of an error may have.</summary>
    private protected override object Convert(object? value) => value is string text
        ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD')
        : base.Convert(value);
}

/// <summary>The tables of a PostgreSQL store, in a schema of their own, and their version.</summary>
internal static class PostgresSchema
{
    internal const string Name = "crucible";

    private const long Turn = 0x4352554349424C45; // "CRUCIBLE": workers that start at once prepare the tables one after another

    // Checkpoints do not get smaller by compression, which would cost time: they are stored as they are.
    private const string Tables = $"""
        CREATE TABLE version (number integer NOT NULL);
        CREATE TABLE studies (name text PRIMARY KEY, directions text NOT NULL, seed text NOT NULL,
            sampler text NOT NULL, pruner text NOT NULL, "window" integer NOT NULL, id text, fingerprint text, attributes text);
        CREATE TABLE parameters (study text, name text, distribution text NOT NULL, PRIMARY KEY (study, name));
        CREATE TABLE workers (id text PRIMARY KEY, name text NOT NULL, heartbeat timestamptz NOT NULL, grace double precision NOT NULL);
        CREATE TABLE trials (study text, number integer, state text NOT NULL, attempts integer NOT NULL,
            plan text NOT NULL, parameters text, "values" text,
            error text, started text, seconds double precision, worker text, process text, claim text, ranges text,
            constraints text, given text, attributes text, suggested text,
            PRIMARY KEY (study, number));
        CREATE INDEX open_trials ON trials (study, number) WHERE state IN ('Waiting', 'Running');
        CREATE TABLE reports (study text, trial integer, step integer, value double precision NOT NULL, PRIMARY KEY (study, trial, step));
        CREATE TABLE files (study text, trial integer, path text, content bytea NOT NULL, PRIMARY KEY (study, trial, path));
        ALTER TABLE files ALTER COLUMN content SET STORAGE EXTERNAL;
        {TablesOfQueueAndArtifacts}
        """;

    private const string TablesOfQueueAndArtifacts = """
        CREATE TABLE queue (study text, place integer, id text NOT NULL, settings text NOT NULL, PRIMARY KEY (study, place));
        CREATE TABLE artifacts (study text, trial integer, name text, id text NOT NULL,
            size bigint NOT NULL, sha256 text NOT NULL, PRIMARY KEY (study, trial, name));
        CREATE TABLE pieces (study text, trial integer, id text, place integer, content bytea NOT NULL,
            PRIMARY KEY (study, trial, id, place));
        ALTER TABLE pieces ALTER COLUMN content SET STORAGE EXTERNAL;
        """;

    // The first makes version 2 of version 1, and so on.
    private static readonly string[] Changes =
    [
        "ALTER TABLE studies ADD COLUMN id text; UPDATE studies SET id = replace(gen_random_uuid()::text, '-', '');",
        "ALTER TABLE studies ADD COLUMN fingerprint text; ALTER TABLE trials ADD COLUMN ranges text;",
        "ALTER TABLE trials ADD COLUMN constraints text;",
        $"""
        ALTER TABLE studies ADD COLUMN attributes text;
        ALTER TABLE trials ADD COLUMN given text, ADD COLUMN attributes text, ADD COLUMN suggested text;
        {TablesOfQueueAndArtifacts}
        """,
    ];

    internal static int Version => Changes.Length + 1;

    /// <summary>Sees that the tables of a database, which need not have any, are ours.</summary>
    internal static void Check(SqlSession session, string store)
    {
        if (session.Scalar("SELECT to_regclass($1)::text", $"{Name}.version") is null) return;
        if (session.Scalar("SELECT number FROM version") is int version && version > Version)
            throw StudyErrors.StoreNewer(store, version, Version);
    }

    /// <summary>Makes the tables of a new database, and sees that those of an old one are ours. It is done in a transaction.</summary>
    internal static void Prepare(SqlSession session, string store)
    {
        session.Execute("SELECT pg_advisory_xact_lock($1)", Turn);
        if (session.Scalar("SELECT to_regclass($1)::text", $"{Name}.version") is null)
        {
            bool isOthers = (long)session.Scalar("SELECT count(*) FROM information_schema.tables WHERE table_schema = $1", Name)! > 0;
            if (isOthers) throw StudyErrors.StoreForeign($"the schema {Name} of {store}");
            if ((long)session.Scalar("SELECT count(*) FROM information_schema.schemata WHERE schema_name = $1", Name)! == 0)
                session.Execute($"CREATE SCHEMA {Name}");
            session.Execute(Tables);
            session.Execute("INSERT INTO version VALUES ($1)", Version);
        }
        else if (session.Scalar("SELECT number FROM version") is int version && version != Version)
        {
            if (version > Version) throw StudyErrors.StoreNewer(store, version, Version);
            foreach (string change in Changes[(version - 1)..]) session.Execute(change);
            session.Execute("UPDATE version SET number = $1", Version);
        }

        // Killed long ago
        session.Execute("DELETE FROM workers WHERE greatest(heartbeat, pg_postmaster_start_time()) < clock_timestamp() - interval '1 day'");
    }
}
