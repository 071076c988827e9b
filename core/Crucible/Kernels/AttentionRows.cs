using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>What attention does to one row of scores x = scale·s + bias. Beyond the keys that the row sees, weights are 0.</summary>
/// <remarks>The lanes of a sum depend on the key alone, so a row has the same bits however many keys it does not see.</remarks>
internal static unsafe class AttentionRows<T, V>
    where T : unmanaged
    where V : unmanaged, ISimd<V, T>
{
    /// <summary>Turns s into e^(x − m), m the largest x, and returns 1 / Σ; zeros follow up to <paramref name="end"/>. A row that sees nothing gets 0 and the logarithm +∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static V Exponentials(T* row, int visible, int end, V scale, T* bias, T* logSum)
    {
        V zero = V.Of(0);
        if (bias != null)
        {
            AddBias(row, visible, scale, bias);
            scale = V.Of(1);
        }

        V shift = Softmax.Largest<V, T>(row, visible) * scale;
        shift = V.Select(V.Equal(shift, V.Of(double.NegativeInfinity)), zero, shift);
        V sum = zero;
        int i = 0;
        for (; i <= visible - V.Count; i += V.Count)
        {
            V power = VectorMath.Exp(V.MultiplyAdd(V.Load(row + i), scale, -shift));
            V.Store(power, row + i);
            sum += power;
        }

        if (i < visible)
        {
            V power = VectorMath.Exp(V.MultiplyAdd(V.LoadPart(row + i, visible - i, V.Of(double.NegativeInfinity)), scale, -shift));
            V.StorePart(power, row + i, visible - i);
            sum += power;
        }

        new Span<T>(row + visible, end - visible).Clear();
        sum = V.Broadcast(V.Fold<SumReduction>(sum));
        V isEmpty = V.Equal(sum, zero);
        if (logSum != null) *logSum = V.First(V.Select(isEmpty, V.Of(double.PositiveInfinity), shift + VectorMath.Log(sum)));
        return V.Select(isEmpty, zero, 1.0 / sum);
    }

    /// <summary>Turns s into the weights p = e^(x − logSum), and g, their gradient, into that of s: p·(g − <paramref name="slope"/>)·scale. With dropout the weights leave as they were used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Derivative(T* row, T* gradient, int visible, int end, V scale, T* bias, V logSum, V slope, T* kept)
    {
        V exponent = scale;
        if (bias != null)
        {
            AddBias(row, visible, scale, bias);
            exponent = V.Of(1);
        }

        for (int i = 0; i < visible; i += V.Count)
        {
            int count = visible - i;
            bool isWhole = count >= V.Count;
            V score = isWhole ? V.Load(row + i) : V.LoadPart(row + i, count, V.Of(0));
            V g = isWhole ? V.Load(gradient + i) : V.LoadPart(gradient + i, count, V.Of(0));
            V weight = VectorMath.Exp(V.MultiplyAdd(score, exponent, -logSum));
            V used = weight;
            if (kept != null)
            {
                V factor = V.Load(kept + i); // whole groups are there
                used = weight * factor;
                g = g * factor;
            }

            V change = weight * (g - slope) * scale;
            if (isWhole)
            {
                V.Store(used, row + i);
                V.Store(change, gradient + i);
            }
            else
            {
                V.StorePart(used, row + i, count);
                V.StorePart(change, gradient + i, count);
            }
        }

        new Span<T>(row + visible, end - visible).Clear();
        new Span<T>(gradient + visible, end - visible).Clear();
    }

    /// <summary>row = row·factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Scale(T* row, V factor, int length)
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) V.Store(V.Load(row + i) * factor, row + i);
        if (i < length) V.StorePart(V.LoadPart(row + i, length - i, factor) * factor, row + i, length - i);
    }

    /// <summary>row = row·factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Drop(T* row, T* factors, int length)
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) V.Store(V.Load(row + i) * V.Load(factors + i), row + i);
        if (i < length) V.StorePart(V.LoadPart(row + i, length - i, V.Of(0)) * V.LoadPart(factors + i, length - i, V.Of(0)), row + i, length - i);
    }

    /// <summary>Σ a·b in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static V Dot(T* a, T* b, int length)
    {
        V zero = V.Of(0);
        V sum = zero;
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) sum = V.MultiplyAdd(V.Load(a + i), V.Load(b + i), sum);
        if (i < length) sum = V.MultiplyAdd(V.LoadPart(a + i, length - i, zero), V.LoadPart(b + i, length - i, zero), sum);
        return V.Broadcast(V.Fold<SumReduction>(sum));
    }

    /// <summary>Makes of random words what inverted dropout multiplies a row by: 0 with the probability, else 1 / (1 − probability).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Kept(in AttentionDropout dropout, ulong row, int keys, T* factors)
    {
        int words = AttentionDropout.RowWords<T>(keys);
        Philox.Fill(dropout.Seed, dropout.Stream, dropout.FirstBlock + (row * (ulong)(words / Philox.BlockLength)), (uint*)factors, words);
        V factor = V.Of(1 / (1 - dropout.Probability));
        for (int i = 0; i < keys; i += V.Count) V.Store((RandomFill.Unit(V.Load(factors + i)) >= V.Of(dropout.Probability)) & factor, factors + i);
    }

    private static void AddBias(T* row, int visible, V scale, T* bias)
    {
        int i = 0;
        for (; i <= visible - V.Count; i += V.Count) V.Store(V.MultiplyAdd(V.Load(row + i), scale, V.Load(bias + i)), row + i);
        if (i >= visible) return;
        V rest = V.MultiplyAdd(V.LoadPart(row + i, visible - i, scale), scale, V.LoadPart(bias + i, visible - i, scale));
        V.StorePart(rest, row + i, visible - i);
    }
}
