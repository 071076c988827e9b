using System.Runtime.CompilerServices;

namespace Crucible.Tensors;

/// <summary>
/// An n-dimensional array of float32, float64, int32 or bool elements in row-major order, and a node of the graph that
/// differentiation walks. Values are immutable except by the members named <c>…InPlace</c>. Nothing needs disposing:
/// memory is reused when a training step's graph is dropped, else collected; <see cref="Release"/> only speeds this up
/// in forward-only loops.
/// </summary>
public sealed partial class Tensor
{
    private Operation? source;
    private TensorMarks? marks; // what few tensors have

    internal Tensor(Storage storage, Shape shape)
    {
        Storage = storage;
        Shape = shape;
    }

    /// <summary>The sizes along the axes.</summary>
    public Shape Shape { get; }

    /// <summary>The type of the elements.</summary>
    public DType DType => Storage.DType;

    /// <summary>The number of axes; 0 for a scalar.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements.</summary>
    public int ElementCount => Shape.ElementCount;

    /// <summary>A name for messages and the graph view: <c>layer1.weight</c>.</summary>
    public string? Name
    {
        get => marks?.Name;
        set
        {
            if (value is not null || marks is not null) Marks.Name = value;
        }
    }

    /// <summary>The operation that computed this tensor, if it is part of a graph; null for data and parameters.</summary>
    public Operation? Source => source;

    /// <summary>Whether backward computes gradients through this tensor: it is a parameter, or was computed from one.</summary>
    /// <exception cref="DTypeException">Set on a tensor that is not floating point.</exception>
    /// <exception cref="GradientException">Set to false on a computed tensor.</exception>
    public bool RequiresGradient
    {
        get => marks is null ? source is not null : IsMarked && marks.Level is not { IsRunning: false };
        set
        {
            if (value && !DType.IsFloat()) throw Errors.NotFloat("requiresGradient", DType);
            if (Level is { IsRunning: false }) (Marks.Level, source) = (null, null); // what a finished derivative left behind
            if (!value && source is not null)
                throw Errors.Gradient("requiresGradient: it must stay true on a computed tensor, but was set to false; use Detach()");
            if (value || marks is not null) Marks.IsVariable = value;
        }
    }

    /// <summary>The gradient that backward accumulated for this tensor, or null before the first backward.</summary>
    public Tensor? Gradient
    {
        get => marks?.Gradient;
        internal set
        {
            if (value is not null || marks is not null) Marks.Gradient = value;
        }
    }

    internal Storage Storage { get; }

    /// <summary>Stops recording operations on this thread until the scope is disposed.</summary>
    /// <returns>The scope: <c>using var off = Tensor.NoGrad();</c>, in F# <c>use _ = Tensor.NoGrad()</c>.</returns>
    public static IDisposable NoGrad() => GradientMode.Off();

    /// <summary>
    /// Computes without a graph, and returns the memory of all intermediate tensors to the pool at once: use it for
    /// loops of predictions.
    /// </summary>
    /// <param name="compute">
    /// Computes the result, <c>fun () -&gt; model.Forward x</c>. Intermediate tensors cannot be read afterwards, unless
    /// they were detached.
    /// </param>
    /// <returns>The result.</returns>
    public static Tensor Evaluate(Func<Tensor> compute)
    {
        using IDisposable off = NoGrad();
        List<Storage> allocated = new();
        List<Storage>? before = Storage.Track(allocated);
        try
        {
            Tensor result = compute();
            foreach (Storage storage in allocated)
                if (!ReferenceEquals(storage, result.Storage)) storage.Release();
            return result;
        }
        finally
        {
            Storage.Track(before);
        }
    }

    /// <summary>
    /// Returns this tensor's memory to the pool now, instead of when the garbage collector finds it. Never needed for
    /// correctness, and not worth calling in training (the graph returns its memory) or inside <see cref="Evaluate"/>
    /// (which returns all but the result). Worth calling where a loop outside of both makes large tensors: benchmarks,
    /// and forward-only loops over results of <see cref="Evaluate"/> and inputs. Afterwards, reading the tensor or one
    /// that shares its elements throws. Tensors of at most 16 elements and detached ones are left alone.
    /// </summary>
    public void Release() => Storage.Release();

    /// <summary>The same values outside of any graph. They share memory with this tensor and outlive the training step.</summary>
    /// <returns>A tensor that does not require a gradient.</returns>
    public Tensor Detach()
    {
        Storage.Keep();
        return new(Storage, Shape);
    }

    /// <summary>A copy in memory of its own, outside of any graph.</summary>
    /// <returns>The copy.</returns>
    public Tensor Clone()
    {
        Tensor copy = Allocate(Shape, DType);
        Storage.CopyTo(copy.Storage);
        return copy;
    }

    /// <summary>Marks the tensor as a parameter: backward computes its gradient.</summary>
    /// <param name="name">A name for messages; null keeps the current one.</param>
    /// <returns>This tensor.</returns>
    public Tensor AsParameter(string? name = null)
    {
        RequiresGradient = true;
        Name = name ?? Name;
        return this;
    }

    /// <summary>A tensor with undefined content.</summary>
    internal static Tensor Allocate(Shape shape, DType dtype) => new(Storage.Allocate(shape.ElementCount, dtype), shape);

    /// <summary>The elements in row-major order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> Data<T>()
        where T : unmanaged => Storage.Span<T>();

    /// <summary>Whether an operation on this tensor must be recorded.</summary>
    internal bool IsRecorded => (RequiresGradient || Tangents is not null) && GradientMode.IsOn;

    /// <summary>
    /// The outermost call whose variable this tensor was computed from, when it needs a gradient; null when a parameter
    /// is among its sources.
    /// </summary>
    internal DerivativeLevel? Level => marks?.Level;

    /// <summary>Whether this is a variable or was computed from one, perhaps for a call that has returned.</summary>
    private bool IsMarked => source is not null || marks is { IsVariable: true };

    private TensorMarks Marks => marks ??= new();

    internal void SetSource(Operation operation, DerivativeLevel? outermost)
    {
        source = operation;
        if (outermost is not null || marks is not null) Marks.Level = outermost;
    }

    /// <summary>The gradient that a running backward pass has gathered for this tensor.</summary>
    internal Tensor? Pending
    {
        get => source is not null ? source.Pending : marks?.Pending;
        private set
        {
            if (source is not null) source.Pending = value;
            else if (value is not null || marks is not null) Marks.Pending = value;
        }
    }

    internal void AddPending(Tensor gradient)
    {
        if (!RequiresGradient) return;
        if (Pending is { } pending)
        {
            Tensor sum = pending + gradient;
            pending.Storage.Holders--;
            pending.Storage.TrackAgain();
            gradient = sum;
        }

        gradient.Storage.Holders++;
        Pending = gradient;
    }

    /// <summary>Takes the gathered gradient out; the caller now holds it.</summary>
    internal Tensor? TakePending()
    {
        Tensor? taken = Pending;
        Pending = null;
        return taken;
    }

    /// <summary>Refuses anything but floating point.</summary>
    internal void RequireFloat(string operation)
    {
        if (!DType.IsFloat()) throw Errors.NotFloat(operation, DType);
    }

    /// <summary>Refuses elements that are only stored.</summary>
    internal void RefuseStored(string operation)
    {
        if (DType == DType.BFloat16) throw Errors.OnlyStored(operation, DType);
    }
}

/// <summary>
/// What only variables, parameters and named tensors have. The many others that a training step makes are the smaller
/// for it.
/// </summary>
internal sealed class TensorMarks
{
    public string? Name { get; set; }

    /// <summary>Whether derivatives with respect to this tensor itself can be asked for.</summary>
    public bool IsVariable { get; set; }

    /// <summary>Whether its element type gives way to the other operand's: see <see cref="Tensor.Zero"/>.</summary>
    public bool IsUntyped { get; set; }

    /// <summary>See <see cref="Tensor.Gradient"/>.</summary>
    public Tensor? Gradient { get; set; }

    /// <summary>See <see cref="Tensor.Pending"/>: that of a tensor that was not computed.</summary>
    public Tensor? Pending { get; set; }

    /// <summary>See <see cref="Tensor.Level"/>.</summary>
    public DerivativeLevel? Level { get; set; }

    /// <summary>See <see cref="Tensor.Tangents"/>.</summary>
    public Tangent? Tangents { get; set; }
}
