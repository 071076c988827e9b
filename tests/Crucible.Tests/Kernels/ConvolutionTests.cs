using System.Globalization;
using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

/// <summary>Convolution and its two gradients against their sums, written out.</summary>
public unsafe class ConvolutionTests
{
    /// <summary>Sums of up to some thousand products of numbers up to 2.</summary>
    private const double Units = 40;

    /// <summary>Examples, groups, channels and outputs of a group, height, width, window, stride, padding, dilation.</summary>
    public static TheoryData<string> Sizes =>
    [
        "1 1 1 1 3 3 3 1 0 1", "2 1 3 5 6 7 3 1 1 1", "3 1 2 33 9 40 3 1 1 1", "2 1 17 16 8 8 3 1 0 1",
        "2 1 4 6 9 9 3 2 1 1", "1 1 2 3 11 12 3 3 2 2", "2 3 2 4 7 5 3 1 1 1", "2 5 1 1 6 19 3 1 1 1",
        "2 1 6 7 5 18 1 1 0 1", "1 1 3 2 7 7 1 2 0 1", "20 1 1 2 4 4 2 2 0 1", "1 1 2 2 2 2 3 1 5 1",
        "1 1 300 3 12 33 3 1 1 1", "2 1 2 3 15 20 5 5 0 1", "1 2 2 3 9 11 2 4 1 1", "1 1 3 14 17 16 3 2 2 3",
        "3 1 5 4 13 12 4 3 3 2", "0 1 2 3 4 4 3 1 0 1",
    ];

    [Theory]
    [EveryWidth(nameof(Sizes))]
    public void AllThree_InFloat64_EqualTheirSums(int bits, string numbers)
    {
        using IDisposable width = SimdWidth.Use(bits);
        Slow slow = new(Of(numbers));
        AssertCloseDouble(slow.Y, Guarded<double>(slow.Y.Length, y => slow.Forward(y), double.NaN), Units, slow.Largest);
        AssertCloseDouble(slow.Dx, Guarded<double>(slow.X.Length, dx => slow.Input(dx), double.NaN), Units, slow.Largest);
        AssertCloseDouble(slow.Dw, Guarded<double>(slow.W.Length, dw => slow.Weight(dw), double.NaN), Units, slow.Largest);
    }

    [Theory]
    [EveryWidth(nameof(Sizes))]
    public void AllThree_InFloat32_EqualTheirSums(int bits, string numbers)
    {
        using IDisposable width = SimdWidth.Use(bits);
        ConvolutionSizes sizes = Of(numbers);
        Slow slow = new(sizes);
        float[] x = Narrow(slow.X), w = Narrow(slow.W), b = Narrow(slow.B), dy = Narrow(slow.Dy);
        Slow rounded = new(sizes, Widen(x), Widen(w), Widen(b), Widen(dy));
        float[] y = Guarded<float>(slow.Y.Length, result => Pinned(x, w, b, result, (px, pw, pb, py) =>
            Convolution.Forward<float>(sizes, px, pw, pb, py)), float.NaN);
        AssertClose(rounded.Y, y, Units, rounded.Largest);
        float[] dx = Guarded<float>(x.Length, result => Pinned(dy, w, b, result, (pd, pw, _, px) =>
            Convolution.Input<float>(sizes, pd, pw, px)), float.NaN);
        AssertClose(rounded.Dx, dx, Units, rounded.Largest);
        float[] dw = Guarded<float>(w.Length, result => Pinned(x, dy, b, result, (px, pd, _, pw) =>
            Convolution.Weight<float>(sizes, px, pd, pw)), float.NaN);
        AssertClose(rounded.Dw, dw, Units, rounded.Largest);
    }

    [Theory]
    [EveryWidth]
    public void AllThree_OnThreads_GiveTheSameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        ConvolutionSizes sizes = new(21, 2, 3, 9, new(14, 15, 3, 3, 1, 1, 1));
        Slow slow = new(sizes);
        AssertThreadsAgree<double>(slow.Y.Length, y => slow.Forward(y));
        AssertThreadsAgree<double>(slow.X.Length, dx => slow.Input(dx));
        AssertThreadsAgree<double>(slow.W.Length, dw => slow.Weight(dw));
    }

    private static ConvolutionSizes Of(string numbers)
    {
        int[] n = [.. numbers.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        return new(n[0], n[1], n[2], n[3], new(n[4], n[5], n[6], n[6], n[7], n[8], n[9]));
    }

    private static float[] Narrow(double[] values) => [.. values.Select(value => (float)value)];

    private delegate void Kernel(float* a, float* b, float* c, float* result);

    private static void Pinned(float[] a, float[] b, float[] c, ArraySegment<float> result, Kernel kernel)
    {
        fixed (float* pa = a, pb = b, pc = c, pr = result.AsSpan()) kernel(pa, pb, pc, pr);
    }

    /// <summary>The definition, and calls of the kernel on the same numbers.</summary>
    private sealed class Slow
    {
        private readonly ConvolutionSizes sizes;

        public Slow(ConvolutionSizes sizes)
            : this(
                sizes,
                Doubles(sizes.Examples * sizes.Groups * sizes.Channels * sizes.Grid.Plane, 1),
                Doubles(sizes.Groups * sizes.Outputs * sizes.PatchLength, 2),
                Doubles(sizes.Groups * sizes.Outputs, 3),
                Doubles(sizes.Examples * sizes.Groups * sizes.Outputs * sizes.Grid.OutputPlane, 4))
        {
        }

        public Slow(ConvolutionSizes sizes, double[] x, double[] w, double[] b, double[] dy)
        {
            (this.sizes, X, W, B, Dy) = (sizes, x, w, b, dy);
            (Y, Dx, Dw) = (new double[dy.Length], new double[x.Length], new double[w.Length]);
            WindowGrid grid = sizes.Grid;
            int all = sizes.Groups * sizes.Outputs;
            for (int i = 0; i < Y.Length; i++)
            {
                (int column, int row) = (i % grid.OutputWidth, i / grid.OutputWidth % grid.OutputHeight);
                (int output, int example) = (i / grid.OutputPlane % all, i / grid.OutputPlane / all);
                Y[i] = B[output];
                for (int k = 0; k < sizes.PatchLength; k++)
                {
                    (int q, int p, int channel) = (k % grid.WindowWidth, k / grid.WindowWidth % grid.WindowHeight, k / grid.Window);
                    int y = (row * grid.Stride) + (p * grid.Dilation) - grid.Padding;
                    int across = (column * grid.Stride) + (q * grid.Dilation) - grid.Padding;
                    if (y < 0 || y >= grid.Height || across < 0 || across >= grid.Width) continue;
                    int plane = (((example * sizes.Groups) + (output / sizes.Outputs)) * sizes.Channels) + channel;
                    (int at, int weight) = ((((plane * grid.Height) + y) * grid.Width) + across, (output * sizes.PatchLength) + k);
                    Y[i] += X[at] * W[weight];
                    Dx[at] += Dy[i] * W[weight];
                    Dw[weight] += Dy[i] * X[at];
                }
            }
        }

        public double[] X { get; }

        public double[] W { get; }

        public double[] B { get; }

        public double[] Dy { get; }

        public double[] Y { get; }

        public double[] Dx { get; }

        public double[] Dw { get; }

        /// <summary>What rounding errors are relative to.</summary>
        public double Largest => Y.Concat(Dx).Concat(Dw).Select(Math.Abs).DefaultIfEmpty(1).Max();

        public void Forward(Span<double> y)
        {
            fixed (double* px = X, pw = W, pb = B, py = y) Convolution.Forward<double>(sizes, px, pw, pb, py);
        }

        public void Input(Span<double> dx)
        {
            fixed (double* pd = Dy, pw = W, px = dx) Convolution.Input<double>(sizes, pd, pw, px);
        }

        public void Weight(Span<double> dw)
        {
            fixed (double* px = X, pd = Dy, pw = dw) Convolution.Weight<double>(sizes, px, pd, pw);
        }
    }
}
