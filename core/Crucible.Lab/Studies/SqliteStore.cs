using Crucible.Lab.Scripting;
using Microsoft.Data.Sqlite;

namespace Crucible.Lab.Studies;

/// <summary>Studies in a SQLite file, which several processes of one machine may use at once. A process that is killed loses nothing that had ended.</summary>
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
            throw Errors.StoreUnusable(file, error.Message, error);
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
    public static SqliteStore Default() => new(Path.Combine(RunFolder.Reports(), "studies.db"));

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
            $"SELECT number, coalesce(process, '') FROM {OpenTrials} WHERE study = $1 AND state IN ('Waiting', 'Running') ORDER BY number", row => (row.GetInt32(0), row.GetString(1)), study);
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
