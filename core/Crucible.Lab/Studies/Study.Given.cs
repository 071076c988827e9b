using System.Text.Json.Nodes;

namespace Crucible.Lab.Studies;

/// <content>What a study is given: settings to try, and trials that have ended elsewhere.</content>
public sealed partial class Study
{
    /// <summary>
    /// Sets known settings down for the next new trial that has none, in the order of the calls, for whichever worker begins it.
    /// Parameters that are not among them are left to the sampler. Settings that were enqueued before are not again, so a script
    /// may do it in each of its runs, and in each of many processes. Enqueued before the search begins, the study has the same
    /// trials on any number of workers; later, which trial gets them depends on the clock.
    /// </summary>
    /// <param name="settings">Names and values, as <c>[ "rate", 0.01; "layers", 2; "activation", "relu" ]</c>. A value that is not
    /// in the range that the trial asks for fails the trial, with a message that says so.</param>
    /// <param name="again">Whether to set them down though the same were enqueued before.</param>
    /// <exception cref="OptionException">There are no settings, one comes twice, or the study's trials are of another script or
    /// other data.</exception>
    public void Enqueue(IEnumerable<Tuple<string, object?>> settings, bool again = false)
    {
        core.Accept(null);
        core.Store.Enqueue(Name, JsonOf("enqueue", settings).ToJsonString(), again);
        core.Signal();
    }

    /// <summary>
    /// Adds a trial that has ended elsewhere, with its value: samplers and pruners see it as any other, and it counts. One with
    /// the same settings and value that is there already is not added again, so a script may do it in each of its runs.
    /// </summary>
    /// <typeparam name="T">Whatever the space gives.</typeparam>
    /// <param name="settings">Names and values, as for <see cref="Enqueue"/>: all that the space asks for.</param>
    /// <param name="value">Its value.</param>
    /// <param name="space">What asks for the parameters as the objective does, so that their ranges are known; it may say what
    /// constraints the trial missed.</param>
    /// <exception cref="OptionException">A value is missing, is not in its range, or is none that the space asks for.</exception>
    /// <exception cref="NonFiniteException"><paramref name="value"/> is not finite.</exception>
    public void AddTrial<T>(IEnumerable<Tuple<string, object?>> settings, double value, Func<Trial, T> space) =>
        AddTrialMany(settings, [value], space);

    /// <summary>Adds a trial that has ended elsewhere, with its values, to a study of several objectives.</summary>
    /// <typeparam name="T">Whatever the space gives.</typeparam>
    /// <param name="settings">Names and values, as for <see cref="Enqueue"/>: all that the space asks for.</param>
    /// <param name="values">One value an objective.</param>
    /// <param name="space">What asks for the parameters, as for <see cref="AddTrial{T}"/>.</param>
    /// <exception cref="OptionException">A setting is missing, is not in its range, or is none that the space asks for.</exception>
    /// <exception cref="NonFiniteException">A value is not finite.</exception>
    public void AddTrialMany<T>(IEnumerable<Tuple<string, object?>> settings, IEnumerable<double> values, Func<Trial, T> space)
    {
        JsonObject given = JsonOf("addTrial", settings);
        IReadOnlyList<double> checkedValues = core.Checked([.. values]);
        Trial trial = new(new FixedHost(Chosen, core.Definition.Seed), number: 0, attempt: 1, reports: []);
        space(trial);
        string? unknown = given.Select(one => one.Key).FirstOrDefault(name => trial.Set[name] is null);
        if (unknown is not null) throw StudyErrors.SettingUnknown(unknown, [.. trial.Set.Entries.Select(entry => entry.Parameter.Name)]);
        string settled = trial.Set.ToJson();
        JsonArray origin = [JsonNode.Parse(settled), new JsonArray([.. checkedValues.Select(value => (JsonNode)value)])];
        TrialRow row = new()
        {
            Number = 0,
            State = TrialState.Complete,
            Parameters = settled,
            Values = checkedValues,
            Started = DateTimeOffset.UtcNow,
            Worker = "added",
            Given = origin.ToJsonString(),
            Constraints = trial.Constraints,
            Attributes = trial.Attributes,
            Reports = trial.Reports,
        };
        AddTrials([new FrozenTrial(row, trial.Set)]);

        double Chosen(Parameter parameter) => given.TryGetPropertyValue(parameter.Name, out JsonNode? set)
            ? parameter.Distribution.Given(set)
                ?? throw StudyErrors.SettingOutside(parameter.Name, set?.ToJsonString() ?? "null", parameter.Distribution)
            : throw StudyErrors.SettingMissing(parameter.Name);
    }

    /// <summary>
    /// Begins with what another study found: adds all its trials that have ended, with their ranges, reports, user attributes and
    /// artifacts. Those that are there already are not added again, so a script may do it in each of its runs.
    /// </summary>
    /// <param name="other">The other study, whose search should be over.</param>
    /// <exception cref="StudyException">It has other directions, or a parameter of another kind.</exception>
    public void AddTrials(Study other)
    {
        if (!other.Directions.SequenceEqual(Directions))
            throw StudyErrors.OtherDirections(Name, string.Join(", ", Directions), other.Name, string.Join(", ", other.Directions));
        IReadOnlyList<int> numbers = Add(other.Trials);
        IStudyStore store = core.Store, others = other.core.Store;
        HashSet<(int, string)> known = [.. store.Artifacts(Name).Select(artifact => (artifact.Trial, artifact.Name))];
        foreach (Artifact artifact in others.Artifacts(other.Name).Where(one => one.Trial >= 0 && one.Trial < numbers.Count))
        {
            Artifact copy = artifact with { Trial = numbers[artifact.Trial] };
            if (!known.Add((copy.Trial, copy.Name))) continue;
            artifact.CopyPieces(others, other.Name, store, Name, copy);
            store.Keep(Name, copy);
        }
    }

    /// <summary>
    /// Adds some trials of another study, whose directions are this one's, without their artifacts: all of them or, when killed,
    /// none.
    /// </summary>
    /// <param name="trials">Some of its <see cref="Trials"/>.</param>
    /// <exception cref="StudyException">They have another number of values, or a parameter of another kind.</exception>
    public void AddTrials(IEnumerable<FrozenTrial> trials) => Add(trials);

    /// <returns>Their numbers here.</returns>
    private IReadOnlyList<int> Add(IEnumerable<FrozenTrial> trials)
    {
        core.Accept(null);
        List<TrialRow> rows = [];
        foreach (FrozenTrial trial in trials)
        {
            if (trial.Study == core.Definition.Id) throw StudyErrors.OwnTrial(Name, trial.Number);
            if (trial.State == TrialState.Complete) core.Checked(trial.Values);
            foreach ((Parameter parameter, double _) in trial.Set.Entries) core.Parameters.Check(parameter);
            rows.Add(trial.ToRow(core.Parameters.Others(trial.Set)));
        }

        IReadOnlyList<int> numbers = core.Store.Add(Name, rows);
        core.Signal();
        return numbers;
    }

    /// <summary>Settings as JSON, in the order of their names: the same settings are the same text.</summary>
    private static JsonObject JsonOf(string operation, IEnumerable<Tuple<string, object?>> settings)
    {
        JsonObject json = [];
        foreach ((string name, object? value) in settings.OrderBy(one => one.Item1, StringComparer.Ordinal))
        {
            if (!json.TryAdd(name, JsonValues.NodeOf(value))) throw StudyErrors.SettingTwice(operation, name);
        }

        return json.Count > 0 ? json : throw StudyErrors.NoSettings(operation);
    }
}
