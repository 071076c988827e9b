using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// What one kind of recurrent cell computes for some units of all sequences at one step, while they are in the nearest
/// cache.
/// </summary>
/// <remarks>
/// A row of gates has <see cref="Blocks"/> blocks of H numbers. Before the step the first ones hold x·W + b; the
/// products with h are added to, or stored in, the blocks that <see cref="Block"/> names. The step replaces them by the
/// activations that the derivative needs. A method has one or two elementary functions in its loop: of more, the
/// compiler does not inline all.
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

    static abstract void Forward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged;

    static abstract void Backward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged;
}

/// <summary>Some units of all sequences at one step: where they lie. Rows of states are H apart.</summary>
internal unsafe struct StepBlock<T>
    where T : unmanaged
{
    internal int Rows, Units;
    internal int GoingOn; // rows that have a step after this one
    internal nint Size; // H
    internal nint Width; // of a row of gates
    internal T* Gates;
    internal T* Hidden; // h before the step
    internal T* Next; // h before the next one
    internal T* CellBefore;
    internal T* Cell;
    internal T* Bias; // of the product with h, where the cell keeps it apart
    internal int* Place; // the row of the outputs
    internal T* Outputs;
    internal T* OutputGradients;
    internal T* HiddenGradients; // in: what the later steps say of h; out: what h before gets other than through the product
    internal T* CellGradients; // in: of c; out: of c before
    internal T* GateGradients;

    /// <summary>Replaces a block of gates by a function of it.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal readonly void Activate<TFunction, V>(int block)
        where TFunction : struct, IUnary
        where V : unmanaged, ISimd<V, T>
    {
        T* gate = Gates + (block * Size);
        for (int row = 0; row < Rows; row++, gate += Width)
        {
            for (int i = 0; i < Units; i += V.Count)
                Lanes.Store(TFunction.Invoke(Lanes.Load<V, T>(gate + i, Units - i)), gate + i, Units - i);
        }
    }

    /// <summary>A vector of a block of gates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly V Gate<V>(int row, int block, int i)
        where V : unmanaged, ISimd<V, T> => Lanes.Load<V, T>(Gates + (row * Width) + (block * Size) + i, Units - i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void SetGate<V>(V value, int row, int block, int i)
        where V : unmanaged, ISimd<V, T> => Lanes.Store(value, Gates + (row * Width) + (block * Size) + i, Units - i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void SetGradient<V>(V value, int row, int block, int i)
        where V : unmanaged, ISimd<V, T> => Lanes.Store(value, GateGradients + (row * Width) + (block * Size) + i, Units - i);

    /// <summary>A vector of a state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly V Load<V>(T* states, int row, int i)
        where V : unmanaged, ISimd<V, T> => Lanes.Load<V, T>(states + (row * Size) + i, Units - i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Store<V>(V value, T* states, int row, int i)
        where V : unmanaged, ISimd<V, T> => Lanes.Store(value, states + (row * Size) + i, Units - i);

    /// <summary>Hands h out, and to the next step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void SetHidden<V>(V value, int row, int i)
        where V : unmanaged, ISimd<V, T>
    {
        Store(value, Outputs, Place[row], i);
        if (row < GoingOn) Store(value, Next, row, i);
    }

    /// <summary>The whole gradient of h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly V Upstream<V>(int row, int i)
        where V : unmanaged, ISimd<V, T> => Load<V>(HiddenGradients, row, i) + Load<V>(OutputGradients, Place[row], i);
}

/// <summary>h = tanh(x·W + h·R + b). Elman 1990.</summary>
internal readonly unsafe struct RnnStep : IRecurrentStep
{
    public static string Name => "rnn";

    public static int Blocks => 1;

    public static int Gates => 1;

    [MethodImpl(Compiled.AtOnce)]
    public static void Forward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        block.Activate<Tanh, V>(0);
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < block.Units; i += V.Count) block.SetHidden(block.Gate<V>(row, 0, i), row, i);
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    public static void Backward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < block.Units; i += V.Count)
            {
                V h = block.Gate<V>(row, 0, i);
                block.SetGradient(block.Upstream<V>(row, i) * (1.0 - (h * h)), row, 0, i);
            }
        }
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

    [MethodImpl(Compiled.AtOnce)]
    public static void Forward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        block.Activate<Sigmoid, V>(0);
        block.Activate<Sigmoid, V>(1);
        block.Activate<Tanh, V>(2);
        block.Activate<Sigmoid, V>(3);
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < block.Units; i += V.Count)
            {
                V kept = block.Gate<V>(row, 1, i) * block.Load<V>(block.CellBefore, row, i);
                V cell = kept + (block.Gate<V>(row, 0, i) * block.Gate<V>(row, 2, i));
                block.Store(cell, block.Cell, row, i);
                block.SetHidden(block.Gate<V>(row, 3, i) * VectorMath.Tanh(cell), row, i);
            }
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    public static void Backward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < block.Units; i += V.Count)
            {
                V gradient = block.Upstream<V>(row, i), tanh = VectorMath.Tanh(block.Load<V>(block.Cell, row, i));
                V output = block.Gate<V>(row, 3, i);
                block.SetGradient(gradient * tanh * output * (1.0 - output), row, 3, i);
                V cell = block.Load<V>(block.CellGradients, row, i) + (gradient * output * (1.0 - (tanh * tanh)));
                V input = block.Gate<V>(row, 0, i), candidate = block.Gate<V>(row, 2, i);
                block.SetGradient(cell * candidate * input * (1.0 - input), row, 0, i);
                block.SetGradient(cell * input * (1.0 - (candidate * candidate)), row, 2, i);
                V forget = block.Gate<V>(row, 1, i);
                block.SetGradient(cell * block.Load<V>(block.CellBefore, row, i) * forget * (1.0 - forget), row, 1, i);
                block.Store(cell * forget, block.CellGradients, row, i);
            }
        }
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

    [MethodImpl(Compiled.AtOnce)]
    public static void Forward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        block.Activate<Sigmoid, V>(0);
        block.Activate<Sigmoid, V>(1);
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < block.Units; i += V.Count)
            {
                V recurrent = block.Gate<V>(row, 3, i) + block.Load<V>(block.Bias, 0, i);
                block.SetGate(recurrent, row, 3, i);
                V candidate = VectorMath.Tanh(block.Gate<V>(row, 2, i) + (block.Gate<V>(row, 0, i) * recurrent));
                block.SetGate(candidate, row, 2, i);
                block.SetHidden(candidate + (block.Gate<V>(row, 1, i) * (block.Load<V>(block.Hidden, row, i) - candidate)), row, i);
            }
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    public static void Backward<V, T>(in StepBlock<T> block)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < block.Rows; row++)
        {
            for (int i = 0; i < block.Units; i += V.Count)
            {
                V gradient = block.Upstream<V>(row, i), update = block.Gate<V>(row, 1, i), candidate = block.Gate<V>(row, 2, i);
                V direct = gradient * update, difference = block.Load<V>(block.Hidden, row, i) - candidate;
                block.SetGradient(gradient * difference * update * (1.0 - update), row, 1, i);
                V inner = (gradient - direct) * (1.0 - (candidate * candidate));
                block.SetGradient(inner, row, 2, i);
                V reset = block.Gate<V>(row, 0, i);
                block.SetGradient(inner * block.Gate<V>(row, 3, i) * reset * (1.0 - reset), row, 0, i);
                block.SetGradient(inner * reset, row, 3, i);
                block.Store(direct, block.HiddenGradients, row, i);
            }
        }
    }
}
