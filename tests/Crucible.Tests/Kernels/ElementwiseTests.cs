using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

public class ElementwiseTests
{
    [Theory]
    [EveryWidth]
    public void Map_EveryLength_EqualsScalarCode(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int n in Lengths)
        {
            float[] x = Floats(n);
            Assert.Equal(x.Select(v => v * v), Guarded<float>(n, r => Elementwise.Map<Square>(x, r), -7));
            double[] y = Doubles(n);
            Assert.Equal(y.Select(v => Math.Sqrt(Math.Abs(v))), Guarded<double>(n, r => MapTwice(y, r), -7));
        }

        static void MapTwice(double[] y, Span<double> r)
        {
            Elementwise.Map<Abs>(y, r);
            Elementwise.Map<Sqrt>(r, r); // in place
        }
    }

    [Theory]
    [EveryWidth]
    public void Map_Transcendental_DoesNotDependOnPosition(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 88.8f, -103.5f, 1e30f, -1e30f];
        float[] x = [.. Floats(177), .. special, .. Floats(9)];
        Check<Tanh>(x);
        Check<Exp>(x); // four vectors at once where there are so many

        static void Check<TOp>(float[] x)
            where TOp : struct, IUnary
        {
            float[] all = new float[x.Length];
            Elementwise.Map<TOp>(x, all);
            for (int start = 0; start < x.Length; start++)
            {
                float[] rest = new float[x.Length - start];
                Elementwise.Map<TOp>(x.AsSpan(start), rest);
                Assert.Equal(all[start..].Select(BitConverter.SingleToInt32Bits), rest.Select(BitConverter.SingleToInt32Bits));
                Elementwise.Map<TOp>(x.AsSpan(start, 1), rest.AsSpan(0, 1));
                Assert.Equal(BitConverter.SingleToInt32Bits(all[start]), BitConverter.SingleToInt32Bits(rest[0]));
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void Zip_EveryLength_EqualsScalarCode(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int n in Lengths)
        {
            float[] x = Floats(n, 1);
            float[] y = Floats(n, 2);
            float[] z = Floats(n, 3);
            Assert.Equal(x.Zip(y, (a, b) => a - b), Guarded<float>(n, r => Elementwise.Zip<Subtract>(x, y, r), -7));
            Assert.Equal(x.Select(a => a / 1.7f), Guarded<float>(n, r => Elementwise.Zip<Divide>(x, 1.7f, r), -7));
            Assert.Equal(x.Select(a => 1.7f / a), Guarded<float>(n, r => Elementwise.Zip<Divide>(1.7f, x, r), -7));
            Assert.Equal(
                Enumerable.Range(0, n).Select(i => MathF.FusedMultiplyAdd(x[i], y[i], z[i])), Guarded<float>(
                    n, r => Elementwise.Zip3<MultiplyAdd>(x, y, z, r), -7));
            Assert.Equal(
                x.Select(a => Math.Clamp(a, -1, 0.5f)), Guarded<float>(n, r => Elementwise.Zip3<Clamp, float>(x, -1, 0.5f, r), -7));
            double[] p = Doubles(n, 1);
            double[] q = Doubles(n, 2);
            Assert.Equal(p.Zip(q, (a, b) => a * b), Guarded<double>(n, r => Elementwise.Zip<Multiply>(p, q, r), -7));
            Assert.Equal(p.Select(a => 0.3 - a), Guarded<double>(n, r => Elementwise.Zip<Subtract>(0.3, p, r), -7));
        }
    }

    [Fact]
    public void Zip_WrongLength_Throws() =>
        Assert.Throws<ArgumentException>(() => Elementwise.Zip<Add>(new float[3], new float[4], new float[3]));

    [Theory]
    [EveryWidth]
    public void Maximum_NaN_Wins(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] x = [float.NaN, 1, float.NaN, -0f, 0f, float.NegativeInfinity];
        float[] y = [1, float.NaN, float.NaN, 0f, -0f, 3];
        float[] result = new float[6];
        Elementwise.Zip<Maximum>(x, y, result);
        Assert.Equal([float.NaN, float.NaN, float.NaN, 0f, 0f, 3f], result);
        Elementwise.Zip<Minimum>(x, y, result);
        Assert.Equal([float.NaN, float.NaN, float.NaN, -0f, -0f, float.NegativeInfinity], result);
    }

    [Theory]
    [EveryWidth]
    public void SignAndRounding_SpecialValues_AreRight(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        double[] x = [-2.5, -0.5, 0, 0.5, 1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        double[] result = new double[8];
        Elementwise.Map<Sign>(x, result);
        Assert.Equal([-1, -1, 0, 1, 1, double.NaN, 1, -1], result);
        Elementwise.Map<Round>(x, result);
        Assert.Equal(x.Select(v => Math.Round(v)), result);
        Elementwise.Map<Floor>(x, result);
        Assert.Equal(x.Select(Math.Floor), result);
        Elementwise.Map<Ceiling>(x, result);
        Assert.Equal(x.Select(Math.Ceiling), result);
        Elementwise.Map<Negate>(x, result);
        Assert.Equal(x.Select(v => -v), result);
        Elementwise.Map<Reciprocal>(x, result);
        Assert.Equal(x.Select(v => 1 / v), result);
    }

    [Theory]
    [EveryWidth]
    public void ZipBroadcast_AllPatterns_EqualNaiveLoop(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        int[][] shapes = [[], [1], [7], [5, 40], [3, 1, 33], [2, 3, 4, 17], [300, 65]];
        foreach (int[] shape in shapes)
        {
            for (int pattern = 0; pattern < 1 << (2 * shape.Length); pattern++)
            {
                (float[] x, int[] xs) = Repeated(shape, pattern, 1);
                (float[] y, int[] ys) = Repeated(shape, pattern >> shape.Length, 2);
                int n = shape.Aggregate(1, (a, b) => a * b);
                float[] expected = [.. Enumerable.Range(0, n).Select(i => x[Offset(i, shape, xs)] - y[Offset(i, shape, ys)])];
                Assert.Equal(expected, Guarded<float>(n, r => Elementwise.ZipBroadcast<Subtract, float>(x, xs, y, ys, shape, r), -7));
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void Compare_EveryLength_EqualsScalarCode(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int n in Lengths)
        {
            double[] x = [.. Doubles(n, 1).Select(v => Math.Round(v * 2))];
            double[] y = [.. Doubles(n, 2).Select(v => Math.Round(v * 2))];
            if (n > 3) x[3] = double.NaN;
            Assert.Equal(x.Zip(y, (a, b) => a < b), Guarded<bool>(n, r => Elementwise.Compare<Less, double>(x, y, r), true));
            Assert.Equal(x.Zip(y, (a, b) => a != b), Guarded<bool>(n, r => Elementwise.Compare<NotEqual, double>(x, y, r), true));
            float[] z = [.. x.Select(v => (float)v)];
            Assert.Equal(z.Select(a => a >= 1), Guarded<bool>(n, r => Elementwise.Compare<GreaterOrEqual, float>(z, 1, r), true));
            Assert.Equal(z.Select(a => a == 1), Guarded<bool>(n, r => Elementwise.Compare<Equal, float>(z, 1, r), true));
            Assert.Equal(z.Select(a => a <= 1), Guarded<bool>(n, r => Elementwise.Compare<LessOrEqual, float>(z, 1, r), true));
            Assert.Equal(z.Select(a => a > 1), Guarded<bool>(n, r => Elementwise.Compare<Greater, float>(z, 1, r), true));
        }
    }

    [Theory]
    [EveryWidth]
    public void Select_EveryLength_EqualsScalarCode(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int n in Lengths)
        {
            bool[] mask = [.. Doubles(n, 3).Select(v => v > 0)];
            float[] x = Floats(n, 1);
            float[] y = Floats(n, 2);
            Assert.Equal(
                Enumerable.Range(0, n).Select(i => mask[i] ? x[i] : y[i]),
                Guarded<float>(n, r => Elementwise.Select<float>(mask, x, y, r), -7));
            Assert.Equal(
                Enumerable.Range(0, n).Select(i => mask[i] ? 0.5f : y[i]),
                Guarded<float>(n, r => Elementwise.Select(mask, 0.5f, y, r), -7));
            double[] p = Doubles(n, 1);
            double[] q = Doubles(n, 2);
            Assert.Equal(
                Enumerable.Range(0, n).Select(i => mask[i] ? p[i] : q[i]),
                Guarded<double>(n, r => Elementwise.Select<double>(mask, p, q, r), -7));
        }
    }

    [Fact]
    public void Cast_AllPairs_FollowTheRules()
    {
        float[] floats = [0, -0f, 1.9f, -1.9f, 3e9f, float.NaN, float.PositiveInfinity];
        Assert.Equal([0, 0, 1, -1, int.MaxValue, 0, int.MaxValue], Cast<float, int>(floats));
        Assert.Equal([false, false, true, true, true, true, true], Cast<float, bool>(floats));
        Assert.Equal(floats.Select(x => (double)x), Cast<float, double>(floats));
        double[] doubles = [0.1, 1e300, -1e300, double.NaN];
        Assert.Equal([0.1f, float.PositiveInfinity, float.NegativeInfinity, float.NaN], Cast<double, float>(doubles));
        Assert.Equal([0, int.MaxValue, int.MinValue, 0], Cast<double, int>(doubles));
        Assert.Equal([0f, 16777216f, -5f], Cast<int, float>([0, 16777217, -5]));
        Assert.Equal([0.0, 16777217, -5], Cast<int, double>([0, 16777217, -5]));
        Assert.Equal([false, true], Cast<int, bool>([0, -5]));
        Assert.Equal([0f, 1f], Cast<bool, float>([false, true]));
        Assert.Equal([0.0, 1], Cast<bool, double>([false, true]));
        Assert.Equal([0, 1], Cast<bool, int>([false, true]));
        Assert.Equal([false, true], Cast<bool, bool>([false, true]));
    }

    private static TTarget[] Cast<TSource, TTarget>(TSource[] source)
        where TSource : unmanaged
        where TTarget : unmanaged
    {
        TTarget[] target = new TTarget[source.Length];
        Conversion.Cast<TSource, TTarget>(source, target);
        return target;
    }

    private static (float[] Values, int[] Strides) Repeated(int[] shape, int pattern, int seed)
    {
        int[] strides = new int[shape.Length];
        int count = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if ((pattern >> axis & 1) != 0) continue;
            strides[axis] = count;
            count *= shape[axis];
        }

        return (Floats(count, seed), strides);
    }

    private static int Offset(int index, int[] shape, int[] strides)
    {
        int offset = 0;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            offset += index % shape[axis] * strides[axis];
            index /= shape[axis];
        }

        return offset;
    }
}
