namespace Crucible.Lab.Studies;

/// <summary>How far a trial is.</summary>
public enum TrialState
{
    /// <summary>It was begun, was interrupted, and will be taken up again.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>It has its value.</summary>
    Complete,

    /// <summary>A pruner ended it early; its value is the last one it reported.</summary>
    Pruned,

    /// <summary>It raised an exception or gave a value that is not finite.</summary>
    Failed,
}
