namespace Crucible.Tensors;

/// <summary>Whether the calling thread records operations for differentiation. Recording is on unless a scope turned it off.</summary>
public static class GradientMode
{
    [ThreadStatic]
    private static bool isOff;

    /// <summary>Whether operations are recorded.</summary>
    public static bool IsOn => !isOff;

    /// <summary>Stops recording on this thread until the scope is disposed: evaluation needs no graph.</summary>
    /// <returns>The scope; write <c>using var off = Tensor.NoGrad();</c> or, in F#, <c>use _ = Tensor.NoGrad()</c>.</returns>
    internal static IDisposable Off() => new Scope(off: true);

    internal static bool Set(bool on)
    {
        var before = !isOff;
        isOff = !on;
        return before;
    }

    private sealed class Scope : IDisposable
    {
        private readonly bool before = isOff;

        public Scope(bool off) => isOff = off;

        public void Dispose() => isOff = before;
    }
}
