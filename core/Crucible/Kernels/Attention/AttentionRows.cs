using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>A panel of rows of scores, and how far each is seen; whole vectors of it may be written.</summary>
internal unsafe struct AttentionPanel<T> where T : unmanaged
{
    internal T* Scores;
    internal T* Bias; // of the first row, or null
    internal nint ScoresRow, BiasRow;
    internal int Rows, End; // to be zeros from where a row's view ends up to End
    internal int Seen, SeenStep; // keys that the first row sees, and how many more each next one

    internal readonly int SeenBy(int row) => Math.Max(0, Seen + (row * SeenStep));
}

/// <summary>What attention does to rows of scores x = scale·s + bias. Weights of keys that a row does not see are 0.</summary>
/// <remarks>
/// The lanes of a sum depend on the key alone, so a row has the same bits however many keys it does not see. Each step
/// is a loop of its own over the rows, so that the processor can begin the next row while one waits for its sum.
/// </remarks>
internal static unsafe class AttentionRows<T, V>
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    /// <summary>
    /// Turns s into e^(x − shift), where the shift of a row is its largest x, or 0 where it sees nothing; writes shifts
    /// and sums.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Exponentials(in AttentionPanel<T> panel, double scale, T* shifts, T* sums)
    {
        if (panel.Bias != null) AddBias(in panel, scale);
        V factor = V.Of(panel.Bias != null ? 1 : scale), zero = V.Of(0), lowest = V.Of(double.NegativeInfinity);
        for (int row = 0; row < panel.Rows; row++)
            shifts[row] = V.First(Softmax.Largest<V, T>(panel.Scores + (row * panel.ScoresRow), panel.SeenBy(row)) * factor);
        for (int row = 0; row < panel.Rows; row++)
        {
            T* scores = panel.Scores + (row * panel.ScoresRow);
            V shift = V.Broadcast(shifts[row]), sum = zero;
            shift = V.Select(V.Equal(shift, lowest), zero, shift);
            shifts[row] = V.First(shift);
            int seen = panel.SeenBy(row), i = 0;
            for (; i <= seen - V.Count; i += V.Count)
            {
                V power = VectorMath.Exp((V.Load(scores + i) * factor) - shift);
                V.Store(power, scores + i);
                sum += power;
            }

            if (i < seen)
            {
                V power = VectorMath.Exp((V.LoadPart(scores + i, seen - i, lowest) * factor) - shift);
                V.Store(power, scores + i);
                sum += power;
                i += V.Count;
            }

            sums[row] = V.Fold<SumReduction>(sum);
            for (; i < panel.End; i += V.Count) V.Store(zero, scores + i);
        }
    }

    /// <summary>Turns the sums of some rows, whole vectors of which may be written, into 1 / Σ, or 0 where a row sees nothing.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Reciprocals(T* sums, int rows)
    {
        for (int i = 0; i < rows; i += V.Count)
        {
            V sum = V.Load(sums + i);
            V.Store(V.Select(V.Equal(sum, V.Of(0)), sum, 1.0 / sum), sums + i);
        }
    }

    /// <summary>
    /// Turns s into the weights p = e^(x − shift)·factor, and g, their gradients, which lie as s does, into those of s:
    /// p·(g − slope)·scale. With factors of dropout the weights leave as they were used.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Derivatives(
        in AttentionPanel<T> panel, T* gradients, double scale, T* shifts, T* factors, T* slopes, T* kept, nint keptRow)
    {
        if (panel.Bias != null) AddBias(in panel, scale);
        V factor = V.Of(scale), exponent = V.Of(panel.Bias != null ? 1 : scale), zero = V.Of(0), lowest = V.Of(double.NegativeInfinity);
        for (int row = 0; row < panel.Rows; row++)
        {
            T* scores = panel.Scores + (row * panel.ScoresRow), changes = gradients + (row * panel.ScoresRow),
                keptOfRow = kept + (row * keptRow);
            V shift = V.Broadcast(shifts[row]), share = V.Broadcast(factors[row]), slope = V.Broadcast(slopes[row]);
            int seen = panel.SeenBy(row), i = 0;
            for (; i < seen; i += V.Count)
            {
                bool isWhole = i <= seen - V.Count;
                V weight = VectorMath.Exp(((isWhole ? V.Load(scores + i) : V.LoadPart(scores + i, seen - i, lowest)) * exponent) - shift)
                    * share;
                V change = isWhole ? V.Load(changes + i) : V.LoadPart(changes + i, seen - i, zero), used = weight;
                if (kept != null)
                {
                    V dropped = V.Load(keptOfRow + i);
                    used *= dropped;
                    change *= dropped;
                }

                V.Store(used, scores + i);
                V.Store(weight * (change - slope) * factor, changes + i);
            }

            for (; i < panel.End; i += V.Count)
            {
                V.Store(zero, scores + i);
                V.Store(zero, changes + i);
            }
        }
    }

    /// <summary>values[row] = values[row]·factors[row] for rows of a length.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Scale(T* values, nint valuesRow, int rows, int length, T* factors)
    {
        for (int row = 0; row < rows; row++, values += valuesRow)
        {
            V factor = V.Broadcast(factors[row]);
            int i = 0;
            for (; i <= length - V.Count; i += V.Count) V.Store(V.Load(values + i) * factor, values + i);
            if (i < length) V.StorePart(V.LoadPart(values + i, length - i, factor) * factor, values + i, length - i);
        }
    }

    /// <summary>sums[row] = Σ a[row]·b[row] for rows of a length.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Dots(T* a, nint aRow, T* b, nint bRow, int rows, int length, T* sums)
    {
        V zero = V.Of(0);
        for (int row = 0; row < rows; row++, a += aRow, b += bRow)
        {
            V sum = zero;
            int i = 0;
            for (; i <= length - V.Count; i += V.Count) sum = V.MultiplyAdd(V.Load(a + i), V.Load(b + i), sum);
            if (i < length) sum = V.MultiplyAdd(V.LoadPart(a + i, length - i, zero), V.LoadPart(b + i, length - i, zero), sum);
            sums[row] = V.Fold<SumReduction>(sum);
        }
    }

    /// <summary>
    /// Makes of random words what inverted dropout multiplies a row by: 0 with the probability, else 1 / (1 −
    /// probability). Whole groups of words are written.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Kept(in AttentionDropout dropout, ulong row, int keys, T* factors)
    {
        int words = AttentionDropout.RowWords<T>(keys);
        Philox.Fill<V>(dropout.Seed, dropout.Stream, dropout.FirstBlock + (row * (ulong)(words / Philox.BlockLength)), (uint*)factors,
            words);
        V factor = V.Of(1 / (1 - dropout.Probability)), probability = V.Of(dropout.Probability);
        for (int i = 0; i < keys; i += V.Count) V.Store((RandomFill.Unit(V.Load(factors + i)) >= probability) & factor, factors + i);
    }

    /// <summary>weights = weights·factors over the keys that the rows see.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Drop(in AttentionPanel<T> panel, T* factors, nint factorsRow)
    {
        for (int row = 0; row < panel.Rows; row++)
        {
            T* weights = panel.Scores + (row * panel.ScoresRow), own = factors + (row * factorsRow);
            for (int i = 0; i < panel.SeenBy(row); i += V.Count) V.Store(V.Load(weights + i) * V.Load(own + i), weights + i);
        }
    }

    private static void AddBias(in AttentionPanel<T> panel, double scale)
    {
        V factor = V.Of(scale);
        for (int row = 0; row < panel.Rows; row++)
        {
            T* scores = panel.Scores + (row * panel.ScoresRow), bias = panel.Bias + (row * panel.BiasRow);
            int seen = panel.SeenBy(row), i = 0;
            for (; i <= seen - V.Count; i += V.Count) V.Store(V.MultiplyAdd(V.Load(scores + i), factor, V.Load(bias + i)), scores + i);
            if (i < seen) V.Store(V.MultiplyAdd(V.Load(scores + i), factor, V.LoadPart(bias + i, seen - i, factor)), scores + i);
        }
    }
}
