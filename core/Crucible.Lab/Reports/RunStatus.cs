namespace Crucible.Lab.Reports;

/// <summary>How far a run came. A run that still says Running long after its start was killed.</summary>
internal enum RunStatus
{
    /// <summary>Started, not ended.</summary>
    Running,

    /// <summary>Ended by itself, whatever its checks say.</summary>
    Completed,

    /// <summary>Stopped by Ctrl-C or a signal; the report holds what was done.</summary>
    Interrupted,

    /// <summary>Ended by an error.</summary>
    Failed,
}
