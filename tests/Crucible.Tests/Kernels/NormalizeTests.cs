using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

public class NormalizeTests
{
    private const double Epsilon = 1e-5;

    /// <summary>Two means, a root and a division of numbers up to 2, then products of three.</summary>
    private const double Units = 64;

    public static TheoryData<int, int> Shapes
    {
        get
        {
            TheoryData<int, int> shapes = [];
            for (int n = 2; n <= 100; n += n < 40 ? 1 : 9) shapes.Add(3, n);
            shapes.Add(200, 33);
            shapes.Add(1, 5000);
            return shapes;
        }
    }

    [Theory]
    [EveryWidth(nameof(Shapes))]
    public void Layer_AnyShape_EqualsFormula(int bits, int rows, int n)
    {
        using IDisposable width = SimdWidth.Use(bits);
        CheckAll(rows, n, centered: true, affine: true);
    }

    [Theory]
    [EveryWidth(nameof(Shapes))]
    public void RootMeanSquare_AnyShape_EqualsFormula(int bits, int rows, int n)
    {
        using IDisposable width = SimdWidth.Use(bits);
        CheckAll(rows, n, centered: false, affine: true);
    }

    [Theory]
    [EveryWidth]
    public void Both_WithoutWeights_EqualFormula(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        CheckAll(5, 19, centered: true, affine: false);
        CheckAll(5, 19, centered: false, affine: false);
    }

    [Theory]
    [EveryWidth]
    public void Layer_LargeOffset_KeepsVariance(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        // 4096 + {-1, 1}: mean 4096 and variance 1 exactly, which E[x²] − E[x]² in float would lose
        float[] x = [4095, 4097, 4095, 4097];
        float[] y = new float[4];
        float[] mean = new float[1];
        float[] scale = new float[1];
        Normalize.LayerForward<float>(x, default, default, 1, 4, 0, y, mean, scale);
        Assert.Equal([-1f, 1, -1, 1], y);
        Assert.Equal(4096, mean[0]);
        Assert.Equal(1, scale[0]);
    }

    [Theory]
    [EveryWidth]
    public void Layer_Threads_SameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int Rows = 300;
        const int N = 130;
        float[] x = Floats(Rows * N);
        float[] dy = Floats(Rows * N, 2);
        float[] gamma = Floats(N, 3);
        AssertThreadsAgree<float>((Rows * N) + (2 * N), all =>
        {
            float[] mean = new float[Rows];
            float[] scale = new float[Rows];
            Normalize.LayerForward<float>(x, gamma, gamma, Rows, N, Epsilon, all.AsSpan(0, Rows * N), mean, scale);
            Normalize.LayerBackward<float>(
                x, gamma, mean, scale, dy, Rows, N, all.AsSpan(0, Rows * N), all.AsSpan(Rows * N, N), all.AsSpan((Rows * N) + N, N), false);
        });
    }

    private static void CheckAll(int rows, int n, bool centered, bool affine)
    {
        float[] x = Floats(rows * n, 1);
        float[] dy = Floats(rows * n, 2);
        float[] gamma = affine ? Floats(n, 3) : [];
        float[] beta = affine && centered ? Floats(n, 4) : [];
        float[] mean = new float[rows];
        float[] scale = new float[rows];
        float[] dGamma = new float[affine ? n : 0];
        float[] dBeta = new float[affine && centered ? n : 0];
        float[] y;
        float[] dx;
        if (centered)
        {
            y = Guarded<float>(rows * n, r => Normalize.LayerForward<float>(x, gamma, beta, rows, n, Epsilon, r, mean, scale), -7);
            dx = Guarded<float>(rows * n, r => Backward(r, adds: false), -7);
        }
        else
        {
            y = Guarded<float>(rows * n, r => Normalize.RootMeanSquareForward<float>(x, gamma, rows, n, Epsilon, r, scale), -7);
            dx = Guarded<float>(rows * n, r => Backward(r, adds: false), -7);
        }

        void Backward(Span<float> r, bool adds)
        {
            if (centered) Normalize.LayerBackward<float>(x, gamma, mean, scale, dy, rows, n, r, dGamma, dBeta, adds);
            else Normalize.RootMeanSquareBackward<float>(x, gamma, scale, dy, rows, n, r, dGamma, adds);
        }

        float[] sum = Floats(rows * n, 5);
        float[] expectedSum = [.. sum.Zip(dx, (there, added) => there + added)];
        Backward(sum, adds: true);
        Assert.Equal(expectedSum, sum);

        double[] expectedY = new double[rows * n];
        double[] expectedDx = new double[rows * n];
        double[] expectedDGamma = new double[n];
        double[] expectedDBeta = new double[n];
        for (int row = 0; row < rows; row++)
        {
            double[] line = Widen(x.AsSpan(row * n, n));
            double m = centered ? line.Average() : 0;
            double s = 1 / Math.Sqrt(line.Average(v => (v - m) * (v - m)) + Epsilon);
            double[] normal = [.. line.Select(v => (v - m) * s)];
            double[] g = [.. Enumerable.Range(0, n).Select(i => (double)dy[(row * n) + i] * (affine ? gamma[i] : 1))];
            double meanG = centered ? g.Average() : 0;
            double meanGNormal = g.Zip(normal, (a, b) => a * b).Average();
            for (int i = 0; i < n; i++)
            {
                expectedY[(row * n) + i] = (normal[i] * (affine ? gamma[i] : 1)) + (beta.Length > 0 ? beta[i] : 0);
                expectedDx[(row * n) + i] = s * (g[i] - meanG - (normal[i] * meanGNormal));
                expectedDGamma[i] += dy[(row * n) + i] * normal[i];
                expectedDBeta[i] += dy[(row * n) + i];
            }
        }

        double reach = scale.Max(); // close rows are blown up by s
        AssertClose(expectedY, y, Units, Math.Max(1, reach));
        AssertClose(expectedDx, dx, Units, Math.Max(1, reach * reach));
        if (affine) AssertClose(expectedDGamma, dGamma, Units, Math.Sqrt(rows) * Math.Max(1, reach));
        if (dBeta.Length > 0) AssertClose(expectedDBeta, dBeta, Units, Math.Sqrt(rows));
    }
}
