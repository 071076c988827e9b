using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

/// <summary>Batch normalization's kernel against its formula, and pooling's on threads.</summary>
public class NormalizeChannelsTests
{
    private const double Epsilon = 1e-5;

    /// <summary>Means of up to some hundred numbers up to 2, a root and a division, then products of three.</summary>
    private const double Units = 128;

    /// <summary>Examples, channels and the length of a plane.</summary>
    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            TheoryData<int, int, int> shapes = [];
            for (int length = 2; length < 70; length += length < 36 ? 1 : 11) shapes.Add(3, 2, length);
            shapes.Add(1, 5, 400);
            return shapes;
        }
    }

    [Theory]
    [EveryWidth(nameof(Shapes))]
    public void Both_AnyShape_EqualTheFormula(int bits, int examples, int channels, int length)
    {
        using IDisposable width = SimdWidth.Use(bits);
        int count = examples * channels * length;
        double[] x = Doubles(count), dy = Doubles(count, 2), gamma = Doubles(channels, 3), beta = Doubles(channels, 4);
        double[] y = new double[count], dx = new double[count], dGamma = new double[channels], dBeta = new double[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            int[] places = [.. Enumerable.Range(0, count).Where(place => place / length % channels == channel)];
            double mean = places.Average(place => x[place]);
            double scale = 1 / Math.Sqrt(places.Average(place => (x[place] - mean) * (x[place] - mean)) + Epsilon);
            double Normal(int place) => (x[place] - mean) * scale;
            dGamma[channel] = places.Sum(place => dy[place] * Normal(place));
            dBeta[channel] = places.Sum(place => dy[place]);
            foreach (int place in places)
            {
                y[place] = (gamma[channel] * Normal(place)) + beta[channel];
                dx[place] = gamma[channel] * scale
                    * (dy[place] - (dBeta[channel] / places.Length) - (Normal(place) * dGamma[channel] / places.Length));
            }
        }

        double[] means = new double[channels], variances = new double[channels], scales = new double[channels];
        double[] actual = Guarded<double>(count, result => NormalizeChannels.Forward<double>(
            x, gamma, beta, examples, length, Epsilon, result, means, variances, scales), double.NaN);
        AssertCloseDouble(y, actual, Units);
        double[] actualGamma = new double[channels], actualBeta = new double[channels];
        double[] gradient = Guarded<double>(count, result => NormalizeChannels.Backward<double>(
            x, gamma, means, scales, dy, examples, length, result, actualGamma, actualBeta), double.NaN);
        AssertCloseDouble(dx, gradient, Units);
        AssertCloseDouble(dGamma, actualGamma, Units, Of(count));
        AssertCloseDouble(dBeta, actualBeta, Units, Of(count));

        double Of(int all) => all / (double)channels;
    }

    [Theory]
    [EveryWidth]
    public void Forward_LargeOffsetAndHugeNumbers_KeepTheVariance(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] y = new float[4], mean = new float[1], variance = new float[1], scale = new float[1];
        // 4096 + {-1, 1}: mean 4096 and variance 1 exactly, which E[x²] − E[x]² in float would lose
        NormalizeChannels.Forward<float>([4095, 4097, 4095, 4097], [1], [0], 2, 2, 0, y, mean, variance, scale);
        Assert.Equal([-1f, 1, -1, 1], y);
        Assert.Equal((4096f, 1f, 1f), (mean[0], variance[0], scale[0]));
        NormalizeChannels.Forward<float>([-1e30f, 1e30f, -1e30f, 1e30f], [1], [0], 2, 2, 0, y, mean, variance, scale);
        Assert.Equal(1, y[1], 1e-6);
    }

    [Theory]
    [EveryWidth]
    public void NormalizationAndPooling_OnThreads_GiveTheSameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int Channels = 7, Planes = 20 * Channels;
        WindowGrid grid = new(31, 30, 3, 3, 2, 1, 1);
        float[] x = Floats(Planes * grid.Plane), gamma = Floats(Channels, 2), small = Floats(Planes * grid.OutputPlane, 3);
        AssertThreadsAgree<float>(x.Length, y => NormalizeChannels.Forward<float>(
            x, gamma, gamma, 20, grid.Plane, Epsilon, y, new float[Channels], new float[Channels], new float[Channels]));
        AssertThreadsAgree<int>(small.Length, indices => Pooling.Largest<float>(grid, x, Planes, indices));
        AssertThreadsAgree<float>(small.Length, means => Pooling.Average<float>(grid, x, Planes, means));
        AssertThreadsAgree<float>(x.Length, spread => Pooling.SpreadAverage<float>(grid, small, Planes, spread));
    }
}
