using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

public class ReduceTests
{
    /// <summary>Accumulated rounding of sums of elements up to 2: far below the naive bound of one unit per term.</summary>
    private const double SumUnits = 64;

    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            TheoryData<int, int, int> shapes = [];
            for (int n = 0; n <= 100; n += n < 20 ? 1 : 7)
            {
                shapes.Add(1, n, 1);
                shapes.Add(3, n, 1);
                shapes.Add(1, n, 5);
                shapes.Add(1, 11, n + 200);
            }

            shapes.Add(2, 37, 67);
            shapes.Add(40, 3, 7);
            shapes.Add(3000, 3, 1);
            shapes.Add(1, 100_003, 1);
            shapes.Add(3, 5000, 1);
            shapes.Add(1, 999, 40);
            shapes.Add(1, 5000, 3);
            shapes.Add(2, 70, 2100);
            return shapes;
        }
    }

    [Theory]
    [EveryWidth(nameof(Shapes))]
    public void Reductions_AnyShape_EqualNaiveDouble(int bits, int outer, int length, int inner)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] x = Floats(outer * length * inner);
        double[] wide = Widen(x);
        double scale = Math.Max(1, Math.Sqrt(length));
        AssertClose(Naive(wide, outer, length, inner, 0, (a, v) => a + v), Run(x, Reduce.Sum), SumUnits, scale);
        AssertClose(Naive(wide, outer, length, inner, 0, (a, v) => a + (v * v)), Run(x, Reduce.SumOfSquares), SumUnits, scale);
        AssertClose(Naive(wide, outer, length, inner, double.NegativeInfinity, Math.Max), Run(x, Reduce.Max), 0);
        AssertClose(Naive(wide, outer, length, inner, double.PositiveInfinity, Math.Min), Run(x, Reduce.Min), 0);
        AssertCloseDouble(Naive(wide, outer, length, inner, 0, (a, v) => a + v), Run(wide, Reduce.Sum), SumUnits, scale);
        AssertCloseDouble(Naive(wide, outer, length, inner, double.NegativeInfinity, Math.Max), Run(wide, Reduce.Max), 0);
        double[] nearOne = [.. wide.Select(v => 1 + (v / 100))];
        AssertCloseDouble(Naive(nearOne, outer, length, inner, 1, (a, v) => a * v), Run(nearOne, Reduce.Product), 4 * (length + 4.0));

        T[] Run<T>(T[] values, Kernel<T> kernel)
            where T : unmanaged => Guarded<T>(outer * inner, r => kernel(values, outer, length, inner, r), default);
    }

    [Theory]
    [EveryWidth(nameof(Shapes))]
    public void ArgReductions_Ties_GiveTheFirst(int bits, int outer, int length, int inner)
    {
        using IDisposable width = SimdWidth.Use(bits);
        if (length == 0) return; // there is no position in an empty row
        float[] x = [.. Floats(outer * length * inner).Select(v => MathF.Round(v))];
        int[] ints = [.. x.Select(v => (int)v)];
        int[] result = new int[outer * inner];
        ArgReduce.ArgMax<float>(x, outer, length, inner, result);
        Assert.Equal(NaiveArg(x, outer, length, inner, (a, b) => a > b), result);
        ArgReduce.ArgMin<float>(x, outer, length, inner, result);
        Assert.Equal(NaiveArg(x, outer, length, inner, (a, b) => a < b), result);
        ArgReduce.ArgMax<int>(ints, outer, length, inner, result);
        Assert.Equal(NaiveArg(x, outer, length, inner, (a, b) => a > b), result);
        ArgReduce.ArgMin<int>(ints, outer, length, inner, result);
        Assert.Equal(NaiveArg(x, outer, length, inner, (a, b) => a < b), result);
    }

    [Theory]
    [EveryWidth]
    public void MaxMinArg_NaN_Wins(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        for (int n = 1; n < 70; n++)
        {
            for (int at = 0; at < n; at += 7)
            {
                float[] x = Floats(n);
                x[at] = float.NaN;
                x[n - 1] = float.NaN;
                float[] value = new float[1];
                int[] position = new int[1];
                Reduce.Max<float>(x, 1, n, 1, value);
                Assert.True(float.IsNaN(value[0]));
                Reduce.Min<float>(x, 1, n, 1, value);
                Assert.True(float.IsNaN(value[0]));
                ArgReduce.ArgMax<float>(x, 1, n, 1, position);
                Assert.Equal(at, position[0]);
                ArgReduce.ArgMin<float>(x, 1, n, 1, position);
                Assert.Equal(at, position[0]);
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void Sum_MillionTenths_IsAccurate(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] x = new float[1_000_000];
        x.AsSpan().Fill(0.1f);
        double exact = (double)0.1f * x.Length;
        const double FewUnits = 32 * FloatUnit; // equal terms round the same way each time; a plain loop is off by 1 percent
        Assert.Equal(1, Reduce.Sum<float>(x) / exact, FewUnits);
        float[] columns = new float[4];
        Reduce.Sum<float>(x, 1, 250_000, 4, columns);
        Assert.All(columns, c => Assert.Equal(0.25, c / exact, FewUnits));
    }

    [Theory]
    [EveryWidth]
    public void DotAndFinite_EveryLength_EqualNaive(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int n in Lengths)
        {
            float[] x = Floats(n, 1);
            float[] y = Floats(n, 2);
            double dot = x.Zip(y, (a, b) => (double)a * b).Sum();
            Assert.Equal(dot, Reduce.Dot<float>(x, y), SumUnits * FloatUnit * (1 + Math.Sqrt(n)));
            Assert.True(Reduce.AllFinite<float>(x));
            foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                if (n == 0) continue;
                float kept = x[n / 2];
                x[n / 2] = bad;
                Assert.False(Reduce.AllFinite<float>(x));
                x[n / 2] = kept;
            }
        }

        Assert.True(Reduce.AllFinite<double>([double.MaxValue, -double.MaxValue, double.Epsilon]));
    }

    [Fact]
    public void Integers_Shape_EqualsNaive()
    {
        int[] x = [1, 2, 3, 4, 5, 6, -7, 8]; // [2, 2, 2]
        int[] result = new int[4];
        ReduceIntegers.Sum(x, 2, 2, 2, result);
        Assert.Equal([4, 6, -2, 14], result);
        ReduceIntegers.Product(x, 2, 2, 2, result);
        Assert.Equal([3, 8, -35, 48], result);
        ReduceIntegers.Max(x, 2, 2, 2, result);
        Assert.Equal([3, 4, 5, 8], result);
        ReduceIntegers.Min(x, 2, 2, 2, result);
        Assert.Equal([1, 2, -7, 6], result);
    }

    [Theory]
    [EveryWidth]
    public void Reductions_Threads_SameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] x = Floats(300_000);
        AssertThreadsAgree<float>(1, r => Reduce.Sum<float>(x, 1, 300_000, 1, r));
        AssertThreadsAgree<float>(300, r => Reduce.Sum<float>(x, 1, 1000, 300, r));
        AssertThreadsAgree<float>(300, r => Reduce.SumOfSquares<float>(x, 300, 1000, 1, r));
    }

    private delegate void Kernel<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> result);

    private static double[] Naive(double[] x, int outer, int length, int inner, double start, Func<double, double, double> combine)
    {
        double[] result = new double[outer * inner];
        result.AsSpan().Fill(start);
        for (int i = 0; i < x.Length; i++)
        {
            int at = (i / (length * inner) * inner) + (i % inner);
            result[at] = combine(result[at], x[i]);
        }

        return result;
    }

    private static int[] NaiveArg(float[] x, int outer, int length, int inner, Func<float, float, bool> better)
    {
        int[] result = new int[outer * inner];
        for (int i = 0; i < x.Length; i++)
        {
            int matrix = i / (length * inner);
            int at = (matrix * inner) + (i % inner);
            if (better(x[i], x[(((matrix * length) + result[at]) * inner) + (i % inner)])) result[at] = i / inner % length;
        }

        return result;
    }
}
