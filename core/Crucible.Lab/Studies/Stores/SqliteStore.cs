using Crucible.Lab.Workspace;

namespace Crucible.Lab.Studies;

/// <summary>
/// Studies in a SQLite file, which several processes of one machine may use at once, those in containers too. A process
/// that is killed loses nothing that had ended; when <see cref="Study.Optimize"/> returns, its trials are on the disk.
/// </summary>
public sealed class SqliteStore : SqlStore
{
    private const string Memory = ":memory:";

    private readonly SqliteLink link;
    private readonly WorkerLock alive;

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="file">Its path; the folder is created when missing.</param>
    /// <exception cref="StudyException">The file is of another program or a newer version, or cannot be used.</exception>
    public SqliteStore(string file) : this(file, TimeSpan.FromMinutes(10))
    {
    }

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="patience">How long to wait for a process that has locked the file.</param>
    internal SqliteStore(string file, TimeSpan patience)
    {
        File = file;
        Folder = file == Memory
            ? Path.Combine(Path.GetTempPath(), $"crucible-{Guid.NewGuid():N}")
            : $"{Path.GetFullPath(file)}-trials";
        alive = new WorkerLock(Folder);
        link = new SqliteLink(file, patience);
        try
        {
            link.Do(() => Directory.CreateDirectory(Path.GetDirectoryName(Folder)!));
            link.Open();
            link.Do(session =>
            {
                SqliteSchema.Prepare(session, file, whenNew: () => StudyFolder.EraseAll(Folder));
                return 0;
            });
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The file's name with "-trials" behind it; a temporary folder for a store in memory.</summary>
    public override string Folder { get; }

    /// <summary>No: the processes that share the file share its machine's folders.</summary>
    public override bool KeepsFiles => false;

    /// <inheritdoc/>
    private protected override string OpenTrials => "trials INDEXED BY open_trials";

    /// <inheritdoc/>
    private protected override string HasFiles => "0";

    /// <inheritdoc/>
    private protected override string Holding => ""; // a transaction that writes is alone anyway

    internal static string DefaultFile => Path.Combine(Folders.Reports, "studies.db");

    /// <summary>Opens <c>reports/studies.db</c>.</summary>
    public static SqliteStore Default() => new(DefaultFile);

    /// <summary>A store that is gone with the process.</summary>
    public static SqliteStore InMemory() => new(Memory);

    /// <inheritdoc/>
    public override IReadOnlyList<TrialFile> Files(string study, int number) => [];

    /// <inheritdoc/>
    public override void Flush() => link.Checkpoint();

    /// <inheritdoc/>
    public override void StopWaiting() => link.StopWaiting();

    /// <inheritdoc/>
    public override void Dispose()
    {
        link.Dispose();
        alive.Dispose();
        if (File == Memory && Directory.Exists(Folder)) StudyFolder.Erase(Folder);
    }

    /// <inheritdoc/>
    private protected override T Alone<T>(Func<SqlSession, T> work) => link.Do(work);

    /// <inheritdoc/>
    private protected override T Transaction<T>(Func<SqlSession, T> work) => link.Do(session => session.Transaction(work));

    /// <inheritdoc/>
    private protected override int? Free(SqlSession session, string study, string claim, int? number)
    {
        List<(int Number, string Process)> open = session.Rows(
            $"SELECT number, coalesce(process, '') FROM {OpenTrials} WHERE study = $1 AND state IN ('Waiting', 'Running') ORDER BY number",
            row => (row.GetInt32(0), row.GetString(1)), study);
        foreach ((int one, string process) in open)
        {
            if (one == (number ?? one) && !alive.IsHeld(process)) return one;
        }

        return null;
    }

    /// <inheritdoc/>
    private protected override void Lock(SqlSession session, string study)
    {
        // A transaction that writes is alone in the file.
    }

    /// <inheritdoc/>
    private protected override string Own(SqlSession session) => File == Memory ? alive.Name : alive.Hold();

    /// <inheritdoc/>
    private protected override int Save(SqlSession session, string study, int number, IReadOnlyList<TrialFile> files) => 0;

    /// <inheritdoc/>
    private protected override void Forget(SqlSession session, string study, int number)
    {
        // There are none.
    }
}
