namespace Crucible.Lab.Studies;

/// <summary>
/// Keeps studies. Every call is one transaction; calls may come from several threads and, for a shared store, from
/// several processes. What a worker writes about a trial needs the ticket of its claim: once another has taken the
/// trial over, the call raises <see cref="TrialLostException"/> and changes nothing.
/// </summary>
public interface IStudyStore : IDisposable
{
    /// <summary>Whether it keeps the files of trials, because workers share no folder.</summary>
    bool KeepsFiles { get; }

    /// <summary>Where the folders of its studies are on this machine, unless a study's options say otherwise.</summary>
    string Folder { get; }

    /// <summary>Creates the study unless there is one of its name.</summary>
    /// <returns>The study as it is stored, with its identity, which the caller compares with what it wanted.</returns>
    StudyDefinition Open(StudyDefinition wanted);

    /// <summary>Gives a study another fingerprint.</summary>
    void Sign(string study, string fingerprint);

    /// <summary>The studies by name, or the one of a name.</summary>
    IReadOnlyList<StudySummary> Studies(string? name = null);

    /// <summary>
    /// Takes a study, all its trials and its folder below <see cref="Folder"/> away, if there is one of this name. A process
    /// that is killed meanwhile leaves the study with all its trials, or nothing of it: called again, it goes to the end.
    /// </summary>
    void Remove(string study);

    /// <summary>Gives a parameter its range unless it has one.</summary>
    /// <returns>The range as it is stored.</returns>
    Distribution Register(string study, Parameter parameter);

    /// <summary>Every parameter that has a range.</summary>
    IReadOnlyDictionary<string, Distribution> Parameters(string study);

    /// <summary>
    /// Takes a trial for a worker: one that was interrupted or whose worker is dead, else the next number, if the
    /// trials that it needs have ended and trial 0 has settled.
    /// </summary>
    TrialClaim Claim(string study, ClaimRequest request);

    /// <summary>Takes a certain trial that was interrupted or whose worker is dead.</summary>
    /// <returns>The trial; null if there is none of this number, it has ended, or a worker that lives has it.</returns>
    TrialRow? Claim(string study, int number, string worker);

    /// <summary>Sets settings down, as JSON, for the next new trial that has none.</summary>
    /// <param name="study">The study.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="again">Whether to do it though the same were enqueued before.</param>
    void Enqueue(string study, string settings, bool again);

    /// <summary>
    /// Adds ended trials behind the last, but for those whose <see cref="TrialRow.Given"/> the study has already. All or none.
    /// </summary>
    /// <returns>The number of each, also of those that were there.</returns>
    IReadOnlyList<int> Add(string study, IReadOnlyList<TrialRow> ended);

    /// <summary>Notes what a running trial was suggested so far, for whoever tells its value by number.</summary>
    void Suggest(string study, TrialTicket trial, string suggested);

    /// <summary>Gives a running trial all its user attributes, as JSON.</summary>
    void Annotate(string study, TrialTicket trial, string attributes);

    /// <summary>Gives a study one user attribute, as JSON.</summary>
    void Annotate(string study, string name, string value);

    /// <summary>The user attributes of a study, as JSON; null for none.</summary>
    string? Attributes(string study);

    /// <summary>Notes which parameters a running trial has asked for. Notes nothing new when it is settled already.</summary>
    void Settle(string study, TrialTicket trial, string parameters);

    /// <summary>The parameters that trial 0 asked for, as JSON, once it has settled or ended.</summary>
    string? Settled(string study);

    /// <summary>
    /// Notes a value on the way; that of the same step is replaced. Keeps the files that have changed since the last
    /// call with it.
    /// </summary>
    void Report(string study, TrialTicket trial, Measurement measurement, IReadOnlyList<TrialFile> files);

    /// <summary>The files of a trial that has not ended.</summary>
    IReadOnlyList<TrialFile> Files(string study, int number);

    /// <summary>Notes that a trial begins anew after a failure.</summary>
    void Retry(string study, TrialTicket trial, int attempt, string message);

    /// <summary>
    /// Notes the end of a trial: its state, parameters, values, constraints, error, attempts and times. Told twice, as when the
    /// first answer was lost, it is the same.
    /// </summary>
    void Finish(string study, TrialRow ended);

    /// <summary>
    /// Gives a running trial back, to be taken up again with its files; one that another has taken over already stays
    /// with that one.
    /// </summary>
    void Release(string study, TrialTicket trial, IReadOnlyList<TrialFile> files);

    /// <summary>The trials from number <paramref name="first"/> on, up to the first that has not ended.</summary>
    IReadOnlyList<TrialRow> Ended(string study, int first);

    /// <summary>Keeps a piece of an artifact, which counts once all of it is here and the artifact is kept.</summary>
    void SavePiece(string study, Artifact artifact, int place, byte[] content);

    /// <summary>Keeps an artifact of a running trial, whose pieces are here, in place of the one of its name.</summary>
    void Keep(string study, TrialTicket trial, Artifact artifact);

    /// <summary>
    /// Keeps an artifact of the study itself, or of a trial that has ended, whose pieces are here, in place of the one of its name.
    /// </summary>
    void Keep(string study, Artifact artifact);

    /// <summary>The artifacts of a trial, or of all and the study itself, by trial and name.</summary>
    IReadOnlyList<Artifact> Artifacts(string study, int? number = null);

    /// <summary>A piece of an artifact; null behind the last.</summary>
    byte[]? Piece(string study, Artifact artifact, int place);

    /// <summary>All of a study up to the first trial that has not ended, but for the pieces of artifacts.</summary>
    StudyContent Read(string study);

    /// <summary>Makes a study of another's content, at once.</summary>
    /// <returns>Whether there was none of its name.</returns>
    bool Write(StudyContent content);

    /// <summary>Brings what was written to the disk, so that it outlives a power cut too.</summary>
    /// <exception cref="StudyException">The disk failed.</exception>
    void Flush();

    /// <summary>Makes calls that wait for the store to come back give up, now and later: the user wants to end.</summary>
    void StopWaiting();
}

/// <summary>What a worker asks of a store.</summary>
public sealed class ClaimRequest
{
    /// <summary>The worker's name within its process.</summary>
    public required string Worker { get; init; }

    /// <summary>The identity of the study that the worker has opened; null for whichever has the name now.</summary>
    public string? Id { get; init; }

    /// <summary>How many trials the study is to have.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// How many trials, from 0, must have ended before a trial of a given number can begin, given the parameters that
    /// trial 0 asked for.
    /// </summary>
    public required Func<int, string?, int> Needs { get; init; }

    /// <summary>
    /// Chooses the parameters of a new trial. It is called inside the transaction, so that trials are planned in the
    /// order of their numbers.
    /// </summary>
    public required Func<PlanRequest, string?> Plan { get; init; }
}

/// <summary>What the choice of a trial's parameters may depend on beside the trials that it sees.</summary>
/// <param name="Number">The trial.</param>
/// <param name="First">The parameters that trial 0 asked for; none for trial 0 itself.</param>
/// <param name="Plans">The plans of the trials from the first that it does not see to the one before it.</param>
public sealed record PlanRequest(int Number, string? First, IReadOnlyList<string> Plans)
{
    /// <summary>The settings that were enqueued for it, as JSON; none where the sampler chooses all.</summary>
    public string? Settings { get; init; }

    /// <summary>How many of the trials of <see cref="Plans"/> were enqueued or added.</summary>
    public int Given { get; init; }
}

/// <summary>A study as one store gives it to another.</summary>
/// <param name="Definition">What makes it this study.</param>
/// <param name="Parameters">Every parameter's first range.</param>
/// <param name="Trials">The trials that have ended, by number, from 0.</param>
/// <param name="Queue">The settings that wait for a trial, as JSON.</param>
/// <param name="Attributes">Its user attributes, as JSON.</param>
/// <param name="Artifacts">What its trials and the study itself keep.</param>
public sealed record StudyContent(
    StudyDefinition Definition, IReadOnlyDictionary<string, Distribution> Parameters, IReadOnlyList<TrialRow> Trials,
    IReadOnlyList<string> Queue, string? Attributes, IReadOnlyList<Artifact> Artifacts);

/// <summary>What a worker gets from a store.</summary>
/// <param name="Row">The trial, running, with the reports of an attempt that was cut off.</param>
/// <param name="IsOver">Whether no trial is left; without a trial and not over, the worker has to wait for others.</param>
public sealed record TrialClaim(TrialRow? Row, bool IsOver);

/// <summary>Opens stores by name, as a script's option <c>--store</c> gives it.</summary>
public static class StudyStore
{
    /// <summary>Opens a store, or makes it.</summary>
    /// <param name="text">The path of a SQLite file, or <c>postgres://user@host/database</c>: see
    /// <see cref="PostgresStore(string)"/>.</param>
    /// <exception cref="OptionException">The text names no store.</exception>
    /// <exception cref="StudyException">The store cannot be used.</exception>
    public static IStudyStore Open(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw StudyErrors.StoreUnnamed();
        if (PostgresAddress.IsOne(text)) return new PostgresStore(text);
        if (text.Contains("://", StringComparison.Ordinal))
            throw StudyErrors.StoreScheme(text[..text.IndexOf("://", StringComparison.Ordinal)]);
        return new SqliteStore(text);
    }
}
