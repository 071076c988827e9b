namespace Crucible.Lab.Studies;

/// <summary>What a worker asks of a store.</summary>
public sealed class ClaimRequest
{
    /// <summary>The worker's name within its process.</summary>
    public required string Worker { get; init; }

    /// <summary>How many trials the study is to have.</summary>
    public required int Count { get; init; }

    /// <summary>How many trials, from 0, must have ended before a trial of a given number can begin, given the parameters that trial 0 asked for.</summary>
    public required Func<int, string?, int> Needs { get; init; }

    /// <summary>Chooses the parameters of a new trial. It is called inside the transaction, so that trials are planned in the order of their numbers.</summary>
    public required Func<PlanRequest, string?> Plan { get; init; }
}

/// <summary>What the choice of a trial's parameters may depend on beside the trials that it sees.</summary>
/// <param name="Number">The trial.</param>
/// <param name="First">The parameters that trial 0 asked for; none for trial 0 itself.</param>
/// <param name="Plans">The plans of the trials from the first that it does not see to the one before it.</param>
public sealed record PlanRequest(int Number, string? First, IReadOnlyList<string> Plans);

/// <summary>What a worker gets from a store.</summary>
/// <param name="Row">The trial, running, with the reports of an attempt that was cut off.</param>
/// <param name="IsOver">Whether no trial is left; without a trial and not over, the worker has to wait for others.</param>
public sealed record TrialClaim(TrialRow? Row, bool IsOver);
