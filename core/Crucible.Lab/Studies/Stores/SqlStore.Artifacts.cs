namespace Crucible.Lab.Studies;

/// <content>Artifacts. A large one never is in memory as a whole: its pieces are written and read one by one.</content>
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public void SavePiece(string study, Artifact artifact, int place, byte[] content) => Alone(session => session.Execute(
        "INSERT INTO pieces VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", study, artifact.Trial, artifact.Id, place, content));

    /// <inheritdoc/>
    public void Keep(string study, TrialTicket trial, Artifact artifact) => Transaction(session =>
    {
        string held = $"SELECT number FROM trials WHERE study = $1 AND number = $2 AND claim = $3 AND state = 'Running' {Holding}";
        if (session.Scalar(held, study, trial.Number, trial.Claim) is null) throw StudyErrors.TrialLost(trial.Number);
        Insert(session, study, artifact);
        // Those of the artifact before, and of any that a worker did not bring to its end
        return session.Execute(
            "DELETE FROM pieces WHERE study = $1 AND trial = $2 AND id NOT IN (SELECT id FROM artifacts WHERE study = $1 AND trial = $2)",
            study, trial.Number);
    });

    /// <inheritdoc/>
    public void Keep(string study, Artifact artifact) => Transaction(session =>
    {
        LockExisting(session, study);
        const string earlier = "SELECT id FROM artifacts WHERE study = $1 AND trial = $2 AND name = $3";
        string? replaced = (string?)session.Scalar(earlier, study, artifact.Trial, artifact.Name);
        Insert(session, study, artifact);
        // Others may be at it too: pieces of theirs that are on the way stay
        return replaced is null || replaced == artifact.Id
            ? 0
            : session.Execute("DELETE FROM pieces WHERE study = $1 AND trial = $2 AND id = $3", study, artifact.Trial, replaced);
    });

    /// <inheritdoc/>
    public IReadOnlyList<Artifact> Artifacts(string study, int? number = null) => Alone(session => Artifacts(session, study, number));

    /// <inheritdoc/>
    public byte[]? Piece(string study, Artifact artifact, int place) => Alone(session => Piece(session, study, artifact, place));

    internal static byte[]? Piece(SqlSession session, string study, Artifact artifact, int place) => (byte[]?)session.Scalar(
        "SELECT content FROM pieces WHERE study = $1 AND trial = $2 AND id = $3 AND place = $4",
        study, artifact.Trial, artifact.Id, place);

    internal static List<Artifact> Artifacts(SqlSession session, string study, int? number) => session.Rows(
        "SELECT trial, name, size, sha256, id FROM artifacts WHERE study = $1 AND trial = coalesce($2, trial) ORDER BY trial, name",
        row => new Artifact(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetString(3)) { Id = row.GetString(4) }, study, number);

    private static void Insert(SqlSession session, string study, Artifact artifact) => session.Execute(
        "INSERT INTO artifacts VALUES ($1, $2, $3, $4, $5, $6) "
            + "ON CONFLICT (study, trial, name) DO UPDATE SET id = excluded.id, size = excluded.size, sha256 = excluded.sha256",
        study, artifact.Trial, artifact.Name, artifact.Id, artifact.Size, artifact.Sha256);
}
