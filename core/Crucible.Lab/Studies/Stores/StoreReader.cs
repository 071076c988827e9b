namespace Crucible.Lab.Studies;

/// <summary>
/// Looks into a store and never writes to it: it makes neither a file nor tables, brings none up to date, and takes nothing that
/// a worker could wait for. Stores of older versions are read as they are: what they cannot keep is missing.
/// </summary>
internal abstract class StoreReader : IDisposable
{
    // What is not needed to count trials and to find the best
    private static readonly Dictionary<string, string> Left = new()
    {
        ["plan"] = "''",
        ["parameters"] = "NULL",
        ["error"] = "NULL",
        ["worker"] = "NULL",
        ["claim"] = "NULL",
        ["ranges"] = "NULL",
        ["given"] = "NULL",
        ["attributes"] = "NULL",
        ["suggested"] = "NULL",
    };

    /// <summary>How the store is named, without a password.</summary>
    internal abstract string Name { get; }

    /// <summary>
    /// What was found of a store without looking into it: as long as it stays the same, so does the store. Null where only a look
    /// can tell.
    /// </summary>
    internal virtual object? Stamp => null;

    /// <summary>Opens a store that is there.</summary>
    /// <param name="text">The path of a SQLite file, or <c>postgres://user@host/database</c>.</param>
    /// <exception cref="OptionException">There is no such file, or the address is wrong.</exception>
    /// <exception cref="StudyException">The store cannot be read, is of another program or of a newer version.</exception>
    internal static StoreReader Open(string text)
    {
        StoreReader reader = PostgresAddress.IsOne(text) ? new PostgresReader(text) : new SqliteReader(text);
        try
        {
            reader.Studies();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The studies by name; none where there are no tables yet.</summary>
    internal IReadOnlyList<StudyDefinition> Studies() => Look(session =>
    {
        HashSet<string> known = ColumnsOf(session, "studies");
        return known.Count == 0
            ? []
            : session.Rows($"SELECT {Chosen(SqlStore.DefinitionColumns, known)} FROM studies ORDER BY name", SqlStore.ReadDefinition);
    });

    /// <summary>The user attributes of a study, as JSON; null for none.</summary>
    internal string? Attributes(string study) => Look(session => ColumnsOf(session, "studies").Contains("attributes")
        ? (string?)session.Scalar("SELECT attributes FROM studies WHERE name = $1", study)
        : null);

    /// <summary>Every parameter's first range.</summary>
    internal IReadOnlyDictionary<string, Distribution> Parameters(string study) => Look(session =>
        ColumnsOf(session, "parameters").Count == 0
            ? []
            : session.Rows("SELECT name, distribution FROM parameters WHERE study = $1", row => (row.GetString(0), row.GetString(1)), study)
                .ToDictionary(row => row.Item1, row => Distribution.Parse(row.Item2)));

    /// <summary>The trials that are new or have changed since the last call with this place, with their values on the way.</summary>
    internal IReadOnlyList<TrialRow> News(string study, TrialsRead place) => Look(session =>
    {
        (int next, int[] open) = (place.Next, [.. place.Open]);
        List<TrialRow> rows = Rows(session, study, place, OfTrials(session));
        if (rows.Count == 0) return rows;
        List<(int Trial, Measurement Measurement)> reports = Reports(session, study, "trial >= $2", next);
        foreach (int number in open) reports.AddRange(Reports(session, study, "trial = $2", number));
        ILookup<int, Measurement> byTrial = reports.ToLookup(report => report.Trial, report => report.Measurement);
        return place.Take([.. rows.Select(row => row with { Reports = [.. byTrial[row.Number]] })]);
    });

    /// <summary>The same trials with number, state, values, constraints and times alone.</summary>
    internal IReadOnlyList<TrialRow> BriefNews(string study, TrialsRead place) => Look(session =>
        place.Take(Rows(session, study, place, OfTrials(session, Left))));

    /// <summary>A trial without its values on the way, if there is one of this number.</summary>
    internal TrialRow? Trial(string study, int number) => Look(session =>
        Rows(session, study, OfTrials(session), "number = $2", number).FirstOrDefault());

    /// <summary>The artifacts of a trial, by name.</summary>
    internal IReadOnlyList<Artifact> Artifacts(string study, int number) => Look<IReadOnlyList<Artifact>>(session =>
        ColumnsOf(session, "artifacts").Count > 0 ? SqlStore.Artifacts(session, study, number) : []);

    /// <summary>The pieces of an artifact, read one after another.</summary>
    internal IEnumerable<byte[]> Pieces(string study, Artifact artifact)
    {
        for (int place = 0; Look(session => SqlStore.Piece(session, study, artifact, place)) is { } piece; place++) yield return piece;
    }

    public abstract void Dispose();

    /// <summary>Does a piece of work that reads.</summary>
    private protected abstract T Look<T>(Func<SqlSession, T> work);

    /// <summary>The columns of a table, none where there is no such table.</summary>
    /// <exception cref="StudyException">The store is of another program, or of a newer version.</exception>
    private protected abstract HashSet<string> ColumnsOf(SqlSession session, string table);

    /// <summary>A list of columns with something in place of those that are not there, or not wanted.</summary>
    private static string Chosen(string columns, HashSet<string> known, Dictionary<string, string>? left = null) =>
        string.Join(", ", columns.Split(", ").Select(column =>
            left?.GetValueOrDefault(column) ?? (known.Contains(column.Trim('"')) ? column : "NULL")));

    private static List<(int Trial, Measurement Measurement)> Reports(SqlSession session, string study, string which, int number) =>
        session.Rows(
            $"SELECT trial, step, value FROM reports WHERE study = $1 AND {which} ORDER BY trial, step",
            row => (row.GetInt32(0), new Measurement(row.GetInt32(1), row.GetDouble(2))), study, number);

    /// <summary>The columns of trials, or what stands for those that are not there or left out; null before there are tables.</summary>
    private string? OfTrials(SqlSession session, Dictionary<string, string>? left = null) =>
        ColumnsOf(session, "trials") is { Count: > 0 } known ? Chosen(SqlStore.Columns, known, left) : null;

    /// <summary>The trials that somebody has not read yet, or had not ended.</summary>
    private static List<TrialRow> Rows(SqlSession session, string study, TrialsRead place, string? columns)
    {
        List<TrialRow> rows = Rows(session, study, columns, "number >= $2", place.Next);
        foreach (int number in place.Open) rows.AddRange(Rows(session, study, columns, "number = $2", number));
        return rows;
    }

    private static List<TrialRow> Rows(SqlSession session, string study, string? columns, string which, int number) =>
        columns is null
            ? []
            : session.Rows(
                $"SELECT {columns} FROM trials WHERE study = $1 AND {which} ORDER BY number", row => SqlStore.Read(row, []), study, number);
}

/// <summary>How far somebody has read in the trials of a study: each trial is read until it has ended, and then never again.</summary>
internal sealed class TrialsRead
{
    private readonly SortedSet<int> open = [];

    /// <summary>The first number that was not there yet.</summary>
    internal int Next { get; private set; }

    /// <summary>The trials that had not ended.</summary>
    internal IReadOnlyCollection<int> Open => open;

    internal IReadOnlyList<TrialRow> Take(IReadOnlyList<TrialRow> rows)
    {
        foreach (TrialRow row in rows)
        {
            Next = Math.Max(Next, row.Number + 1);
            if (row.State is TrialState.Waiting or TrialState.Running) open.Add(row.Number);
            else open.Remove(row.Number);
        }

        return rows;
    }
}

/// <summary>Looks into a SQLite file. Each look has a connection of its own, so that a file that is replaced is no trouble.</summary>
internal sealed class SqliteReader : StoreReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1); // a file written twice within it may keep its time

    private readonly string file;
    private readonly SqliteLink link;

    internal SqliteReader(string file)
    {
        if (string.IsNullOrWhiteSpace(file)) throw StudyErrors.StoreUnnamed();
        int scheme = file.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0) throw StudyErrors.StoreScheme(file[..scheme]);
        if (!File.Exists(file)) throw StudyErrors.NoStore(file);
        this.file = file;
        link = new SqliteLink(file, Patience);
    }

    internal override string Name => file;

    internal override object? Stamp => Now() is var now && DateTime.UtcNow - now.Written > Tick ? now : null;

    public override void Dispose() => link.Dispose();

    private protected override T Look<T>(Func<SqlSession, T> work) => link.Do(() =>
    {
        while (true)
        {
            FileState before = Now();
            try
            {
                using SqliteSession session = SqliteSession.OpenToRead(file, before.IsAtRest);
                T seen = work(session);
                if (!before.IsAtRest || before == Now()) return seen;
            }
            catch (Microsoft.Data.Sqlite.SqliteException) when (before.IsAtRest && before != Now())
            {
                // Somebody began to write while we took the file for one at rest: what was seen does not count.
            }
        }
    });

    private protected override HashSet<string> ColumnsOf(SqlSession session, string table)
    {
        SqliteSchema.Check(session, file);
        return [.. session.Rows("SELECT name FROM pragma_table_info($1)", row => row.GetString(0), table)];
    }

    private FileState Now()
    {
        FileInfo main = new(file);
        FileInfo log = new($"{file}-wal");
        if (!main.Exists) throw StudyErrors.NoStore(file);
        bool hasLog = log.Exists;
        DateTime written = hasLog && log.LastWriteTimeUtc > main.LastWriteTimeUtc ? log.LastWriteTimeUtc : main.LastWriteTimeUtc;
        return new FileState(main.Length, hasLog ? log.Length : 0, written);
    }

    /// <summary>The file and the log of what was not brought into it yet.</summary>
    private readonly record struct FileState(long Length, long Log, DateTime Written)
    {
        /// <summary>Whether all of the store is in the file.</summary>
        internal bool IsAtRest => Log == 0;
    }
}

/// <summary>Looks into a PostgreSQL database, whose server refuses whatever writes in these sessions.</summary>
internal sealed class PostgresReader(string text) : StoreReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PostgresLink link = new(PostgresAddress.Parse(text, isReadOnly: true));

    internal override string Name => PostgresAddress.Parse(text).Name;

    public override void Dispose() => link.Dispose();

    private protected override T Look<T>(Func<SqlSession, T> work) => link.Do(work, isTransaction: false, Patience);

    private protected override HashSet<string> ColumnsOf(SqlSession session, string table)
    {
        PostgresSchema.Check(session, Name);
        return
        [
            .. session.Rows(
                "SELECT column_name::text FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2",
                row => row.GetString(0), PostgresSchema.Name, table),
        ];
    }
}
