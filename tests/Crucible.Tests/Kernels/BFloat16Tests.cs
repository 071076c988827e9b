using Crucible.Kernels;
using Xunit;
using static System.FormattableString;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

/// <summary>Products of operands rounded to bfloat16, by machine code written at run time.</summary>
public unsafe class BFloat16Tests
{
    public static TheoryData<int, int, int> Sizes =>
    [
        (1, 1, 1), (1, 1, 2), (2, 3, 1), (12, 32, 32), (13, 33, 33), (11, 16, 64), (24, 17, 31), (25, 15, 3), (37, 48, 511), (40, 31, 512),
        (16, 64, 513), (520, 40, 70), (7, 129, 1030), (64, 100, 96), (505, 33, 5),
    ];

    [Theory]
    [MemberData(nameof(Sizes))]
    [InlineData(490, 40, 520)] // several blocks of rows and of steps: packed strips are kept, and packed anew
    public void ByVectors_BetweenPagesThatNobodyMayTouch_ItEqualsTheProductOfTheRoundedOperands(int m, int n, int k)
    {
        Require(BFloat16Way.Vectors);
        CheckAll(m, n, k, BFloat16Way.Vectors);
    }

    [Fact]
    public void ByAmx_ItEqualsTheProductOfTheRoundedOperandsToo()
    {
        Require(BFloat16Way.Amx);
        foreach (TheoryDataRow<int, int, int> size in Sizes) CheckAll(size.Data.Item1, size.Data.Item2, size.Data.Item3, BFloat16Way.Amx);
    }

    /// <summary>The same code instruction by instruction, so that it is run on processors that cannot.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void TheCodeForAmx_StepByStep_ComputesTheProductOfTheRoundedOperands(int m, int n, int k)
    {
        Require(BFloat16Way.Vectors); // packing takes vectors of 512 bits
        AmxTile.Instead = &AmxSteps.Run;
        try
        {
            CheckAll(m, n, k, BFloat16Way.Amx);
        }
        finally
        {
            AmxTile.Instead = null;
        }
    }

    private static void Require(BFloat16Way way)
    {
        if (!BFloat16Products.IsSupported(way)) Assert.Skip($"this processor or system has no product of bfloat16 by {way}");
    }

    private static void CheckAll(int m, int n, int k, BFloat16Way way)
    {
        foreach (bool transposeA in (bool[])[false, true])
            foreach (bool transposeB in (bool[])[false, true])
                foreach (bool atEnd in (bool[])[false, true])
                    foreach (bool hasBias in (bool[])[false, true])
                        Check(way, m, n, k, transposeA, transposeB, hasBias, atEnd, 0);
    }

    [Fact]
    public void RandomProducts_OfAnyStridesAndAlignments_EqualThoseOfTheRoundedOperands()
    {
        Require(BFloat16Way.Vectors);
        bool isAmx = BFloat16Products.IsSupported(BFloat16Way.Amx) && Random.Shared.Next(2) == 0;
        BFloat16Way way = isAmx ? BFloat16Way.Amx : BFloat16Way.Vectors;
        int seed = Random.Shared.Next();
        Random random = new(seed);
        for (int i = 0; i < 150; i++)
        {
            int m = 1 + random.Next(60), n = 1 + random.Next(80), k = 1 + random.Next(random.Next(8) == 0 ? 1100 : 90);
            try
            {
                Check(way, m, n, k, random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0, random.Next(40));
            }
            catch (Xunit.Sdk.XunitException error)
            {
                Assert.Fail(Invariant($"{way}, seed {seed}, product {i}: {error.Message}"));
            }
        }
    }

    [Fact]
    public void AnyNumberOfThreads_GivesTheSameBits()
    {
        Require(BFloat16Way.Vectors);
        float[] a = Floats(300 * 700, 1), b = Floats(700 * 130, 2);
        float[] once = On(1);
        foreach (int threads in (int[])[2, 3, 7]) Assert.Equal(once, On(threads));

        float[] On(int threads)
        {
            using IDisposable scope = Threads.Use(threads);
            float[] c = new float[300 * 130];
            fixed (float* pa = a, pb = b, pc = c)
            {
                MatMulProblem<float> problem = new(300, 130, 700, pa, 700, false, pb, 130, false, pc, 130, false, null);
                BFloat16Products.Rounded(problem, BFloat16Way.Vectors);
            }
            return c;
        }
    }

    [Fact]
    public void SpecialValues_AreRoundedAsTheStandardSays()
    {
        Require(BFloat16Way.Vectors);
        float[] values =
        [
            0, -0f, 1, 1.00390625f, 1.01171875f, 1.005f, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, 3.3895e38f, 1e-30f,
            float.NaN, BitConverter.Int32BitsToSingle(0x7FFFFFFF), BitConverter.Int32BitsToSingle(unchecked((int)0xFF800001)), -2.5f, 65535,
        ];
        uint* packed = stackalloc uint[BFloat16Packing.RowPairs];
        fixed (float* from = values) BFloat16Packing.Rows(from, values.Length, 1, values.Length, packed);
        for (int i = 0; i < values.Length; i++)
        {
            uint half = (packed[i / 2] >> (i % 2 * 16)) & 0xFFFF;
            float rounded = BitConverter.UInt32BitsToSingle(half << 16);
            Assert.Equal(float.IsNaN(values[i]) ? float.NaN : Rounded(values[i]), rounded);
        }
    }

    [Fact]
    public void SmallProducts_AreThoseOfFloat32()
    {
        float[] a = Floats(8 * 40, 3), b = Floats(40 * 9, 4), mixed = new float[8 * 9], full = new float[8 * 9];
        fixed (float* pa = a, pb = b, pm = mixed, pf = full)
        {
            BFloat16Products.Multiply(8, 9, 40, pa, 40, false, pb, 9, false, pm, 9);
            MatMul.Multiply(8, 9, 40, pa, 40, false, pb, 9, false, pf, 9);
        }
        Assert.Equal(full, mixed);
    }

    /// <summary>The bfloat16 nearest to a number, of two equally near ones the even, by arithmetic.</summary>
    private static float Rounded(float x)
    {
        if (!float.IsFinite(x) || x == 0) return x;
        double unit = Math.Pow(2, Math.Max(Math.ILogB(x), -126) - 7);
        return (float)(Math.Round(x / unit, MidpointRounding.ToEven) * unit);
    }

    private static void Check(
        BFloat16Way way, int m, int n, int k, bool transposeA, bool transposeB, bool hasBias, bool atEnd, int gap)
    {
        int lda = (transposeA ? m : k) + gap, ldb = (transposeB ? k : n) + gap, ldc = n + gap;
        float[] a = Floats(((transposeA ? k : m) * lda) - gap, 1), b = Floats(((transposeB ? n : k) * ldb) - gap, 2), bias = Floats(n, 3);
        double[] expected = new double[m * n], scale = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = hasBias ? bias[j] : 0, size = Math.Abs(sum);
                for (int p = 0; p < k; p++)
                {
                    double product = (double)Rounded(a[transposeA ? (p * lda) + i : (i * lda) + p])
                        * Rounded(b[transposeB ? (j * ldb) + p : (p * ldb) + j]);
                    sum += product;
                    size += Math.Abs(product);
                }
                (expected[(i * n) + j], scale[(i * n) + j]) = (sum, size);
            }
        }

        float[] before = new float[(m * ldc) - gap];
        Array.Fill(before, float.NaN);
        using GuardedMemory ga = new(a, atEnd), gb = new(b, atEnd), gc = new(before, atEnd), gbias = new(bias, atEnd);
        float* start = hasBias ? gbias.Start : null;
        BFloat16Products.Rounded(new(m, n, k, ga.Start, lda, transposeA, gb.Start, ldb, transposeB, gc.Start, ldc, false, start), way);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < ldc && (i * ldc) + j < gc.Length; j++)
            {
                float actual = gc.Span[(i * ldc) + j];
                if (j >= n) Assert.True(float.IsNaN(actual), Invariant($"column {j} of {n} was written"));
                else if (!(Math.Abs(actual - expected[(i * n) + j]) <= 4 * FloatUnit * Math.Sqrt(k + 1) * scale[(i * n) + j]))
                    Assert.Fail(Invariant($"{m}×{k}·{k}×{n}, transposed {transposeA} {transposeB}, bias {hasBias}, element ({i}, {j}):")
                        + Invariant($" expected {expected[(i * n) + j]:R}, but is {actual:R}"));
            }
        }
    }
}
