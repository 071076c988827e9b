namespace Crucible.Tensors;

/// <summary>Whether the calling thread records operations for differentiation. Recording is on unless a scope turned it off.</summary>
public static class GradientMode
{
    [ThreadStatic]
    private static Recording current;

    /// <summary>Whether operations are recorded.</summary>
    public static bool IsOn => current != Recording.None;

    /// <summary>What is recorded.</summary>
    internal static Recording Current => current;

    /// <summary>Stops recording on this thread until the scope is disposed: evaluation needs no graph.</summary>
    /// <returns>The scope; write <c>using var off = Tensor.NoGrad();</c> or, in F#, <c>use _ = Tensor.NoGrad()</c>.</returns>
    internal static IDisposable Off() => Use(Recording.None);

    /// <summary>Sets what is recorded on this thread until the scope is disposed.</summary>
    internal static IDisposable Use(Recording recording) => new Scope(recording);

    /// <summary>Sets what is recorded; returns what was before.</summary>
    internal static Recording Set(Recording recording)
    {
        Recording before = current;
        current = recording;
        return before;
    }

    private sealed class Scope(Recording recording) : IDisposable
    {
        private readonly Recording before = Set(recording);

        public void Dispose() => current = before;
    }
}

/// <summary>What a thread does with an operation besides computing it.</summary>
internal enum Recording
{
    /// <summary>Record it in the graph for backward, and carry tangents on.</summary>
    Graph,

    /// <summary>Only carry tangents on: forward mode needs no graph.</summary>
    Tangents,

    /// <summary>Nothing.</summary>
    None,
}
