namespace Crucible.Lab.Studies;

/// <summary>The tables of a PostgreSQL store, in a schema of their own, and their version.</summary>
internal static class PostgresSchema
{
    internal const string Name = "crucible";
    internal const int Version = 1;

    private const long Turn = 0x4352554349424C45; // "CRUCIBLE": workers that start at once prepare the tables one after another

    // Checkpoints do not get smaller by compression, which would cost time: they are stored as they are.
    private const string Tables = """
        CREATE TABLE version (number integer NOT NULL);
        CREATE TABLE studies (name text PRIMARY KEY, directions text NOT NULL, seed text NOT NULL, sampler text NOT NULL, pruner text NOT NULL, "window" integer NOT NULL);
        CREATE TABLE parameters (study text, name text, distribution text NOT NULL, PRIMARY KEY (study, name));
        CREATE TABLE workers (id text PRIMARY KEY, name text NOT NULL, heartbeat timestamptz NOT NULL, grace double precision NOT NULL);
        CREATE TABLE trials (study text, number integer, state text NOT NULL, attempts integer NOT NULL, plan text NOT NULL, parameters text, "values" text,
            error text, started text, seconds double precision, worker text, process text, claim text, PRIMARY KEY (study, number));
        CREATE INDEX open_trials ON trials (study, number) WHERE state IN ('Waiting', 'Running');
        CREATE TABLE reports (study text, trial integer, step integer, value double precision NOT NULL, PRIMARY KEY (study, trial, step));
        CREATE TABLE files (study text, trial integer, path text, content bytea NOT NULL, PRIMARY KEY (study, trial, path));
        ALTER TABLE files ALTER COLUMN content SET STORAGE EXTERNAL;
        """;

    /// <summary>Makes the tables of a new database, and sees that those of an old one are ours. It is done in a transaction.</summary>
    internal static void Prepare(SqlSession session, string store)
    {
        session.Execute("SELECT pg_advisory_xact_lock($1)", Turn);
        if (session.Scalar("SELECT to_regclass($1)::text", $"{Name}.version") is null)
        {
            bool isOthers = (long)session.Scalar("SELECT count(*) FROM information_schema.tables WHERE table_schema = $1", Name)! > 0;
            if (isOthers) throw Errors.StoreForeign($"the schema {Name} of {store}");
            if ((long)session.Scalar("SELECT count(*) FROM information_schema.schemata WHERE schema_name = $1", Name)! == 0) session.Execute($"CREATE SCHEMA {Name}");
            session.Execute(Tables);
            session.Execute("INSERT INTO version VALUES ($1)", Version);
        }
        else if (session.Scalar("SELECT number FROM version") is int version && version > Version)
        {
            throw Errors.StoreNewer(store, version, Version);
        }

        session.Execute("DELETE FROM workers WHERE greatest(heartbeat, pg_postmaster_start_time()) < clock_timestamp() - interval '1 day'"); // killed long ago
    }
}
