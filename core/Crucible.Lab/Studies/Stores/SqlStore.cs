using System.Data.Common;
using System.Globalization;
using System.Text.Json;

namespace Crucible.Lab.Studies;

/// <summary>
/// What stores in a database have in common: their statements, and how planning goes. They differ in how they connect,
/// and in how they find a trial whose worker is gone.
/// </summary>
public abstract partial class SqlStore : IStudyStore
{
    internal const string Columns =
        "number, state, attempts, plan, parameters, \"values\", error, started, seconds, worker, claim, ranges, constraints, "
        + "given, attributes, suggested";

    private static readonly string[] Tables = ["reports", "trials", "parameters", "queue", "artifacts", "pieces"]; // of a study's rows

    private const string SettledOfStudy = "SELECT parameters FROM trials WHERE study = $1 AND number = 0";

    private protected SqlStore()
    {
    }

    /// <inheritdoc/>
    public abstract bool KeepsFiles { get; }

    /// <inheritdoc/>
    public abstract string Folder { get; }

    /// <summary>The trials as a source of those that have not ended, with what the database must be told to find these fast.</summary>
    private protected abstract string OpenTrials { get; }

    /// <summary>Whether a trial has files, asked while its row is written.</summary>
    private protected abstract string HasFiles { get; }

    /// <summary>What keeps a row that a statement has read as it is until the transaction ends.</summary>
    private protected abstract string Holding { get; }

    private string FirstOpen => $"SELECT min(number) FROM {OpenTrials} WHERE study = $1 AND state IN ('Waiting', 'Running')";

    /// <inheritdoc/>
    public StudyDefinition Open(StudyDefinition wanted) => Transaction(session =>
    {
        Begin(session, wanted with { Id = Guid.NewGuid().ToString("N") });
        return Definition(session, wanted.Name);
    });

    /// <inheritdoc/>
    public void Sign(string study, string fingerprint) =>
        Alone(session => session.Execute("UPDATE studies SET fingerprint = $2 WHERE name = $1", study, fingerprint));

    /// <inheritdoc/>
    public IReadOnlyList<StudySummary> Studies(string? name = null) => Alone(session =>
    {
        Dictionary<string, int> infeasible = session.Rows(
            "SELECT study, constraints FROM trials WHERE constraints IS NOT NULL AND state = 'Complete' AND study = coalesce($1, study)",
            row => (Study: row.GetString(0), Violation: FrozenTrial.Missed(FrozenTrial.Said(row.GetString(1)))), name)
            .Where(row => row.Violation > 0).CountBy(row => row.Study).ToDictionary();
        return session.Rows(
            $"SELECT studies.name, studies.id, {CountOf("'Complete'")}, {CountOf("'Pruned'")}, {CountOf("'Failed'")}, "
                + $"{CountOf("'Waiting', 'Running'")}, max(started) FROM studies LEFT JOIN trials ON trials.study = studies.name "
                + "WHERE studies.name = coalesce($1, studies.name) GROUP BY studies.name, studies.id ORDER BY studies.name",
            row => new StudySummary(
                row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), Time(row, 6))
            {
                Infeasible = infeasible.GetValueOrDefault(row.GetString(0)),
            },
            name);
    });

    /// <inheritdoc/>
    public void Remove(string study)
    {
        if (Studies(study) is not [{ Id: var id }]) return;
        // First: whoever is killed behind it finds the study in the list and removes it again
        StudyFolder.Erase(StudyFolder.Of(Folder, study, id));
        Transaction(session =>
        {
            Lock(session, study);
            // Those that have ended keep no files
            string open = $"SELECT number FROM {OpenTrials} WHERE study = $1 AND state IN ('Waiting', 'Running')";
            foreach (int number in session.Rows(open, row => row.GetInt32(0), study)) Forget(session, study, number);
            foreach (string table in Tables)
                session.Execute($"DELETE FROM {table} WHERE study = $1", study);
            return session.Execute("DELETE FROM studies WHERE name = $1", study);
        });
        StudyFolder.Erase(StudyFolder.Of(Folder, study, id)); // again: a worker may have been at work
    }

    /// <inheritdoc/>
    public Distribution Register(string study, Parameter parameter) => Transaction(session =>
    {
        session.Execute(
            "INSERT INTO parameters VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            study,
            parameter.Name,
            parameter.Distribution.ToJson().ToJsonString());
        return Distribution.Parse(
            (string)session.Scalar("SELECT distribution FROM parameters WHERE study = $1 AND name = $2", study, parameter.Name)!);
    });

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Distribution> Parameters(string study) => Alone(session =>
        session.Rows(
            "SELECT name, distribution FROM parameters WHERE study = $1", row => (Name: row.GetString(0), Json: row.GetString(1)), study)
            .ToDictionary(row => row.Name, row => Distribution.Parse(row.Json)));

    /// <inheritdoc/>
    public TrialClaim Claim(string study, ClaimRequest request)
    {
        string claim = Guid.NewGuid().ToString("N"); // before the transaction, which may be repeated when its answer was lost
        return Transaction(session =>
        {
            if (request.Id is { } id && (string?)session.Scalar("SELECT id FROM studies WHERE name = $1", study) != id)
                throw StudyErrors.StudyRemoved(study);
            if (Free(session, study, claim, number: null) is { } free)
                return new TrialClaim(Take(session, study, free, request.Worker, claim), IsOver: false);
            Lock(session, study);
            (int? open, int last, string? first, string? settings) = session.Rows(
                $"SELECT ({FirstOpen}), (SELECT max(number) FROM trials WHERE study = $1), ({SettledOfStudy}), ({NextSettings})", row =>
                    (Whole(row, 0), Whole(row, 1) ?? -1, Text(row, 2), Text(row, 3)), study)[0];
            int next = last + 1;
            if (next >= request.Count) return new TrialClaim(null, open is null);
            int needs = request.Needs(next, first);
            bool waits = next > 0 && (first is null || open < needs);
            if (waits) return new TrialClaim(null, IsOver: false);
            List<(string Plan, bool IsGiven)> plans = session.Rows(
                "SELECT plan, given FROM trials WHERE study = $1 AND number >= $2 ORDER BY number",
                row => (row.GetString(0), !row.IsDBNull(1)), study, needs);
            PlanRequest wanted = new(next, first, [.. plans.Select(one => one.Plan)])
            {
                Settings = settings,
                Given = plans.Count(one => one.IsGiven),
            };
            if (request.Plan(wanted) is not { } plan) return new TrialClaim(null, open is null);
            if (settings is not null) Dequeue(session, study);
            return new TrialClaim(Begin(session, study, next, plan, settings, request.Worker, claim), IsOver: false);
        });
    }

    /// <inheritdoc/>
    public void Settle(string study, TrialTicket trial, string parameters) => Change(
        trial, "UPDATE trials SET parameters = coalesce(parameters, $4) WHERE study = $1 AND number = $2 AND claim = $3", study,
        trial.Number, trial.Claim, parameters);

    /// <inheritdoc/>
    public string? Settled(string study) => Alone(session => (string?)session.Scalar(SettledOfStudy, study));

    /// <inheritdoc/>
    public void Report(string study, TrialTicket trial, Measurement measurement, IReadOnlyList<TrialFile> files)
    {
        if (files.Count == 0) Alone(session => Note(session, study, trial, measurement));
        else Transaction(session => Note(session, study, trial, measurement) + Save(session, study, trial.Number, files));
    }

    /// <inheritdoc/>
    public abstract IReadOnlyList<TrialFile> Files(string study, int number);

    /// <inheritdoc/>
    public void Retry(string study, TrialTicket trial, int attempt, string message) => Change(
        trial, "UPDATE trials SET attempts = $4, error = $5, started = $6 WHERE study = $1 AND number = $2 AND claim = $3", study,
        trial.Number, trial.Claim, attempt, message, Now());

    /// <inheritdoc/>
    public void Finish(string study, TrialRow ended) => Transaction(session =>
    {
        object? hasFiles = session.Scalar(
            "UPDATE trials SET state = $4, attempts = $5, parameters = $6, \"values\" = $7, error = $8, started = $9, seconds = $10, "
            + $"ranges = $11, constraints = $12, suggested = NULL, process = NULL WHERE study = $1 AND number = $2 AND claim = $3 RETURNING {HasFiles}",
            study, ended.Number, ended.Claim, ended.State.ToString(), ended.Attempts, ended.Parameters,
            JsonSerializer.Serialize(ended.Values), ended.Error, Text(ended.Started), ended.Seconds, ended.Ranges, ended.Constraints);
        if (hasFiles is null) throw StudyErrors.TrialLost(ended.Number);
        if (hasFiles is true) Forget(session, study, ended.Number);
        return 0;
    });

    /// <inheritdoc/>
    public void Release(string study, TrialTicket trial, IReadOnlyList<TrialFile> files) => Transaction(session =>
    {
        int changed = session.Execute(
            "UPDATE trials SET state = 'Waiting', process = NULL WHERE study = $1 AND number = $2 AND claim = $3 AND state = 'Running'",
            study, trial.Number, trial.Claim);
        return changed > 0 && files.Count > 0 ? Save(session, study, trial.Number, files) : 0;
    });

    /// <inheritdoc/>
    public IReadOnlyList<TrialRow> Ended(string study, int first) => Alone(session =>
    {
        List<TrialRow> rows = session.Rows(
            $"SELECT {Columns} FROM trials WHERE study = $1 AND number >= $2 AND number < coalesce(({FirstOpen}), {int.MaxValue}) ORDER BY number",
            row => Read(row, []), study, first);
        if (rows.Count == 0) return rows;
        ILookup<int, Measurement> reports = session.Rows(
            "SELECT trial, step, value FROM reports WHERE study = $1 AND trial >= $2 AND trial <= $3 ORDER BY trial, step",
            row => (Trial: row.GetInt32(0), Measurement: new Measurement(row.GetInt32(1), row.GetDouble(2))), study, first, rows[^1].Number)
            .ToLookup(row => row.Trial, row => row.Measurement);
        return [.. rows.Select(row => row with { Reports = [.. reports[row.Number]] })];
    });

    /// <inheritdoc/>
    public abstract void Flush();

    /// <inheritdoc/>
    public abstract void StopWaiting();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Does a piece of work whose statements are a transaction each.</summary>
    private protected abstract T Alone<T>(Func<SqlSession, T> work);

    /// <summary>Does a piece of work as one transaction.</summary>
    private protected abstract T Transaction<T>(Func<SqlSession, T> work);

    /// <summary>
    /// The first trial that nobody has; or the one that has the claim already, when the transaction is repeated. With a
    /// number only that trial.
    /// </summary>
    private protected abstract int? Free(SqlSession session, string study, string claim, int? number);

    /// <summary>Waits until nobody else plans trials of the study.</summary>
    private protected abstract void Lock(SqlSession session, string study);

    /// <summary>Marks a trial as the worker's.</summary>
    private protected abstract string Own(SqlSession session);

    /// <summary>Keeps files of a running trial.</summary>
    private protected abstract int Save(SqlSession session, string study, int number, IReadOnlyList<TrialFile> files);

    /// <summary>Drops the files of a trial that has ended.</summary>
    private protected abstract void Forget(SqlSession session, string study, int number);

    private static string Now() => Text(DateTimeOffset.UtcNow);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static int? Whole(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        Text(row, column) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;

    private static string CountOf(string states) => $"CAST(coalesce(sum(CASE WHEN state IN ({states}) THEN 1 ELSE 0 END), 0) AS integer)";

    internal static TrialRow Read(DbDataReader row, IReadOnlyList<Measurement> reports) => new()
    {
        Number = row.GetInt32(0),
        State = Enum.Parse<TrialState>(row.GetString(1)),
        Attempts = row.GetInt32(2),
        Plan = row.GetString(3),
        Parameters = Text(row, 4),
        Values = row.IsDBNull(5) ? [] : JsonSerializer.Deserialize<double[]>(row.GetString(5))!,
        Error = Text(row, 6),
        Started = Time(row, 7) ?? default,
        Seconds = row.IsDBNull(8) ? 0 : row.GetDouble(8),
        Worker = Text(row, 9) ?? "",
        Claim = Text(row, 10) ?? "",
        Ranges = Text(row, 11),
        Constraints = Text(row, 12),
        Given = Text(row, 13),
        Attributes = Text(row, 14),
        Suggested = Text(row, 15),
        Reports = reports,
    };

    private TrialRow Begin(SqlSession session, string study, int number, string plan, string? given, string worker, string claim) =>
        session.Rows(
            "INSERT INTO trials (study, number, state, attempts, plan, given, worker, process, claim, started) "
                + $"VALUES ($1, $2, 'Running', 1, $3, $4, $5, $6, $7, $8) RETURNING {Columns}",
            row => Read(row, []), study, number, plan, given, worker, Own(session), claim, Now())[0];

    private TrialRow Take(SqlSession session, string study, int number, string worker, string claim)
    {
        List<Measurement> reports = session.Rows(
            "SELECT step, value FROM reports WHERE study = $1 AND trial = $2 ORDER BY step", row =>
                new Measurement(row.GetInt32(0), row.GetDouble(1)), study, number);
        return session.Rows(
            $"UPDATE trials SET state = 'Running', worker = $3, process = $4, claim = $5, started = $6 WHERE study = $1 AND number = $2 RETURNING {Columns}",
            row => Read(row, reports), study, number, worker, Own(session), claim, Now())[0];
    }

    private int Note(SqlSession session, string study, TrialTicket trial, Measurement measurement)
    {
        int changed = session.Execute(
            $"INSERT INTO reports SELECT study, number, $4, $5 FROM trials WHERE study = $1 AND number = $2 AND claim = $3 AND state = 'Running' {Holding} ON CONFLICT (study, trial, step) DO UPDATE SET value = excluded.value",
            study, trial.Number, trial.Claim, measurement.Step, measurement.Value);
        return changed > 0 ? changed : throw StudyErrors.TrialLost(trial.Number);
    }

    private void Change(TrialTicket trial, string sql, params object?[] values)
    {
        if (Alone(session => session.Execute(sql, values)) == 0) throw StudyErrors.TrialLost(trial.Number);
    }
}
