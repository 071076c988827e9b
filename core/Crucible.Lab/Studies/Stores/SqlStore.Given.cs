using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <content>What users give a study: settings, trials that have ended elsewhere, attributes, and a whole study's content.</content>
public abstract partial class SqlStore
{
    private const string NextSettings = "SELECT settings FROM queue WHERE study = $1 ORDER BY place LIMIT 1";
    internal const string DefinitionColumns = "name, directions, seed, sampler, pruner, \"window\", id, fingerprint";

    private const string IdOfStudy = "SELECT id FROM studies WHERE name = $1";

    /// <inheritdoc/>
    public TrialRow? Claim(string study, int number, string worker)
    {
        string claim = Guid.NewGuid().ToString("N");
        return Transaction(session =>
            Free(session, study, claim, number) is { } free ? Take(session, study, free, worker, claim) : null);
    }

    /// <inheritdoc/>
    public void Enqueue(string study, string settings, bool again)
    {
        string id = Guid.NewGuid().ToString("N"); // before the transaction, which may be repeated when its answer was lost
        Transaction(session =>
        {
            LockExisting(session, study);
            // Those of its own identity are there when the transaction is repeated
            string known = again ? "SELECT 1 FROM queue WHERE study = $1 AND settings = $2 AND id = $3"
                : "SELECT 1 FROM queue WHERE study = $1 AND (settings = $2 OR id = $3) "
                    + "UNION ALL SELECT 1 FROM trials WHERE study = $1 AND given = $2";
            return session.Scalar(known, study, settings, id) is not null ? 0 : Append(session, study, id, settings);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Add(string study, IReadOnlyList<TrialRow> ended) => Transaction(session =>
    {
        LockExisting(session, study);
        Dictionary<string, int> known = []; // the same settings may have been enqueued again
        const string given = "SELECT given, number FROM trials WHERE study = $1 AND given IS NOT NULL";
        foreach ((string origin, int number) in session.Rows(given, row => (row.GetString(0), row.GetInt32(1)), study))
            known.TryAdd(origin, number);
        const string last = "SELECT max(number) FROM trials WHERE study = $1";
        int next = session.Rows(last, row => Whole(row, 0) ?? -1, study)[0] + 1;
        foreach (TrialRow row in ended)
        {
            if (known.TryAdd(row.Given!, next)) Insert(session, study, row with { Number = next++ });
        }

        return ended.Select(row => known[row.Given!]).ToArray();
    });

    /// <inheritdoc/>
    public void Suggest(string study, TrialTicket trial, string suggested) => Change(
        trial, "UPDATE trials SET suggested = $4 WHERE study = $1 AND number = $2 AND claim = $3 AND state = 'Running'", study,
        trial.Number, trial.Claim, suggested);

    /// <inheritdoc/>
    public void Annotate(string study, TrialTicket trial, string attributes) => Change(
        trial, "UPDATE trials SET attributes = $4 WHERE study = $1 AND number = $2 AND claim = $3 AND state = 'Running'", study,
        trial.Number, trial.Claim, attributes);

    /// <inheritdoc/>
    public void Annotate(string study, string name, string value) => Transaction(session =>
    {
        LockExisting(session, study);
        JsonObject attributes = JsonNode.Parse(AttributesOf(session, study) ?? "{}")!.AsObject();
        attributes[name] = JsonNode.Parse(value);
        return session.Execute("UPDATE studies SET attributes = $2 WHERE name = $1", study, attributes.ToJsonString());
    });

    /// <inheritdoc/>
    public string? Attributes(string study) => Alone(session => AttributesOf(session, study));

    /// <inheritdoc/>
    public StudyContent Read(string study)
    {
        (IReadOnlyDictionary<string, Distribution> ranges, IReadOnlyList<TrialRow> ended) = (Parameters(study), Ended(study, 0));
        return Alone(session => new StudyContent(
            Definition(session, study),
            ranges,
            ended,
            session.Rows("SELECT settings FROM queue WHERE study = $1 ORDER BY place", row => row.GetString(0), study),
            AttributesOf(session, study),
            [.. Artifacts(session, study, null).Where(artifact => artifact.Trial < ended.Count)]));
    }

    /// <inheritdoc/>
    public bool Write(StudyContent content)
    {
        string study = content.Definition.Name;
        return Transaction(session =>
        {
            Lock(session, study);
            if (Begin(session, content.Definition) == 0) // it is there, perhaps by this very call, whose answer was lost
                return (string?)session.Scalar(IdOfStudy, study) == content.Definition.Id;
            session.Execute("UPDATE studies SET attributes = $2 WHERE name = $1", study, content.Attributes);
            foreach ((string name, Distribution range) in content.Parameters)
                session.Execute("INSERT INTO parameters VALUES ($1, $2, $3)", study, name, range.ToJson().ToJsonString());
            foreach (TrialRow row in content.Trials) Insert(session, study, row);
            foreach (string settings in content.Queue) Append(session, study, Guid.NewGuid().ToString("N"), settings);
            foreach (Artifact artifact in content.Artifacts) Insert(session, study, artifact);
            return true;
        });
    }

    private static string? AttributesOf(SqlSession session, string study) =>
        (string?)session.Scalar("SELECT attributes FROM studies WHERE name = $1", study);

    private static StudyDefinition Definition(SqlSession session, string study) =>
        session.Rows($"SELECT {DefinitionColumns} FROM studies WHERE name = $1", ReadDefinition, study) is [var definition]
            ? definition
            : throw StudyErrors.StudyRemoved(study);

    internal static StudyDefinition ReadDefinition(DbDataReader row) =>
        new(row.GetString(0), [.. row.GetString(1).Split(' ').Select(Enum.Parse<StudyDirection>)],
            ulong.Parse(row.GetString(2), CultureInfo.InvariantCulture), row.GetString(3), row.GetString(4), row.GetInt32(5))
        {
            Id = Text(row, 6) ?? "",
            Fingerprint = Text(row, 7),
        };

    /// <summary>Makes a study unless there is one of its name.</summary>
    private static int Begin(SqlSession session, StudyDefinition study) => session.Execute(
        "INSERT INTO studies (name, directions, seed, sampler, pruner, \"window\", id, fingerprint) "
            + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        study.Name, string.Join(' ', study.Directions), study.Seed.ToString(CultureInfo.InvariantCulture), study.Sampler,
        study.Pruner, study.Window, study.Id, study.Fingerprint);

    private static int Append(SqlSession session, string study, string id, string settings) => session.Execute(
        "INSERT INTO queue SELECT $1, coalesce(max(place), 0) + 1, $2, $3 FROM queue WHERE study = $1", study, id, settings);

    private static int Dequeue(SqlSession session, string study) => session.Execute(
        "DELETE FROM queue WHERE study = $1 AND place = (SELECT min(place) FROM queue WHERE study = $1)", study);

    private static void Insert(SqlSession session, string study, TrialRow row)
    {
        session.Execute(
            "INSERT INTO trials (study, number, state, attempts, plan, parameters, \"values\", error, started, seconds, worker, claim, ranges, "
                + "constraints, given, attributes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            study, row.Number, row.State.ToString(), row.Attempts, row.Plan, row.Parameters, JsonSerializer.Serialize(row.Values),
            row.Error, Text(row.Started), row.Seconds, row.Worker, row.Claim, row.Ranges, row.Constraints, row.Given, row.Attributes);
        foreach ((int step, double value) in row.Reports)
            session.Execute("INSERT INTO reports VALUES ($1, $2, $3, $4)", study, row.Number, step, value);
    }

    /// <summary>Waits until nobody else plans trials of a study, which must be there.</summary>
    private void LockExisting(SqlSession session, string study)
    {
        Lock(session, study);
        if (session.Scalar(IdOfStudy, study) is null) throw StudyErrors.StudyRemoved(study);
    }
}
