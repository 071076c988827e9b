using Crucible.Kernels;
using Xunit;
using static System.FormattableString;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

/// <summary>The fused kernel against the formula in double precision, at every width of vector, for sizes that do not fit them.</summary>
public unsafe class AttentionTests
{
    /// <summary>Sums of up to a hundred products of numbers up to 2, an exponential of differences up to 10, and a division.</summary>
    private const double Units = 100;

    public static TheoryData<bool, bool> Masks => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    /// <summary>Examples, heads, heads of keys, queries, keys, size, value size.</summary>
    private static int[][] Sizes =>
    [
        [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 5, 4, 4], [2, 2, 2, 3, 3, 4, 4], [1, 2, 1, 7, 7, 8, 5], [1, 4, 2, 33, 33, 17, 16],
            [1, 1, 1, 5, 40, 16, 32],
        [1, 1, 1, 40, 5, 3, 33], [2, 1, 1, 100, 100, 32, 48], [1, 2, 2, 64, 64, 32, 32], [1, 1, 1, 150, 145, 64, 64],
        [1, 1, 1, 11, 257, 20, 1],
    ];

    [Theory]
    [EveryWidth(nameof(Masks))]
    public void ForwardAndBackward_EverySize_EqualFormula(int bits, bool causal, bool biased)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int[] size in Sizes)
        {
            Check<float>(size, causal, biased, FloatUnit);
            Check<double>(size, causal, biased, DoubleUnit);
        }
    }

    [Theory]
    [EveryWidth]
    public void Forward_OneRow_HasTheBitsItHasAmongMany(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int Keys = 90, Size = 32;
        float[] q = Floats(Keys * Size, 1), k = Floats(Keys * Size, 2), v = Floats(Keys * Size, 3), all = new float[Keys * Size],
            one = new float[Size];
        Run<float>(q, k, v, all, Keys, Keys);
        for (int row = 0; row < Keys; row++)
        {
            Run<float>(q.AsSpan(row * Size, Size), k, v, one, 1, row + 1);
            Assert.Equal(all[(row * Size)..((row + 1) * Size)], one);
        }

        static void Run<T>(ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> v, Span<T> o, int queries, int keys)
            where T : unmanaged
        {
            fixed (T* pq = q, pk = k, pv = v, po = o)
            {
                AttentionProblem<T> problem = Problem(pq, pk, pv, po, 1, 1, 1, queries, keys, Size, Size) with { IsCausal = true };
                Attention.Forward(in problem);
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void ForwardAndBackward_Threads_SameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int Batch = 3, Heads = 4, Rows = 50, Size = 24, Count = Batch * Heads * Rows * Size;
        AssertThreadsAgree<float>(4 * Count, all =>
        {
            float[] numbers = new float[2 * Batch * Heads * Rows], q = Floats(Count, 1), k = Floats(Count, 2), v = Floats(Count, 3),
                g = Floats(Count, 4);
            fixed (float* pq = q, pk = k, pv = v, pg = g, pn = numbers, p = all)
            {
                AttentionProblem<float> problem = Problem(pq, pk, pv, p, Batch, Heads, Heads, Rows, Rows, Size, Size) with
                {
                    IsCausal = true,
                    Shifts = pn,
                    Factors = pn + (Batch * Heads * Rows),
                    Dropout = new() { Probability = 0.3, Seed = 7, FirstBlock = 5 },
                    OutputGradient = Rows4(pg, Heads, Rows, Size),
                    QueryGradient = Rows4(p + Count, Heads, Rows, Size),
                    KeyGradient = Rows4(p + (2 * Count), Heads, Rows, Size),
                    ValueGradient = Rows4(p + (3 * Count), Heads, Rows, Size),
                };
                Attention.Forward(in problem);
                Attention.Backward(in problem);
            }
        });
    }

    private static void Check<T>(int[] size, bool causal, bool biased, double unit)
        where T : unmanaged
    {
        (int batch, int heads, int keyHeads, int queries, int keys, int d, int valueSize) = (size[0], size[1], size[2], size[3], size[4],
            size[5], size[6]);
        T[] q = Numbers<T>(batch * heads * queries * d, 1), k = Numbers<T>(batch * keyHeads * keys * d, 2),
            v = Numbers<T>(batch * keyHeads * keys * valueSize, 3);
        T[] g = Numbers<T>(batch * heads * queries * valueSize, 4), bias = Numbers<T>(queries * keys, 5);
        for (int i = 0; i < bias.Length; i += 3) bias[i] = (T)Convert.ChangeType(double.NegativeInfinity, typeof(T), null);
        T[] o = new T[g.Length], dq = new T[q.Length], dk = new T[k.Length], dv = new T[v.Length],
            numbers = new T[2 * batch * heads * queries];
        fixed (T* pq = q, pk = k, pv = v, pg = g, pb = bias, po = o, pdq = dq, pdk = dk, pdv = dv, pn = numbers)
        {
            AttentionProblem<T> problem = Problem(pq, pk, pv, po, batch, heads, keyHeads, queries, keys, d, valueSize) with
            {
                IsCausal = causal,
                Bias = biased ? new() { Data = pb, Row = keys } : default,
                Shifts = pn,
                Factors = pn + (batch * heads * queries),
                OutputGradient = Rows4(pg, heads, queries, valueSize),
                QueryGradient = Rows4(pdq, heads, queries, d),
                KeyGradient = Rows4(pdk, keyHeads, keys, d),
                ValueGradient = Rows4(pdv, keyHeads, keys, valueSize),
            };
            Attention.Forward(in problem);
            Attention.Backward(in problem);
        }

        AttentionFormula expected = new(size, causal, biased ? Wide(bias) : null, Wide(q), Wide(k), Wide(v), Wide(g));
        string name = $"{SimdWidth.OfProducts}, {typeof(T).Name}, [{string.Join(", ", size)}], ";
        AssertNear(name + "output", expected.Output, Wide(o), unit);
        AssertNear(name + "dQ", expected.QueryGradient, Wide(dq), unit);
        AssertNear(name + "dK", expected.KeyGradient, Wide(dk), unit);
        AssertNear(name + "dV", expected.ValueGradient, Wide(dv), unit);
    }

    private static AttentionProblem<T> Problem<T>(
        T* q, T* k, T* v, T* o, int batch, int heads, int keyHeads, int queries, int keys, int size, int valueSize)
        where T : unmanaged => new()
        {
            Batch = batch,
            Heads = heads,
            KeyHeads = keyHeads,
            Queries = queries,
            Keys = keys,
            Size = size,
            ValueSize = valueSize,
            Scale = 1 / Math.Sqrt(size),
            Query = Rows4(q, heads, queries, size),
            Key = Rows4(k, keyHeads, keys, size),
            Value = Rows4(v, keyHeads, keys, valueSize),
            Output = Rows4(o, heads, queries, valueSize),
        };

    private static HeadRows<T> Rows4<T>(T* data, int heads, int rows, int size)
        where T : unmanaged => new() { Data = data, Batch = (nint)heads * rows * size, Head = (nint)rows * size, Row = size };

    private static T[] Numbers<T>(int length, int seed) =>
        [.. Doubles(length, seed).Select(x => (T)Convert.ChangeType((float)x, typeof(T), null))];

    private static double[] Wide<T>(T[] x) => [.. x.Select(value => Convert.ToDouble(value, null))];

    private static void AssertNear(string name, double[] expected, double[] actual, double unit)
    {
        double scale = Math.Max(1, expected.Length == 0 ? 0 : expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Units * unit * scale,
                Invariant($"{name}: element {i} must be {expected[i]}, but is {actual[i]}"));
    }
}
