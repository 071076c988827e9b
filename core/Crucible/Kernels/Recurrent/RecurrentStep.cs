using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>What one kind of recurrent cell computes for some units of one sequence at one step: its gates in one pass.</summary>
/// <remarks>
/// A row of gates has <see cref="Blocks"/> blocks of H numbers. Before the step the first ones hold x·W + b; the
/// products with h are added to, or stored in, the blocks that <see cref="Block"/> names. The step replaces them by the
/// activations that the derivative needs.
/// </remarks>
internal unsafe interface IRecurrentStep
{
    /// <summary>The cell's kind, as messages say it.</summary>
    static abstract string Name { get; }

    /// <summary>Blocks of a row of gates.</summary>
    static abstract int Blocks { get; }

    /// <summary>Blocks of the weights: the first ones of a row of gates get x·W + b, as many are products with h.</summary>
    static abstract int Gates { get; }

    /// <summary>Whether the gradient of h passes to the step before other than through the product.</summary>
    static virtual bool PassesHidden => false;

    /// <summary>The block of a row of gates to which gate <paramref name="gate"/> of h·R belongs.</summary>
    static virtual int Block(int gate) => gate;

    /// <summary>Whether h·R is added to what the block holds, or is its first value.</summary>
    static virtual bool IsAdded(int gate) => true;

    static abstract void Forward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged;

    static abstract void Backward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged;
}

/// <summary>Where one sequence's numbers of one step lie.</summary>
internal unsafe struct StepRow<T>
    where T : unmanaged
{
    internal T* Gates; // blocks, a distance apart
    internal nint Block;
    internal T* HiddenBefore;
    internal T* CellBefore;
    internal T* Cell;
    internal T* Bias; // of the product with h, where the cell keeps it apart
    internal T* Output; // h
    internal T* Next; // h where the next step reads it, or null
    internal T* OutputGradient;
    internal T* HiddenGradient; // in: what the later steps say of h; out: what h before gets other than through the product
    internal T* CellGradient; // in: of c; out: of c before
    internal T* GateGradients;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly V Gate<V>(int block, int at, int count)
        where V : unmanaged, ISimd<V, T> => Lanes.Load<V, T>(Gates + (block * Block) + at, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void SetGate<V>(V value, int block, int at, int count)
        where V : unmanaged, ISimd<V, T> => Lanes.Store(value, Gates + (block * Block) + at, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void SetGradient<V>(V value, int block, int at, int count)
        where V : unmanaged, ISimd<V, T> => Lanes.Store(value, GateGradients + (block * Block) + at, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void SetHidden<V>(V value, int at, int count)
        where V : unmanaged, ISimd<V, T>
    {
        Lanes.Store(value, Output + at, count);
        if (Next != null) Lanes.Store(value, Next + at, count);
    }

    /// <summary>The whole gradient of h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly V Upstream<V>(int at, int count)
        where V : unmanaged, ISimd<V, T> => Lanes.Load<V, T>(HiddenGradient + at, count) + Lanes.Load<V, T>(OutputGradient + at, count);
}

/// <summary>h = tanh(x·W + h·R + b). Elman 1990.</summary>
internal readonly unsafe struct RnnStep : IRecurrentStep
{
    public static string Name => "rnn";

    public static int Blocks => 1;

    public static int Gates => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V h = VectorMath.Tanh(row.Gate<V>(0, at, count));
        row.SetGate(h, 0, at, count);
        row.SetHidden(h, at, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V h = row.Gate<V>(0, at, count);
        row.SetGradient(row.Upstream<V>(at, count) * (1.0 - (h * h)), 0, at, count);
    }
}

/// <summary>
/// Blocks i, f, g, o: c′ = σ(f)·c + σ(i)·tanh(g), h = σ(o)·tanh(c′). Hochreiter and Schmidhuber 1997, with the forget
/// gate of Gers et al. 2000.
/// </summary>
internal readonly unsafe struct LstmStep : IRecurrentStep
{
    public static string Name => "lstm";

    public static int Blocks => 4;

    public static int Gates => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V input = VectorMath.Sigmoid(row.Gate<V>(0, at, count));
        row.SetGate(input, 0, at, count);
        V candidate = VectorMath.Tanh(row.Gate<V>(2, at, count));
        row.SetGate(candidate, 2, at, count);
        V forget = VectorMath.Sigmoid(row.Gate<V>(1, at, count));
        row.SetGate(forget, 1, at, count);
        V cell = (forget * Lanes.Load<V, T>(row.CellBefore + at, count)) + (input * candidate);
        Lanes.Store(cell, row.Cell + at, count);
        V output = VectorMath.Sigmoid(row.Gate<V>(3, at, count));
        row.SetGate(output, 3, at, count);
        row.SetHidden(output * VectorMath.Tanh(cell), at, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V gradient = row.Upstream<V>(at, count), tanh = VectorMath.Tanh(Lanes.Load<V, T>(row.Cell + at, count));
        V output = row.Gate<V>(3, at, count);
        row.SetGradient(gradient * tanh * output * (1.0 - output), 3, at, count);
        V cell = Lanes.Load<V, T>(row.CellGradient + at, count) + (gradient * output * (1.0 - (tanh * tanh)));
        V input = row.Gate<V>(0, at, count), forget = row.Gate<V>(1, at, count), candidate = row.Gate<V>(2, at, count);
        row.SetGradient(cell * candidate * input * (1.0 - input), 0, at, count);
        row.SetGradient(cell * Lanes.Load<V, T>(row.CellBefore + at, count) * forget * (1.0 - forget), 1, at, count);
        row.SetGradient(cell * input * (1.0 - (candidate * candidate)), 2, at, count);
        Lanes.Store(cell * forget, row.CellGradient + at, count);
    }
}

/// <summary>
/// Blocks r, z, n and s = h·R + b of the candidate: n = tanh(n + σ(r)·s), h′ = n + σ(z)·(h - n). Cho et al. 2014 with
/// the reset gate applied after the product.
/// </summary>
internal readonly unsafe struct GruStep : IRecurrentStep
{
    public static string Name => "gru";

    public static int Blocks => 4;

    public static int Gates => 3;

    public static bool PassesHidden => true;

    public static int Block(int gate) => gate < 2 ? gate : 3;

    public static bool IsAdded(int gate) => gate < 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V recurrent = row.Gate<V>(3, at, count) + Lanes.Load<V, T>(row.Bias + at, count);
        row.SetGate(recurrent, 3, at, count);
        V reset = VectorMath.Sigmoid(row.Gate<V>(0, at, count));
        row.SetGate(reset, 0, at, count);
        V candidate = VectorMath.Tanh(row.Gate<V>(2, at, count) + (reset * recurrent));
        row.SetGate(candidate, 2, at, count);
        V update = VectorMath.Sigmoid(row.Gate<V>(1, at, count));
        row.SetGate(update, 1, at, count);
        row.SetHidden(candidate + (update * (Lanes.Load<V, T>(row.HiddenBefore + at, count) - candidate)), at, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, T>(in StepRow<T> row, int at, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        V gradient = row.Upstream<V>(at, count), update = row.Gate<V>(1, at, count), candidate = row.Gate<V>(2, at, count);
        V before = gradient * update;
        V difference = Lanes.Load<V, T>(row.HiddenBefore + at, count) - candidate;
        row.SetGradient(gradient * difference * update * (1.0 - update), 1, at, count);
        V inner = (gradient - before) * (1.0 - (candidate * candidate));
        row.SetGradient(inner, 2, at, count);
        V reset = row.Gate<V>(0, at, count);
        row.SetGradient(inner * row.Gate<V>(3, at, count) * reset * (1.0 - reset), 0, at, count);
        row.SetGradient(inner * reset, 3, at, count);
        Lanes.Store(before, row.HiddenGradient + at, count);
    }
}
