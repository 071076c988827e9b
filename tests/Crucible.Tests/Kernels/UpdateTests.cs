using Crucible.Kernels;
using Crucible.Optimizers;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

public class UpdateTests
{
    /// <summary>A handful of rounded operations on numbers up to 2.</summary>
    private const double Units = 8;

    [Theory]
    [EveryWidth]
    public void Adam_EveryLength_EqualsFormula(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int n in Lengths)
        {
            float[] g = Floats(n, 2);
            (float[] p, float[] m, float[] v) = (Floats(n, 1), Floats(n, 3), Floats(n, 4, 0.01));
            double[] ep = new double[n];
            double[] em = new double[n];
            double[] ev = new double[n];
            for (int i = 0; i < n; i++)
            {
                double gradient = g[i];
                em[i] = (0.9 * m[i]) + (0.1 * gradient);
                ev[i] = (0.999 * v[i]) + (0.001 * gradient * gradient);
                ep[i] = (p[i] * (1 - (0.1 * 0.01)))
                    - (0.1 * (em[i] / (1 - Math.Pow(0.9, 3))) / (Math.Sqrt(ev[i] / (1 - Math.Pow(0.999, 3))) + 1e-8));
            }

            Update.Run<AdamUpdate, float>(new(0.1, 0.9, 0.999, 1e-8, 0.01, true, 1 - Math.Pow(0.9, 3), 1 - Math.Pow(0.999, 3)), p, g, m, v);
            AssertClose(ep, p, Units);
            AssertClose(em, m, Units);
            AssertClose(ev, v, Units);
        }
    }

    [Theory]
    [EveryWidth]
    public void Adam_FirstStep_IsLearningRate(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        // Step 1: m/c₁ = g and v/c₂ = g², so the step is η·g / (|g| + ε); with coupled decay g = 2 + 0.5·4 = 4.
        double[] p = [4];
        Update.Run<AdamUpdate, double>(new(0.25, 0.9, 0.999, 0, 0.5, false, 1 - 0.9, 1 - 0.999), p, [2], new double[1], new double[1]);
        Assert.Equal(3.75, p[0], 1e-12);
    }

    [Theory]
    [EveryWidth]
    public void Sgd_HandValues_AreRight(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        // g = 2 + 0.5·4 = 4; v = 0.9·10 + 4 = 13; p = 4 − 0.1·13 = 2.7; Nesterov: 4 − 0.1·(4 + 0.9·13) = 2.43; plain: 4
        // − 0.1·4 = 3.6
        double[] p = [4];
        double[] v = [10];
        Update.Run<SgdUpdate, double>(new(0.1, 0.9, false, 0.5), p, [2], v, default);
        Assert.Equal(2.7, p[0], 1e-14);
        Assert.Equal(13, v[0], 1e-14);
        (p[0], v[0]) = (4, 10);
        Update.Run<SgdUpdate, double>(new(0.1, 0.9, true, 0.5), p, [2], v, default);
        Assert.Equal(2.43, p[0], 1e-14);
        p[0] = 4;
        Update.Run<SgdUpdate, double>(new(0.1, 0, false, 0.5), p, [2], default, default);
        Assert.Equal(3.6, p[0], 1e-14);
    }

    [Theory]
    [EveryWidth]
    public void RmsProp_HandValues_AreRight(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        // g = 6; v = 0.75·4 + 0.25·36 = 12; step = 6 / (√12 + 1); b = 0.5·2 + step; p = 1 − 0.1·b
        double[] p = [1];
        double[] v = [4];
        double[] b = [2];
        Update.Run<RmsPropUpdate, double>(new(0.1, 0.75, 1, 0.5, 0), p, [6], v, b);
        double step = 6 / (Math.Sqrt(12) + 1);
        Assert.Equal(12, v[0], 1e-14);
        Assert.Equal(1 + step, b[0], 1e-14);
        Assert.Equal(1 - (0.1 * (1 + step)), p[0], 1e-14);
    }
}
