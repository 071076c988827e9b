using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>The tables of a SQLite store and their version.</summary>
internal static class SqliteSchema
{
    internal const int Version = 5;

    private const int Application = 0x43525543; // "CRUC", so that a database of another program is told apart

    private const string Tables = """
        CREATE TABLE studies (name TEXT PRIMARY KEY, directions TEXT NOT NULL, seed TEXT NOT NULL,
            sampler TEXT NOT NULL, pruner TEXT NOT NULL, "window" INTEGER NOT NULL, id TEXT, fingerprint TEXT) WITHOUT ROWID;
        CREATE TABLE parameters (study TEXT NOT NULL, name TEXT NOT NULL, distribution TEXT NOT NULL,
            PRIMARY KEY (study, name)) WITHOUT ROWID;
        CREATE TABLE trials (study TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, plan TEXT NOT NULL, parameters TEXT, "values" TEXT,
            error TEXT, started TEXT, seconds REAL, worker TEXT, process TEXT, claim TEXT, ranges TEXT,
            constraints TEXT,
            PRIMARY KEY (study, number)) WITHOUT ROWID;
        CREATE INDEX open_trials ON trials (study, number) WHERE state IN ('Waiting', 'Running');
        CREATE TABLE reports (study TEXT NOT NULL, trial INTEGER NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL,
            PRIMARY KEY (study, trial, step)) WITHOUT ROWID;
        """;

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
                if (version < 2) session.Execute("ALTER TABLE trials ADD COLUMN claim TEXT");
                if (version < 3)
                {
                    session.Execute("ALTER TABLE studies ADD COLUMN id TEXT");
                    session.Execute("UPDATE studies SET id = lower(hex(randomblob(16)))");
                }

                if (version < 4)
                {
                    session.Execute("ALTER TABLE studies ADD COLUMN fingerprint TEXT");
                    session.Execute("ALTER TABLE trials ADD COLUMN ranges TEXT");
                }

                if (version < 5) session.Execute("ALTER TABLE trials ADD COLUMN constraints TEXT");
                session.Execute(Invariant($"PRAGMA user_version = {Version}"));
            }

            return 0;
        });
    }
}
