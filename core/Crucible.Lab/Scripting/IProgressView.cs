namespace Crucible.Lab.Scripting;

/// <summary>Where a loop's progress is shown.</summary>
internal interface IProgressView
{
    /// <summary>Shows a state between start and end.</summary>
    void Show(long done, long total, string? note);

    /// <summary>Shows the last state.</summary>
    void End(long done, long total, string? note);
}
