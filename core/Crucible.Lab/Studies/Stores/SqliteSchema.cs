using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>The tables of a SQLite store and their version.</summary>
internal static class SqliteSchema
{
    private const int Application = 0x43525543; // "CRUC", so that a database of another program is told apart

    private const string Tables = $"""
        CREATE TABLE studies (name TEXT PRIMARY KEY, directions TEXT NOT NULL, seed TEXT NOT NULL,
            sampler TEXT NOT NULL, pruner TEXT NOT NULL, "window" INTEGER NOT NULL, id TEXT, fingerprint TEXT,
            attributes TEXT) WITHOUT ROWID;
        CREATE TABLE parameters (study TEXT NOT NULL, name TEXT NOT NULL, distribution TEXT NOT NULL,
            PRIMARY KEY (study, name)) WITHOUT ROWID;
        CREATE TABLE trials (study TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, plan TEXT NOT NULL, parameters TEXT, "values" TEXT,
            error TEXT, started TEXT, seconds REAL, worker TEXT, process TEXT, claim TEXT, ranges TEXT,
            constraints TEXT, given TEXT, attributes TEXT, suggested TEXT,
            PRIMARY KEY (study, number)) WITHOUT ROWID;
        CREATE INDEX open_trials ON trials (study, number) WHERE state IN ('Waiting', 'Running');
        CREATE TABLE reports (study TEXT NOT NULL, trial INTEGER NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL,
            PRIMARY KEY (study, trial, step)) WITHOUT ROWID;
        {TablesOfQueueAndArtifacts}
        """;

    private const string TablesOfQueueAndArtifacts = """
        CREATE TABLE queue (study TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, settings TEXT NOT NULL,
            PRIMARY KEY (study, place)) WITHOUT ROWID;
        CREATE TABLE artifacts (study TEXT NOT NULL, trial INTEGER NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL,
            size INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (study, trial, name)) WITHOUT ROWID;
        CREATE TABLE pieces (study TEXT NOT NULL, trial INTEGER NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL,
            content BLOB NOT NULL, PRIMARY KEY (study, trial, id, place));
        """;

    // The first makes version 2 of version 1, and so on.
    private static readonly string[] Changes =
    [
        "ALTER TABLE trials ADD COLUMN claim TEXT;",
        "ALTER TABLE studies ADD COLUMN id TEXT; UPDATE studies SET id = lower(hex(randomblob(16)));",
        "ALTER TABLE studies ADD COLUMN fingerprint TEXT; ALTER TABLE trials ADD COLUMN ranges TEXT;",
        "ALTER TABLE trials ADD COLUMN constraints TEXT;",
        $"""
        ALTER TABLE studies ADD COLUMN attributes TEXT;
        ALTER TABLE trials ADD COLUMN given TEXT;
        ALTER TABLE trials ADD COLUMN attributes TEXT;
        ALTER TABLE trials ADD COLUMN suggested TEXT;
        {TablesOfQueueAndArtifacts}
        """,
    ];

    internal static int Version => Changes.Length + 1;

    /// <summary>Sees that the tables of a file, which need not have any, are ours.</summary>
    internal static void Check(SqlSession session, string file)
    {
        if ((long)session.Scalar("SELECT count(*) FROM sqlite_master")! == 0) return;
        if ((long)session.Scalar("PRAGMA application_id")! != Application) throw StudyErrors.StoreForeign(file);
        long version = (long)session.Scalar("PRAGMA user_version")!;
        if (version > Version) throw StudyErrors.StoreNewer(file, version, Version);
    }

    /// <summary>Makes the tables of a new file, and sees that those of an old one are ours.</summary>
    internal static void Prepare(SqliteSession session, string file, Action whenNew)
    {
        // A trial that has ended must outlive the process. After a power cut before the next checkpoint the file is
        // whole, but may lack the last trials. SQLite would hide that a checkpoint of its own has failed.
        session.Scalar("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = NORMAL");
        session.Scalar("PRAGMA wal_autocheckpoint = 0");
        session.Transaction(_ =>
        {
            long version = (long)session.Scalar("PRAGMA user_version")!;
            long application = (long)session.Scalar("PRAGMA application_id")!;
            bool isEmpty = (long)session.Scalar("SELECT count(*) FROM sqlite_master")! == 0;
            if (isEmpty && version == 0)
            {
                whenNew();
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
            else if (version < Version)
            {
                foreach (string change in Changes[(int)(version - 1)..]) session.Execute(change);
                session.Execute(Invariant($"PRAGMA user_version = {Version}"));
            }

            return 0;
        });
    }
}
