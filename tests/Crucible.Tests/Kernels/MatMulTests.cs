using System.Numerics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public unsafe class MatMulTests
{
    // A chain of k multiply-adds on numbers in [-1, 1): the running sum is about sqrt(k)/3 and is rounded k times by a
    // quarter of a unit in the last place, at random, which makes k/12 units of 1 at the end; 6 times that covers the
    // spread over all elements tested. A machine without fused multiply-add rounds every product as well, which is as
    // much again.
    private static readonly double UnitsPerTerm = Fma.IsSupported || AdvSimd.IsSupported ? 0.5 : 1.0;
    private const double UnitsAtLeast = 4; // c and bias are rounded too

    private const double Canary = 12345.5; // exact in float

    [Theory]
    [EveryWidth]
    public void Multiply_TwoByTwo_EqualsHandValue(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        // [1 2; 3 4]·[5 6; 7 8] = [1·5+2·7 1·6+2·8; 3·5+4·7 3·6+4·8] = [19 22; 43 50]; plus the bias [100 200]
        float* a = stackalloc float[] { 1, 2, 3, 4 };
        float* b = stackalloc float[] { 5, 6, 7, 8 };
        float* bias = stackalloc float[] { 100, 200 };
        float* c = stackalloc float[4];
        MatMul.Multiply(2, 2, 2, a, 2, false, b, 2, false, c, 2, bias: bias);
        Assert.Equal([119f, 222f, 143f, 250f], new Span<float>(c, 4).ToArray());
    }

    [Theory]
    [EveryWidth]
    public void Multiply_EverySmallSize_EqualsNaive(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        for (int m = 0; m <= 27; m++)
            for (int n = 0; n <= 41; n++)
                Check<float>(new(m, n, (m * 5 + n * 3) % 20, m * n));
        for (int m = 0; m <= 27; m += 2)
            for (int n = 0; n <= 21; n++)
                Check<double>(new(m, n, (m * 5 + n * 3) % 20, m * n));
    }

    [Theory]
    [EveryWidth]
    public void Multiply_RandomShapes_EqualsNaive(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        Random random = new(7);
        for (int i = 0; i < 300; i++)
        {
            int m = Size(random), n = Size(random), k = Size(random);
            if (i % 2 == 0) Check<float>(new(m, n, k, i));
            else Check<double>(new(m, n, k, i));
        }
    }

    // One size per way of computing: single rows and columns, few rows, sizes that cross every block, panel and strip.
    [Theory]
    [EveryWidth]
    [Trait("Speed", "Slow")]
    public void Multiply_SizesAcrossBlocks_EqualsNaive(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        (int M, int N, int K)[] sizes =
        [
            (1, 1, 1000), (300, 1, 40), (1, 300, 40), (1, 1030, 390), (3, 70, 1200), (70, 3, 1200), (50, 65, 13), (49, 800, 5),
            (100, 100, 100), (127, 65, 333), (12, 770, 391), (97, 401, 769), (300, 40, 40), (40, 40, 300), (13, 40, 300),
            (60, 131, 70), (290, 150, 70),
        ];
        int seed = 0;
        foreach ((int m, int n, int k) in sizes)
        {
            for (int mode = 0; mode < 4; mode++)
            {
                Check<float>(new(m, n, k, 16 * seed + mode));
                Check<double>(new(m, n, k, 16 * seed + mode));
                seed++;
            }
        }
    }

    // Operands near and far, steps apart by half a page, blocks of B that are cut: on whole numbers no sum is rounded.
    [Theory]
    [EveryWidth]
    [Trait("Speed", "Slow")]
    public void Multiply_WholeNumbersInLargeBlocks_IsExact(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        (int M, int N, int K)[] sizes = [(150, 512, 700), (512, 70, 700), (49, 2048, 530), (60, 130, 1100)];
        foreach ((int m, int n, int k) in sizes)
        {
            for (int mode = 0; mode < 4; mode++)
            {
                Check<float>(new(m, n, k, mode), isWhole: true);
                Check<double>(new(m, n, k, mode), isWhole: true);
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void Multiply_OneOrMoreThreads_SameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        Random random = new(3);
        for (int i = 0; i < 24; i++)
        {
            Case shape = new(30 + random.Next(300), 1 + random.Next(400), 20 + random.Next(500), i);
            float[] one = Product<float>(shape, threads: 1);
            Assert.Equal(one, Product<float>(shape, threads: 2));
            Assert.Equal(one, Product<float>(shape, threads: 5));
        }
    }

    [Theory]
    [EveryWidth]
    public void Multiply_RowAlone_HasTheBitsItHasAmongMany(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        const int Rows = 13;
        foreach (int n in (int[])[1, 15, 16, 17, 20, 33, 36, 40, 64, 65, 129, 384])
        {
            foreach (int k in (int[])[3, 64, 1500])
            {
                float[] a = KernelData.Floats(Rows * k, 1), b = KernelData.Floats(k * n, 2), all = new float[Rows * n], one = new float[n];
                fixed (float* pa = a, pb = b, pAll = all, pOne = one)
                {
                    MatMul.Multiply(Rows, n, k, pa, k, false, pb, n, false, pAll, n);
                    for (int row = 0; row < Rows; row++)
                    {
                        MatMul.Multiply(1, n, k, pa + (row * k), k, false, pb, n, false, pOne, n);
                        Assert.Equal(all[(row * n)..((row + 1) * n)], one);
                    }
                }
            }
        }
    }

    // Four columns alone are half a vector or one; among others they share tiles of two and a half vectors, too.
    [Theory]
    [EveryWidth]
    public void Multiply_FewColumns_HaveTheBitsTheyHaveAmongMany(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int rows in (int[])[1, 2, 7, 10, 13, 23])
        {
            foreach (int n in (int[])[20, 36, 40, 72, 100])
            {
                Case all = new(rows, n, 29, 4), few = all with { N = 4 };
                Operands<float> many = new(all);
                many.Multiply();
                for (int column = 0; column < n; column += few.N)
                {
                    Operands<float> some = new(few);
                    Array.Copy(many.Bias, column, some.Bias, 0, few.N);
                    for (int p = 0; p < all.K; p++) Array.Copy(many.B, p * many.Ldb + column, some.B, p * some.Ldb, few.N);
                    for (int i = 0; i < rows; i++)
                        Numbers<float>(n, i).AsSpan(column, few.N).CopyTo(some.C.AsSpan(some.Start + i * some.Ldc));
                    some.Multiply();
                    for (int i = 0; i < rows; i++)
                        Assert.Equal(
                            some.C.AsSpan(some.Start + i * some.Ldc, few.N),
                            many.C.AsSpan(many.Start + i * many.Ldc + column, few.N));
                }
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void MultiplyBatch_AnyStrides_EqualsEachProduct(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        (int M, int N, int K)[] sizes = [(5, 7, 3), (1, 40, 20), (33, 1, 17), (64, 64, 32), (70, 65, 90), (4, 3, 0)];
        foreach ((int m, int n, int k) in sizes)
        {
            for (int choice = 0; choice < 64; choice++)
            {
                using IDisposable scope = Threads.Use(1 + choice % 3);
                CheckBatch<float>(m, n, k, choice);
                CheckBatch<double>(m, n, k, choice);
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void Multiply_Warm_AllocatesNothing(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] numbers = new float[300 * 300];
        fixed (float* a = numbers)
        {
            float* c = stackalloc float[60 * 60];
            // tests that run beside this one may hold the workers, and the first call that finds them free hires some
            long least = long.MaxValue;
            for (int round = 0; round < 5; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 100; i++) MatMul.Multiply(60, 60, 300, a, 60, true, a, 300, true, c, 60);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);
        }
    }

    private static int Size(Random random) => (int)Math.Pow(2, random.NextDouble() * 7.8);

    private static void Check<T>(Case shape, bool isWhole = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using IDisposable scope = Threads.Use(1 + shape.Seed % 3);
        Operands<T> x = new(shape);
        foreach (T[] numbers in isWhole ? [x.A, x.B, x.C, x.Bias] : (T[][])[])
        {
            for (int i = 0; i < numbers.Length; i++) numbers[i] = T.Round(numbers[i] * T.CreateChecked(4));
        }

        T[] before = (T[])x.C.Clone();
        double[] expected = Expected(x);
        x.Multiply();
        double tolerance = isWhole ? 0 : Tolerance<T>(shape.K);
        for (int at = 0; at < x.C.Length; at++)
        {
            int row = (at - x.Start) / Math.Max(1, x.Ldc), column = (at - x.Start) % Math.Max(1, x.Ldc);
            if (at < x.Start || row >= shape.M || column >= shape.N)
                Assert.True(x.C[at] == before[at], $"{shape}: written outside of C, {at - x.Start} after its first element");
            else if (!(Math.Abs(double.CreateChecked(x.C[at]) - expected[row * shape.N + column]) <= tolerance))
                Assert.Fail($"{shape}: c[{row}, {column}] = {x.C[at]}, expected {expected[row * shape.N + column]}");
        }
    }

    /// <summary>The product by definition, in double precision.</summary>
    private static double[] Expected<T>(Operands<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Case shape = x.Shape;
        double[] a = Array.ConvertAll(x.A, double.CreateChecked), b = Array.ConvertAll(x.B, double.CreateChecked);
        double[] expected = new double[shape.M * shape.N];
        for (int i = 0; i < shape.M; i++)
        {
            for (int j = 0; j < shape.N; j++)
            {
                double sum = shape.Accumulate ? double.CreateChecked(x.C[x.Start + i * x.Ldc + j]) : 0;
                if (shape.HasBias) sum += double.CreateChecked(x.Bias[j]);
                for (int p = 0; p < shape.K; p++)
                    sum += a[shape.TransposeA ? p * x.Lda + i : i * x.Lda + p] * b[shape.TransposeB ? j * x.Ldb + p : p * x.Ldb + j];
                expected[i * shape.N + j] = sum;
            }
        }
        return expected;
    }

    private static double Tolerance<T>(int k) where T : unmanaged, IFloatingPointIeee754<T> =>
        double.CreateChecked(T.BitIncrement(T.One) - T.One) * (UnitsAtLeast + UnitsPerTerm * k);

    private static T[] Product<T>(Case shape, int threads) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using IDisposable scope = Threads.Use(threads);
        Operands<T> x = new(shape);
        x.Multiply();
        return x.C;
    }

    private static void CheckBatch<T>(int m, int n, int k, int choice) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int batch = 5;
        bool transposeA = (choice & 1) != 0, transposeB = (choice & 2) != 0, accumulate = (choice & 4) != 0;
        int gap = (choice & 8) != 0 ? 3 : 0;
        long aStride = (choice & 16) != 0 ? 0 : m * k + gap, bStride = (choice & 32) != 0 ? 0 : k * n + gap, cStride = m * n + gap;
        T[] a = Numbers<T>(batch * (m * k + gap), choice), b = Numbers<T>(batch * (k * n + gap), choice + 1),
            bias = Numbers<T>(n, choice + 2);
        T[] c = Numbers<T>(batch * (int)cStride, choice + 3), expected = (T[])c.Clone();
        int lda = Math.Max(1, transposeA ? m : k), ldb = Math.Max(1, transposeB ? k : n);
        fixed (T* pa = a, pb = b, pc = c, pe = expected, pbias = bias)
        {
            MatMul.MultiplyBatch(
                batch, m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, n, aStride, bStride, cStride, accumulate, pbias);
            for (int i = 0; i < batch; i++)
                MatMul.Multiply(
                    m, n, k, pa + i * aStride, lda, transposeA, pb + i * bStride, ldb, transposeB, pe + i * cStride, n, accumulate, pbias);
        }
        double tolerance = Tolerance<T>(k);
        for (int i = 0; i < c.Length; i++)
            Assert.True(Math.Abs(double.CreateChecked(c[i] - expected[i])) <= tolerance, $"{m}, {n}, {k}, choice {choice}: element {i}");
    }

    private static T[] Numbers<T>(int count, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        T[] numbers = new T[count];
        for (int i = 0; i < count; i++) numbers[i] = T.CreateChecked(2 * random.NextDouble() - 1);
        return numbers;
    }

    /// <summary>
    /// A shape, and options drawn from its seed: the lowest bits choose the transpositions, the next ones accumulation
    /// and bias.
    /// </summary>
    private readonly record struct Case(int M, int N, int K, int Seed)
    {
        internal bool TransposeA => (Seed & 1) != 0;
        internal bool TransposeB => (Seed & 2) != 0;
        internal bool Accumulate => (Seed >> 2) % 3 == 1;
        internal bool HasBias => (Seed >> 2) % 5 is 1 or 2;
        internal int Slack => Seed % 7 is var s && s > 3 ? s : 0;
    }

    private sealed class Operands<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        internal readonly Case Shape;
        internal readonly int Lda, Ldb, Ldc, Start;
        internal readonly T[] A, B, C, Bias;

        internal Operands(Case shape)
        {
            Shape = shape;
            Lda = Math.Max(1, (shape.TransposeA ? shape.M : shape.K) + shape.Slack);
            Ldb = Math.Max(1, (shape.TransposeB ? shape.K : shape.N) + shape.Slack / 2);
            Ldc = shape.N + shape.Slack;
            Start = 40;
            A = Numbers<T>((shape.TransposeA ? shape.K : shape.M) * Lda, shape.Seed);
            B = Numbers<T>((shape.TransposeB ? shape.N : shape.K) * Ldb, shape.Seed + 1);
            Bias = Numbers<T>(shape.N, shape.Seed + 2);
            C = new T[Start + shape.M * Ldc + Start];
            Array.Fill(C, T.CreateChecked(Canary));
            for (int i = 0; i < shape.M; i++) Numbers<T>(shape.N, i).CopyTo(C, Start + i * Ldc);
        }

        internal void Multiply()
        {
            fixed (T* a = A, b = B, c = C, bias = Bias)
                MatMul.Multiply(
                    Shape.M, Shape.N, Shape.K, a, Lda, Shape.TransposeA, b, Ldb, Shape.TransposeB,
                    c + Start, Ldc, Shape.Accumulate, Shape.HasBias ? bias : null);
        }
    }
}
