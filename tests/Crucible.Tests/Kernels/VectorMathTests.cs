using Crucible.Kernels;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Kernels;

/// <summary>Every function at all three widths, whichever of them the machine has: the others run in software.</summary>
public class VectorMathTests
{
    /// <summary>At most two units in the last place, relative.</summary>
    private const double FloatTolerance = 4 * 5.96e-8;
    private const double DoubleTolerance = 4 * 1.11e-16;

    /// <summary>The smallest subnormal numbers: below the normal range only this absolute accuracy exists.</summary>
    private const double FloatUnderflow = 1.5e-45;
    private const double DoubleUnderflow = 5e-324;

    private static readonly double[] Special =
    [
        0, -0.0, 1, -1, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1e-45, -1e-45, 1e-40, -1e-40, 1e-30, 1e30, -1e30,
        87, 88.5, 88.72, 88.73, 89, 100, -87, -88, -100, -103.9, -104, -110, 709, 709.78, 709.79, 710, -708, -744, -745.2, -750, 1e-310,
        -1e-310,
    ];

    [Fact]
    public void Exp_AllWidths_MatchesMath() => Check<Exp>(Math.Exp, -110, 95);

    [Theory]
    [EveryWidth]
    public void Exp_Floats_IsWithinNineTenthsOfAUnit(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int step = 9973; // of the bit patterns, so that all magnitudes are among them
        float[] sizes = [.. Enumerable.Range(0, int.MaxValue / step).Select(i => BitConverter.Int32BitsToSingle(i * step))];
        float[] x = [.. sizes.Concat(sizes.Select(v => -v)).Where(v => v is > -87.3f and < 88.7f)];
        float[] y = new float[x.Length];
        Elementwise.Map<Exp>(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Math.Exp(x[i]), unit = Math.ScaleB(1, Math.ILogB(expected) - 23);
            Assert.True(Math.Abs(y[i] - expected) <= 0.9 * unit, Invariant($"x = {x[i]:R}: got {y[i]:R}, not {expected:R}"));
        }
    }

    [Fact]
    public void Expm1_AllWidths_MatchesReference() => Check<Expm1>(Expm1Reference, -20, 20);

    [Fact]
    public void Log_AllWidths_MatchesMath() => Check<Log>(Math.Log, 0, 10);

    [Fact]
    public void Log1p_AllWidths_MatchesReference() => Check<Log1p>(Log1pReference, -1, 10);

    [Fact]
    public void Tanh_AllWidths_MatchesMath() => Check<Tanh>(Math.Tanh, -12, 12);

    [Fact]
    // e⁻ˣ overflows where the result is below the normal range
    public void Sigmoid_AllWidths_MatchesReference() => Check<Sigmoid>(x => 1 / (1 + Math.Exp(-x)), -80, 40, absolute: 1.2e-31);

    [Fact]
    public void Softplus_AllWidths_MatchesReference() =>
        Check<Crucible.Layers.SoftplusOperation.Formula>(x => Math.Max(x, 0) + Log1pReference(Math.Exp(-Math.Abs(x))), -80, 40);

    [Fact]
    public void Sin_AllWidths_MatchesMath() => Check<Sin>(Math.Sin, -40, 40, absolute: 1);

    [Fact]
    public void Cos_AllWidths_MatchesMath() => Check<Cos>(Math.Cos, -40, 40, absolute: 1);

    [Fact]
    public void Sin_LargeAngles_MatchesMath() => Check<Sin>(Math.Sin, -1e7, 1e7, absolute: 1);

    [Fact]
    public void Erf_Double_MatchesMpmath()
    {
        // mpmath 1.2, 30 digits: erf(x)
        (double X, double Value)[] table =
        [
            (1e-300, 1.128379167095512602e-300), (1e-05, 0.00001128379167057900027), (0.1, 0.1124629160182848984),
            (0.5, 0.5204998778130465377),
            (0.9999, 0.842659278048759478), (1.0, 0.8427007929497148693), (1.25, 0.9229001282564582301), (2.0, 0.9953222650189527342),
            (3.0, 0.9999779095030014146), (4.5, 0.9999999998033839558), (5.9, 0.9999999999999999281), (0, 0), (double.PositiveInfinity, 1),
        ];
        foreach ((double x, double value) in table)
        {
            foreach (double actual in Doubles<Erf>(x)) Assert.InRange(actual, value * (1 - DoubleTolerance), value * (1 + DoubleTolerance));
            foreach (double actual in Doubles<Erf>(-x))
                Assert.InRange(-actual, value * (1 - DoubleTolerance), value * (1 + DoubleTolerance));
        }

        Assert.All(Doubles<Erf>(double.NaN), x => Assert.True(double.IsNaN(x)));
    }

    [Fact]
    public void NormalCdf_Double_MatchesMpmath()
    {
        // mpmath 1.2, 30 digits: erfc(-x / sqrt(2)) / 2
        (double X, double Value)[] table =
        [
            (-37.5, 4.605353009581954844e-308), (-20.0, 2.753624118606233695e-89), (-8.0, 6.220960574271784124e-16),
            (-3.0, 0.001349898031630094527),
            (-1.0, 0.1586552539314570514), (-0.25, 0.4012936743170762758), (0.0, 0.5), (0.5, 0.6914624612740131036),
            (1.5, 0.933192798731141934),
            (4.0, 0.9999683287581668801), (9.0, 1), (double.PositiveInfinity, 1), (double.NegativeInfinity, 0),
        ];
        foreach ((double x, double value) in table)
        {
            foreach (double actual in Doubles<Cdf>(x))
                Assert.InRange(actual, value * (1 - (2 * DoubleTolerance)), value * (1 + (2 * DoubleTolerance)));
            double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
            double tolerance = 1e-15 * (1 + (Math.Min(x * x, 1500) / 2)); // the reference loses digits in x²
            foreach (double actual in Doubles<Density>(x)) Assert.InRange(actual, density * (1 - tolerance), density * (1 + tolerance));
        }
    }

    [Fact]
    public void Erf_Float_MatchesDouble() => Check<Erf>(x => Doubles<Erf>(x)[0], -5, 5);

    [Fact]
    public void NormalCdf_Float_MatchesDouble() => Check<Cdf>(x => Doubles<Cdf>(x)[0], -13, 8, absolute: 1);

    [Fact]
    public void Pow_SpecialCases_MatchMath()
    {
        double[] values = [0, -0.0, 1, -1, 2, 0.5, -2, 3, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        foreach (double x in values)
        {
            foreach (double y in values)
            {
                Assert.All(AllWidths<PowTest, double>(x, y), actual => Assert.Equal(Math.Pow(x, y), actual));
                Assert.All(AllWidths<PowTest, float>((float)x, (float)y), actual => Assert.Equal((float)Math.Pow(x, y), actual));
            }
        }
    }

    [Fact]
    public void CosOfTurns_AllWidths_LiesOnTheCircle()
    {
        for (int i = 0; i < 1000; i++)
        {
            double u = i / 1000.0;
            Assert.All(AllWidths<TurnsCosine, double>(u), c => Assert.Equal(Math.Cos(2 * Math.PI * u), c, 1e-15 * 4));
            Assert.All(AllWidths<TurnsSine, double>(u), s => Assert.Equal(Math.Sin(2 * Math.PI * u), s, 1e-15 * 4));
            float f = (float)u;
            Assert.All(AllWidths<TurnsCosine, float>(f), c => Assert.Equal(Math.Cos(2 * Math.PI * f), c, 2e-7));
        }
    }

    private static double Expm1Reference(double x) => x == 0
        ? x
        : Math.Abs(x) < 1e-5 ? x + (x * x / 2) + (x * x * x / 6) : Math.Abs(x) < 0.5
            ? 2 * Math.Exp(x / 2) * Math.Sinh(x / 2)
            : Math.Exp(x) - 1;

    private static double Log1pReference(double x)
    {
        double u = 1 + x;
        return x == 0 || !double.IsFinite(u) || u <= 0 ? (x == 0 ? x : Math.Log(u)) : Math.Log(u) + ((x - (u - 1)) / u);
    }

    private static void Check<TOp>(Func<double, double> reference, double low, double high, double absolute = 0)
        where TOp : struct, IUnary
    {
        Random random = new(1);
        IEnumerable<double> spread = Enumerable.Range(0, 2000).Select(_ => low + ((high - low) * random.NextDouble()));
        IEnumerable<double> small = Enumerable.Range(0, 500).Select(_ => Math.ScaleB(random.NextDouble() - 0.5, -random.Next(0, 40)));
        foreach (double x in Special.Concat(spread).Concat(small))
        {
            Compare(reference(x), AllWidths<TOp, double>(x), x, DoubleTolerance, DoubleUnderflow, absolute);
            float single = (float)x;
            Compare(
                (float)reference(single),
                AllWidths<TOp, float>(single).Select(y => (double)y),
                single,
                FloatTolerance,
                FloatUnderflow,
                absolute);
        }
    }

    private static void Compare(double expected, IEnumerable<double> actual, double x, double relative, double underflow, double absolute)
    {
        foreach (double y in actual)
        {
            if (double.IsNaN(expected) && double.IsNaN(y)) continue;
            if (expected.Equals(y) && double.IsNegative(expected) == double.IsNegative(y)) continue;
            double tolerance = (relative * Math.Max(Math.Abs(expected), absolute)) + underflow;
            Assert.True(
                Math.Abs(expected - y) <= tolerance && expected != 0 | absolute > 0,
                Invariant($"x = {x:R}: expected {expected:R}, got {y:R}, off by {(y / expected) - 1:G3}"));
        }
    }

    [Fact]
    public void Pow_Float_MatchesMath()
    {
        Random random = new(2);
        for (int i = 0; i < 2000; i++)
        {
            float x = (float)((random.NextDouble() * 20) - 10);
            float y = i % 2 == 0 ? random.Next(-9, 9) : (float)((random.NextDouble() * 20) - 10);
            double expected = (float)Math.Pow(x, y);
            Compare(expected, AllWidths<PowTest, float>(x, y).Select(v => (double)v), x, FloatTolerance, FloatUnderflow, 0);
        }
    }

    private static double[] Doubles<TOp>(double x)
        where TOp : struct, IUnary => AllWidths<TOp, double>(x);

    private static T[] AllWidths<TOp, T>(T x, T y = default)
        where TOp : struct, IUnary
        where T : unmanaged => [One<TOp, T, Simd512<T>>(x, y), One<TOp, T, Simd256<T>>(x, y), One<TOp, T, Simd128<T>>(x, y)];

    private static unsafe T One<TOp, T, V>(T x, T y)
        where TOp : struct, IUnary
        where T : unmanaged
        where V : unmanaged, ISimd<V, T>
    {
        V result = typeof(TOp) == typeof(PowTest) ? VectorMath.Pow(V.Broadcast(x), V.Broadcast(y)) : TOp.Invoke(V.Broadcast(x));
        T* lanes = stackalloc T[16];
        V.Store(result, lanes);
        for (int i = 1; i < V.Count; i++) Assert.Equal(lanes[0], lanes[i]);
        return lanes[0];
    }

    private readonly struct PowTest : IUnary
    {
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => x;
    }

    private readonly struct Cdf : IUnary
    {
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => VectorMath.NormalCdf(x, out _);
    }

    private readonly struct Density : IUnary
    {
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V>
        {
            VectorMath.NormalCdf(x, out V density);
            return density;
        }
    }

    private readonly struct TurnsCosine : IUnary
    {
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => VectorMath.CosOfTurns(x, out _);
    }

    private readonly struct TurnsSine : IUnary
    {
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V>
        {
            VectorMath.CosOfTurns(x, out V sine);
            return sine;
        }
    }
}
