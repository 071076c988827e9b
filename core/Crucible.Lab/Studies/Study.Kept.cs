using Deedle;

namespace Crucible.Lab.Studies;

/// <content>What a study's store keeps beside its trials, and whole studies: listed, copied and deleted.</content>
public sealed partial class Study
{
    /// <summary>What <see cref="SetUserAttribute"/> noted, by name, in this process or another.</summary>
    public IReadOnlyDictionary<string, object?> UserAttributes => JsonValues.ValuesOf(core.Store.Attributes(Name));

    /// <summary>Notes something about the study, which stays with it in the store.</summary>
    /// <param name="name">What it is called; a value of the same name is replaced.</param>
    /// <param name="value">A text, a number, a truth value, null or a list of these; anything else is kept by its text.</param>
    public void SetUserAttribute(string name, object? value) =>
        core.Store.Annotate(Name, name, JsonValues.NodeOf(value)?.ToJsonString() ?? "null");

    /// <summary>What the study itself has kept by <see cref="UploadArtifact(string, string?)"/>, on whichever machine, by name.</summary>
    public IReadOnlyList<Artifact> Artifacts() => Artifacts(Artifact.OfStudy);

    /// <summary>What a trial has kept by <see cref="Trial.UploadArtifact"/>, on whichever machine, by name.</summary>
    /// <param name="number">The trial's number.</param>
    public IReadOnlyList<Artifact> Artifacts(int number) => core.Store.Artifacts(Name, number);

    /// <summary>
    /// Keeps a file's bytes in the study's store beside its trials: the data that it searches with, a summary of it. An artifact of
    /// the same name is replaced once all of the new one has arrived.
    /// </summary>
    /// <param name="path">The file, of at most 1 GiB.</param>
    /// <param name="name">What the artifact is called; the file's name when not given.</param>
    /// <returns>Its name, size and SHA-256.</returns>
    /// <exception cref="StudyException">The file is larger, or cannot be read.</exception>
    public Artifact UploadArtifact(string path, string? name = null) => Upload(Artifact.OfStudy, path, name);

    /// <summary>Keeps a file's bytes with a trial that has ended, as one that was told by number or added.</summary>
    /// <param name="number">The trial's number.</param>
    /// <param name="path">The file, of at most 1 GiB.</param>
    /// <param name="name">What the artifact is called; the file's name when not given.</param>
    /// <returns>Its name, size and SHA-256.</returns>
    /// <exception cref="StudyException">The trial has not ended; or the file is larger, or cannot be read.</exception>
    public Artifact UploadArtifact(int number, string path, string? name = null)
    {
        int ended = core.Ended().Count;
        return number >= 0 && number < ended ? Upload(number, path, name) : throw StudyErrors.ArtifactOfOpenTrial(number, ended);
    }

    /// <summary>Writes a file with what the study itself has kept.</summary>
    /// <param name="name">The artifact's name.</param>
    /// <param name="path">The file, which appears when it is complete and has the artifact's SHA-256.</param>
    /// <exception cref="OptionException">The study has no such artifact.</exception>
    /// <exception cref="StudyException">The file cannot be written, or the store's bytes are damaged.</exception>
    public void DownloadArtifact(string name, string path) => DownloadArtifact(Artifact.OfStudy, name, path);

    /// <summary>Writes a file with what a trial has kept.</summary>
    /// <param name="number">The trial's number.</param>
    /// <param name="name">The artifact's name.</param>
    /// <param name="path">The file, which appears when it is complete and has the artifact's SHA-256.</param>
    /// <exception cref="OptionException">The trial has no such artifact.</exception>
    /// <exception cref="StudyException">The file cannot be written, or the store's bytes are damaged.</exception>
    public void DownloadArtifact(int number, string name, string path)
    {
        IReadOnlyList<Artifact> known = Artifacts(number);
        Artifact artifact = known.FirstOrDefault(one => one.Name == name)
            ?? throw StudyErrors.NoSuchArtifact(number, name, [.. known.Select(one => one.Name)]);
        artifact.Download(core.Store, Name, path);
    }

    /// <summary>
    /// The trials that have ended as a table by number: number, state, values, parameters, constraints, user attributes, seconds and errors
    /// are columns; what a trial has nothing of is missing. Where a name comes twice, the later column says what it is, as
    /// <c>constraint rate</c> or <c>attribute rate</c>.
    /// </summary>
    public Frame<int, string> ToFrame() => TrialColumns.ToFrame(Directions, Trials);

    /// <summary>The studies of a store, by name.</summary>
    /// <param name="store">The store: <c>reports/studies.db</c> when not given.</param>
    public static IReadOnlyList<StudySummary> List(IStudyStore? store = null) => In(store, place => place.Studies());

    /// <summary>
    /// Copies a study, under another name or to another store, as from a laptop's file to a cluster's database: its trials up to
    /// the first that has not ended, and all that is kept with them. The copy goes on as the study itself would. Killed in the
    /// middle, there is no copy.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="newName">The copy's name.</param>
    /// <param name="store">The store: <c>reports/studies.db</c> when not given.</param>
    /// <param name="to">The copy's store: the same when not given.</param>
    /// <exception cref="OptionException">The store has no study of this name, or the other has one of the new name.</exception>
    public static void Copy(string name, string newName, IStudyStore? store = null, IStudyStore? to = null) => In(store, place =>
    {
        MustHave(place, name);
        IStudyStore target = to ?? place;
        if (string.IsNullOrWhiteSpace(newName)) throw StudyErrors.StudyOption(nameof(newName), "a name", $"'{newName}'");
        if (target.Studies(newName).Count > 0) throw StudyErrors.StudyExists(newName);
        StudyContent content = place.Read(name);
        foreach (Artifact artifact in content.Artifacts) artifact.CopyPieces(place, name, target, newName, artifact);
        StudyDefinition definition = content.Definition with { Name = newName, Id = Guid.NewGuid().ToString("N") };
        return target.Write(content with { Definition = definition }) ? 0 : throw StudyErrors.StudyExists(newName);
    });

    /// <summary>
    /// Deletes a study: its trials, its place in the store and its folder, with the checkpoints that are on this machine.
    /// Workers that are at it end with a line that says so. Killed in the middle, it leaves the study with all its trials, or
    /// nothing of it.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="store">The store: <c>reports/studies.db</c> when not given.</param>
    /// <param name="folder">What <see cref="StudyOptions.Folder"/> was, if it was given.</param>
    /// <exception cref="OptionException">The store has no study of this name.</exception>
    public static void Delete(string name, IStudyStore? store = null, string? folder = null) => In(store, place =>
    {
        MustHave(place, name);
        StudyCore.Remove(place, name, folder);
        return 0;
    });

    private Artifact Upload(int number, string path, string? name)
    {
        Artifact artifact = Artifact.Upload(core.Store, Name, number, name ?? Path.GetFileName(path), path);
        core.Store.Keep(Name, artifact);
        return artifact;
    }

    private static void MustHave(IStudyStore store, string name)
    {
        if (store.Studies(name).Count == 0) throw StudyErrors.NoSuchStudy(name, [.. store.Studies().Select(study => study.Name)]);
    }

    private static T In<T>(IStudyStore? store, Func<IStudyStore, T> work)
    {
        if (store is not null) return work(store);
        using SqliteStore usual = SqliteStore.Default();
        return work(usual);
    }
}
