namespace Crucible.Tensors;

/// <summary>What a tensor carries for the calls of the derivative API that run.</summary>
public sealed partial class Tensor
{
    internal Tangent? Tangents
    {
        get => marks?.Tangents;
        private set
        {
            if (value is not null || marks is not null) Marks.Tangents = value;
        }
    }

    /// <summary>Whether tangents are to be carried on at present.</summary>
    internal bool HasVisibleTangent
    {
        get
        {
            for (Tangent? tangent = Tangents; tangent is not null; tangent = tangent.Next)
                if (tangent.Level.IsVisible) return true;
            return false;
        }
    }

    /// <summary>The tangent for a call; null when this tensor does not change with its variable.</summary>
    internal Tensor? TangentAt(DerivativeLevel call)
    {
        for (Tangent? tangent = Tangents; tangent is not null; tangent = tangent.Next)
            if (ReferenceEquals(tangent.Level, call)) return tangent.Value;
        return null;
    }

    internal void AddTangent(DerivativeLevel call, Tensor value) => Tangents = new Tangent(call, value, Tangents);

    /// <summary>
    /// The same values as the variable of a reverse-mode call: what backward stops at, and a part of the caller's graph
    /// when this tensor is.
    /// </summary>
    internal Tensor AsVariable(DerivativeLevel call)
    {
        Tensor variable = Alias();
        if (variable.RequiresGradient) return variable;
        (variable.Marks.IsVariable, variable.Marks.Level) = (true, call);
        return variable;
    }

    /// <summary>The same values as the variable of a forward-mode call, which move along a direction.</summary>
    internal Tensor AsVariable(DerivativeLevel call, Tensor direction)
    {
        Tensor variable = Alias();
        variable.AddTangent(call, direction);
        return variable;
    }

    /// <summary>
    /// This result of a derivative, without the marks of calls that have returned; its graph and tangents for other
    /// calls remain.
    /// </summary>
    internal Tensor Settled()
    {
        Tangent? live = null;
        for (Tangent? tangent = Tangents; tangent is not null; tangent = tangent.Next)
            if (tangent.Level.IsRunning) live = new Tangent(tangent.Level, tangent.Value, live);
        if (!IsMarked || Level is not { IsRunning: false })
        {
            Tangents = live;
            return this;
        }

        Tensor settled = Detach();
        settled.Tangents = live;
        return settled;
    }

    /// <summary>The same values under another identity, with this tensor's place in the graph and its tangents.</summary>
    internal Tensor Alias() => AsRecorded(new(Storage, Shape));

    /// <summary>The same values in memory of their own, with this tensor's place in the graph and its tangents.</summary>
    internal Tensor Copy() => AsRecorded(Clone());

    private Tensor AsRecorded(Tensor same) => IsRecorded ? new Reshape(this).Record(same) : same;
}

/// <summary>
/// How a tensor changes with the variable of one forward-mode call; a tensor may carry one for each of several nested
/// calls.
/// </summary>
/// <param name="Level">The call.</param>
/// <param name="Value">The change, in the tensor's shape and element type; it carries tangents of outer calls itself.</param>
/// <param name="Next">The tangent for another call, or null.</param>
internal sealed record Tangent(DerivativeLevel Level, Tensor Value, Tangent? Next);

/// <summary>
/// One running call of the derivative API. Calls nest, and each has a larger number than those that run around it. What
/// a tensor carries for a call is marked with it, so that a derivative inside a differentiated function is never
/// mistaken for the outer one.
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

    /// <summary>Whether the call is still running; marks of a finished call are ignored.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>Whether this thread is to carry the level's tangents on at present.</summary>
    public bool IsVisible => IsRunning && (ceiling == 0 || Number < ceiling);

    /// <summary>Hides this level and those inside it from this thread; returns what <see cref="Restore"/> takes.</summary>
    public long Hide()
    {
        long before = ceiling;
        ceiling = Number;
        return before;
    }

    /// <summary>Undoes <see cref="Hide"/>.</summary>
    public static void Restore(long before) => ceiling = before;

    /// <summary>The call has returned.</summary>
    public void Dispose() => IsRunning = false;
}
