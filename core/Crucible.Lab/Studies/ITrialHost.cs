namespace Crucible.Lab.Studies;

/// <summary>What a trial asks of the study it belongs to.</summary>
internal interface ITrialHost
{
    /// <summary>Cancelled when the study is to stop.</summary>
    CancellationToken Token { get; }

    /// <summary>The study's seed, from which the trial's comes.</summary>
    ulong StudySeed { get; }

    /// <summary>A folder for what the trial keeps on the way, which exists.</summary>
    string OpenFolder();

    /// <summary>The value of a parameter that the trial asks for the first time.</summary>
    double Choose(Trial trial, Parameter parameter);

    /// <summary>Takes note of a value on the way.</summary>
    void Report(Trial trial, Measurement measurement);

    /// <summary>Whether the trial should end.</summary>
    bool ShouldPrune(Trial trial);
}
