namespace Crucible.Lab.Studies;

/// <summary>A trial as a store keeps it.</summary>
public sealed record TrialRow
{
    /// <summary>Its place in the study.</summary>
    public required int Number { get; init; }

    /// <summary>How far it is.</summary>
    public required TrialState State { get; init; }

    /// <summary>How often it was begun, takeovers of a cut-off attempt not counted.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The values that the sampler chose before it began, as JSON; empty for trial 0.</summary>
    public string Plan { get; init; } = "{}";

    /// <summary>The values that it asked for, as JSON; none before the first report or the end.</summary>
    public string? Parameters { get; init; }

    /// <summary>The ranges of those that the store has with another one, as JSON; none where all are as it has them.</summary>
    public string? Ranges { get; init; }

    /// <summary>What it said of its constraints, as JSON; none where it has none.</summary>
    public string? Constraints { get; init; }

    /// <summary>
    /// What the user gave it, as JSON: an object of the settings that were enqueued, or anything else that says where a
    /// trial that was added comes from; none where the sampler chose.
    /// </summary>
    public string? Given { get; init; }

    /// <summary>Its user attributes, as a JSON object; none where it has none.</summary>
    public string? Attributes { get; init; }

    /// <summary>
    /// What <see cref="Study.Ask"/> has suggested so far, and what was said of constraints: values and ranges, as JSON; none once it
    /// has ended.
    /// </summary>
    public string? Suggested { get; init; }

    /// <summary>One value an objective.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>What went wrong, if something did.</summary>
    public string? Error { get; init; }

    /// <summary>When the last attempt began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How long the last attempt took.</summary>
    public double Seconds { get; init; }

    /// <summary>Which worker has it or did it.</summary>
    public string Worker { get; init; } = "";

    /// <summary>Which taking of the trial this is; writes of an earlier one are refused.</summary>
    public string Claim { get; init; } = "";

    /// <summary>The values on the way, by step.</summary>
    public IReadOnlyList<Measurement> Reports { get; init; } = [];

    internal TrialTicket Ticket => new(Number, Claim);
}

/// <summary>Entitles a worker to write about a trial until another has taken it over.</summary>
/// <param name="Number">The trial.</param>
/// <param name="Claim">Which taking of it this is: each has a name of its own.</param>
public readonly record struct TrialTicket(int Number, string Claim);

/// <summary>How a trial ended.</summary>
/// <param name="State">Complete, pruned or failed.</param>
/// <param name="Values">One value an objective; none if it failed.</param>
/// <param name="Error">What went wrong, if it failed.</param>
internal sealed record TrialEnd(TrialState State, IReadOnlyList<double> Values, string? Error = null);

/// <summary>A file of a trial's folder, as a store keeps it for whoever takes the trial up on another machine.</summary>
/// <param name="Path">Where it is in the folder, with / between folders.</param>
/// <param name="Content">What is in it; null for a file that is gone.</param>
public sealed record TrialFile(string Path, byte[]? Content);

/// <summary>A value on the way, as the validation loss after an epoch.</summary>
/// <param name="Step">How far the trial was, as the epoch's number.</param>
/// <param name="Value">What was measured.</param>
public readonly record struct Measurement(int Step, double Value);
