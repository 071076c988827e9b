using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

public class SoftmaxTests
{
    private const int Rows = 3;

    /// <summary>e^x of a difference of floats up to 4 in size, a sum and a division.</summary>
    private const double Units = 12;

    [Theory]
    [EveryWidth]
    public void Forward_EveryLength_EqualsFormula(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        for (int n = 1; n <= 100; n++)
        {
            float[] x = Floats(Rows * n);
            double[] wide = Widen(x);
            AssertClose(ByRow(wide, n, Reference), Guarded<float>(Rows * n, y => Softmax.Forward<float>(x, Rows, n, y), -7), Units, 0);
            AssertCloseDouble(
                ByRow(wide, n, Reference), Guarded<double>(Rows * n, y => Softmax.Forward<double>(wide, Rows, n, y), -7), Units, 0);
            AssertClose(ByRow(wide, n, LogReference), Guarded<float>(Rows * n, y => Softmax.LogForward<float>(x, Rows, n, y), -7), Units);
            AssertClose(
                [.. wide.Chunk(n).Select(LogSumExp)], Guarded<float>(Rows, y => Softmax.LogSumExp<float>(x, Rows, n, y), -7), Units);
        }
    }

    [Theory]
    [EveryWidth]
    public void Backward_EveryLength_EqualsFormula(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        for (int n = 1; n <= 100; n++)
        {
            float[] y = new float[Rows * n];
            float[] log = new float[Rows * n];
            float[] dy = Floats(Rows * n, 2);
            Softmax.Forward<float>(Floats(Rows * n), Rows, n, y);
            Softmax.LogForward<float>(Floats(Rows * n), Rows, n, log);
            double[] expected = new double[Rows * n];
            double[] logExpected = new double[Rows * n];
            for (int i = 0; i < expected.Length; i++)
            {
                IEnumerable<int> row = Enumerable.Range(i / n * n, n);
                expected[i] = y[i] * (dy[i] - row.Sum(j => (double)dy[j] * y[j]));
                logExpected[i] = dy[i] - (Math.Exp(log[i]) * row.Sum(j => (double)dy[j]));
            }

            AssertClose(expected, Guarded<float>(Rows * n, dx => Softmax.Backward<float>(y, dy, Rows, n, dx), -7), Units, 0.5);
            AssertClose(logExpected, Guarded<float>(Rows * n, dx => Softmax.LogBackward<float>(log, dy, Rows, n, dx), -7), 2 * Units);
        }
    }

    [Theory]
    [EveryWidth]
    public void Forward_LargeAndMaskedLogits_StaysFinite(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] x = [1e4f, 1e4f, float.NegativeInfinity, -1e4f];
        float[] y = new float[4];
        Softmax.Forward<float>(x, 1, 4, y);
        Assert.Equal([0.5f, 0.5f, 0, 0], y);
        Softmax.LogForward<float>(x, 1, 4, y);
        Assert.Equal(-MathF.Log(2), y[0], FloatUnit * 2);
        Assert.Equal(float.NegativeInfinity, y[2]);
        Assert.Equal(-20000 - MathF.Log(2), y[3], 1e-3);
    }

    [Theory]
    [EveryWidth]
    public void LogSumExp_InfiniteRows_GiveInfinity(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float inf = float.PositiveInfinity;
        float[] x = [-inf, -inf, inf, 1, float.NaN, 1];
        float[] y = new float[3];
        Softmax.LogSumExp<float>(x, 3, 2, y);
        Assert.Equal([-inf, inf, float.NaN], y);
    }

    [Theory]
    [EveryWidth]
    public void Forward_NaN_FillsTheRow(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        for (int n = 2; n < 40; n++)
        {
            float[] x = Floats(n);
            x[n / 2] = float.NaN;
            Softmax.Forward<float>(x, 1, n, x);
            Assert.All(x, v => Assert.True(float.IsNaN(v)));
        }
    }

    [Theory]
    [EveryWidth]
    public void CrossEntropy_EveryLength_EqualsFormula(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (double smoothing in (double[])[0, 0.1])
        {
            for (int n = 1; n <= 100; n++)
            {
                float[] x = Floats(Rows * n);
                int[] targets = [n - 1, -100, n / 2];
                float[] loss = new float[Rows];
                float[] saved = new float[2 * Rows];
                float[] scale = [0.5f, 2, 3];
                CrossEntropy.Forward<float>(x, targets, n, smoothing, -100, loss, saved);
                float[] gradient =
                    Guarded<float>(Rows * n, g => CrossEntropy.Backward<float>(x, targets, n, smoothing, -100, saved, scale, g), -7);
                double[] log = ByRow(Widen(x), n, LogReference);
                double[] expectedLoss = new double[Rows];
                double[] expectedGradient = new double[Rows * n];
                for (int i = 0; i < log.Length; i++)
                {
                    int row = i / n;
                    if (targets[row] < 0) continue;
                    double q = (i % n == targets[row] ? 1 - smoothing : 0) + (smoothing / n);
                    expectedLoss[row] -= q * log[i];
                    expectedGradient[i] = (Math.Exp(log[i]) - q) * scale[row];
                }

                AssertClose(expectedLoss, loss, Units);
                AssertClose(expectedGradient, gradient, Units);
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void CrossEntropy_LargeLogits_StaysFinite(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] x = [1e5f, -1e5f, 0];
        float[] loss = new float[1];
        float[] saved = new float[2];
        CrossEntropy.Forward<float>(x, [1], 3, 0, -100, loss, saved);
        Assert.Equal(2e5f, loss[0]);
        float[] gradient = new float[3];
        CrossEntropy.Backward<float>(x, [1], 3, 0, -100, saved, [1], gradient);
        Assert.Equal([1f, -1f, 0f], gradient);
    }

    [Fact]
    public void CrossEntropy_TargetOutside_Throws() =>
        Assert.Throws<ArgumentException>(() => CrossEntropy.Forward<float>(new float[3], [3], 3, 0, -100, new float[1], new float[2]));

    [Theory]
    [EveryWidth]
    public void Forward_Threads_SameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] x = Floats(500 * 101);
        AssertThreadsAgree<float>(x.Length, y => Softmax.Forward<float>(x, 500, 101, y));
    }

    private static double[] ByRow(double[] x, int n, Func<double[], IEnumerable<double>> formula) => [.. x.Chunk(n).SelectMany(formula)];

    private static IEnumerable<double> Reference(double[] row) => row.Select(v => Math.Exp(v) / row.Sum(Math.Exp));

    private static IEnumerable<double> LogReference(double[] row) => row.Select(v => v - LogSumExp(row));

    private static double LogSumExp(double[] row) => Math.Log(row.Sum(Math.Exp));
}
