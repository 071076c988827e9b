namespace Crucible.Tensors;

/// <summary>
/// One running call of the derivative API. Calls nest, and each has a larger number than those that run around it. What a tensor carries for a call
/// is marked with it, so that a derivative inside a differentiated function is never mistaken for the outer one.
/// </summary>
internal sealed class DerivativeLevel : IDisposable
{
    private static long count;

    // While tangents of a level are computed, it and the levels inside it do not count: a tangent is a number to them.
    // 0 stands for no ceiling, because it is what a new thread finds here.
    [ThreadStatic]
    private static long ceiling;

    /// <summary>Larger than the numbers of the calls around this one.</summary>
    public long Number { get; } = Interlocked.Increment(ref count);

    /// <summary>Whether the call still runs; what was marked for a finished call means nothing any more.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>Whether this thread is to carry the level's tangents on at present.</summary>
    public bool IsVisible => IsRunning && (ceiling == 0 || Number < ceiling);

    /// <summary>Hides this level and those inside it from this thread; returns what <see cref="Restore"/> takes.</summary>
    public long Hide()
    {
        var before = ceiling;
        ceiling = Number;
        return before;
    }

    /// <summary>Undoes <see cref="Hide"/>.</summary>
    public static void Restore(long before) => ceiling = before;

    /// <summary>The call has returned.</summary>
    public void Dispose() => IsRunning = false;
}
