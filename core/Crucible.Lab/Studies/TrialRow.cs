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
