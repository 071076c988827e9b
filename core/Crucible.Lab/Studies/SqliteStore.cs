using System.Globalization;
using System.Text.Json;
using Crucible.Lab.Scripting;
using Microsoft.Data.Sqlite;

namespace Crucible.Lab.Studies;

/// <summary>Studies in a SQLite file, which several processes of one machine may use at once. A process that is killed loses nothing that had ended.</summary>
public sealed class SqliteStore : IStudyStore
{
    private const string Columns = "number, state, attempts, plan, parameters, \"values\", error, started, seconds, worker";

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
            session = new SqliteSession(file);
            SqliteSchema.Prepare(session, file);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            session?.Dispose();
            throw Errors.StoreUnusable(file, error);
        }
        catch (StudyException)
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Opens <c>reports/studies.db</c>.</summary>
    public static SqliteStore Default() => new(Path.Combine(RunFolder.Reports(), "studies.db"));

    /// <summary>A store that is gone with the process.</summary>
    public static SqliteStore InMemory() => new(":memory:");

    /// <inheritdoc/>
    public StudyDefinition Open(StudyDefinition wanted) => Write(() =>
    {
        session.Execute(
            "INSERT OR IGNORE INTO studies VALUES ($1, $2, $3, $4, $5, $6)",
            wanted.Name, string.Join(' ', wanted.Directions), wanted.Seed.ToString(CultureInfo.InvariantCulture), wanted.Sampler, wanted.Pruner, wanted.Window);
        return session.Rows("SELECT directions, seed, sampler, pruner, window FROM studies WHERE name = $1", row => new StudyDefinition(
            wanted.Name, [.. row.GetString(0).Split(' ').Select(Enum.Parse<StudyDirection>)], ulong.Parse(row.GetString(1), CultureInfo.InvariantCulture),
            row.GetString(2), row.GetString(3), row.GetInt32(4)), wanted.Name)[0];
    });

    /// <inheritdoc/>
    public void Remove(string study) => Write(() =>
    {
        session.Execute("DELETE FROM reports WHERE study = $1", study);
        session.Execute("DELETE FROM trials WHERE study = $1", study);
        session.Execute("DELETE FROM parameters WHERE study = $1", study);
        session.Execute("DELETE FROM studies WHERE name = $1", study);
        return 0;
    });

    /// <inheritdoc/>
    public Distribution Register(string study, Parameter parameter) => Write(() =>
    {
        session.Execute("INSERT OR IGNORE INTO parameters VALUES ($1, $2, $3)", study, parameter.Name, parameter.Distribution.ToJson().ToJsonString());
        return Distribution.Parse((string)session.Scalar("SELECT distribution FROM parameters WHERE study = $1 AND name = $2", study, parameter.Name)!);
    });

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Distribution> Parameters(string study)
    {
        lock (gate)
        {
            return session.Rows("SELECT name, distribution FROM parameters WHERE study = $1", row => (Name: row.GetString(0), Json: row.GetString(1)), study)
                .ToDictionary(row => row.Name, row => Distribution.Parse(row.Json));
        }
    }

    /// <inheritdoc/>
    public TrialClaim Claim(string study, ClaimRequest request) => Write(() =>
    {
        List<(int Number, string Process)> open = session.Rows(
            "SELECT number, coalesce(process, '') FROM trials INDEXED BY open_trials WHERE study = $1 AND state IN ('Waiting', 'Running') ORDER BY number", row => (row.GetInt32(0), row.GetString(1)), study);
        foreach ((int number, string process) in open)
        {
            if (!WorkerProcess.IsAlive(process)) return new TrialClaim(Take(study, number, request.Worker), IsOver: false);
        }

        int next = (int)((long?)session.Scalar("SELECT max(number) FROM trials WHERE study = $1", study) ?? -1) + 1;
        if (next >= request.Count) return new TrialClaim(null, open.Count == 0);
        string? first = Settled(study);
        int needs = request.Needs(next, first);
        bool waits = next > 0 && (first is null || (open.Count > 0 && open[0].Number < needs));
        if (waits) return new TrialClaim(null, IsOver: false);
        List<string> plans = session.Rows("SELECT plan FROM trials WHERE study = $1 AND number >= $2 ORDER BY number", row => row.GetString(0), study, needs);
        if (request.Plan(new PlanRequest(next, first, plans)) is not { } plan) return new TrialClaim(null, open.Count == 0);
        session.Execute("INSERT INTO trials (study, number, state, attempts, plan) VALUES ($1, $2, 'Waiting', 1, $3)", study, next, plan);
        return new TrialClaim(Take(study, next, request.Worker), IsOver: false);
    });

    /// <inheritdoc/>
    public void Settle(string study, int number, string parameters) =>
        Change("UPDATE trials SET parameters = $3 WHERE study = $1 AND number = $2 AND parameters IS NULL", study, number, parameters);

    /// <inheritdoc/>
    public string? Settled(string study)
    {
        lock (gate) return (string?)session.Scalar("SELECT parameters FROM trials WHERE study = $1 AND number = 0", study);
    }

    /// <inheritdoc/>
    public void Report(string study, int number, Measurement measurement) =>
        Change("INSERT OR REPLACE INTO reports VALUES ($1, $2, $3, $4)", study, number, measurement.Step, measurement.Value);

    /// <inheritdoc/>
    public void Retry(string study, int number, int attempt, string message) =>
        Change("UPDATE trials SET attempts = $3, error = $4, started = $5 WHERE study = $1 AND number = $2", study, number, attempt, message, Now());

    /// <inheritdoc/>
    public void Finish(string study, TrialRow ended) => Change(
        "UPDATE trials SET state = $3, attempts = $4, parameters = $5, \"values\" = $6, error = $7, started = $8, seconds = $9, process = NULL WHERE study = $1 AND number = $2",
        study, ended.Number, ended.State.ToString(), ended.Attempts, ended.Parameters, JsonSerializer.Serialize(ended.Values), ended.Error, Text(ended.Started), ended.Seconds);

    /// <inheritdoc/>
    public void Release(string study, int number) => Change("UPDATE trials SET state = 'Waiting', process = NULL WHERE study = $1 AND number = $2", study, number);

    /// <inheritdoc/>
    public IReadOnlyList<TrialRow> Ended(string study, int first)
    {
        lock (gate)
        {
            long end = (long?)session.Scalar("SELECT min(number) FROM trials INDEXED BY open_trials WHERE study = $1 AND state IN ('Waiting', 'Running')", study) ?? int.MaxValue;
            ILookup<int, Measurement> reports = session.Rows(
                "SELECT trial, step, value FROM reports WHERE study = $1 AND trial >= $2 AND trial < $3 ORDER BY trial, step",
                row => (Trial: row.GetInt32(0), Measurement: new Measurement(row.GetInt32(1), row.GetDouble(2))), study, first, end).ToLookup(row => row.Trial, row => row.Measurement);
            return session.Rows($"SELECT {Columns} FROM trials WHERE study = $1 AND number >= $2 AND number < $3 ORDER BY number", row => Read(row, reports[row.GetInt32(0)]), study, first, end);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static string Now() => Text(DateTimeOffset.UtcNow);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static TrialRow Read(SqliteDataReader row, IEnumerable<Measurement> reports) => new()
    {
        Number = row.GetInt32(0),
        State = Enum.Parse<TrialState>(row.GetString(1)),
        Attempts = row.GetInt32(2),
        Plan = row.GetString(3),
        Parameters = row.IsDBNull(4) ? null : row.GetString(4),
        Values = row.IsDBNull(5) ? [] : JsonSerializer.Deserialize<double[]>(row.GetString(5))!,
        Error = row.IsDBNull(6) ? null : row.GetString(6),
        Started = row.IsDBNull(7) ? default : DateTimeOffset.Parse(row.GetString(7), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        Seconds = row.IsDBNull(8) ? 0 : row.GetDouble(8),
        Worker = row.IsDBNull(9) ? "" : row.GetString(9),
        Reports = [.. reports],
    };

    private TrialRow Take(string study, int number, string worker)
    {
        session.Execute(
            "UPDATE trials SET state = 'Running', worker = $3, process = $4, started = $5 WHERE study = $1 AND number = $2", study, number, worker, WorkerProcess.Name, Now());
        List<Measurement> reports = session.Rows(
            "SELECT step, value FROM reports WHERE study = $1 AND trial = $2 ORDER BY step", row => new Measurement(row.GetInt32(0), row.GetDouble(1)), study, number);
        return session.Rows($"SELECT {Columns} FROM trials WHERE study = $1 AND number = $2", row => Read(row, reports), study, number)[0];
    }

    private void Change(string sql, params object?[] values)
    {
        lock (gate) session.Execute(sql, values);
    }

    private T Write<T>(Func<T> work)
    {
        lock (gate) return session.Transaction(work);
    }
}
