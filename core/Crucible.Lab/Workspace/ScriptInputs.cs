namespace Crucible.Lab.Workspace;

/// <summary>
/// What the script that runs was given, beside its source, on which its results depend: option by option, files by name and
/// content. A run tells it, and the studies that are opened inside of it ask.
/// </summary>
internal static class ScriptInputs
{
    private static readonly AsyncLocal<IReadOnlyDictionary<string, string>?> Given = new(); // of a run and the threads it starts

    /// <summary>The inputs of the run around the caller; none outside of a run.</summary>
    internal static IReadOnlyDictionary<string, string> Current
    {
        get => Given.Value ?? new Dictionary<string, string>();
        set => Given.Value = value;
    }
}
