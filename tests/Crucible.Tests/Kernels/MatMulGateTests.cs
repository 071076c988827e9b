using System.Numerics;
using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public unsafe class MatMulGateTests
{
    // One size for each way of computing, and tiles of two and a half vectors at every width: of 4, 8 and 16 lanes.
    private static readonly (int M, int N, int K)[] sizes =
    [
        (1, 40, 20), (30, 1, 17), (17, 1, 300), (3, 70, 64), (1, 33, 9), (7, 33, 5), (13, 40, 300), (50, 36, 13), (21, 20, 30), (11, 18, 1),
        (20, 65, 40), (9, 10, 0), (23, 72, 1100), (160, 40, 40), (60, 131, 70),
    ];

    [Theory]
    [EveryWidth]
    public void Multiply_WithAGate_EqualsProductThenGate(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        int seed = 0;
        foreach ((int m, int n, int k) in sizes)
        {
            for (int mode = 0; mode < 16; mode++, seed++)
            {
                using IDisposable scope = Threads.Use(1 + (seed % 3));
                Check<float>(m, n, k, mode, seed, (gate, x) => gate > 0 ? x : 0);
                Check<double>(m, n, k, mode, seed, (gate, x) => gate > 0 ? x : 0);
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void Multiply_WithItselfAsGate_EqualsProductThenRelu(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        int seed = 0;
        foreach ((int m, int n, int k) in sizes)
        {
            for (int mode = 0; mode < 16; mode++, seed++)
            {
                using IDisposable scope = Threads.Use(1 + (seed % 3));
                Check<float>(m, n, k, mode, seed, null);
                Check<double>(m, n, k, mode, seed, null);
            }
        }
    }

    [Theory]
    [EveryWidth]
    public void Multiply_TwoAndAHalfVectors_TouchNothingElse(int bits)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pages are protected by Linux's calls");
        using IDisposable width = SimdWidth.Use(bits);
        foreach (int n in (int[])[10, 18, 20, 34, 37, 40])
        {
            foreach (int m in (int[])[1, 2, 9, 11])
            {
                for (int mode = 0; mode < 8; mode++)
                {
                    bool transposeA = (mode & 1) != 0, transposeB = (mode & 2) != 0, atEnd = (mode & 4) != 0;
                    const int k = 5;
                    using GuardedMemory a = new(KernelData.Floats(m * k, 1), atEnd), b = new(KernelData.Floats(k * n, 2), atEnd);
                    using GuardedMemory bias = new(KernelData.Floats(n, 3), atEnd), gate = new(KernelData.Floats(m * n, 4), atEnd);
                    using GuardedMemory c = new(new float[m * n], atEnd);
                    foreach (nint one in (nint[])[0, (nint)c.Start, (nint)gate.Start])
                        MatMul.Multiply(
                            m, n, k, a.Start, transposeA ? m : k, transposeA, b.Start, transposeB ? k : n, transposeB, c.Start, n, false,
                            bias.Start, (float*)one);
                    Assert.All(c.Span.ToArray(), x => Assert.True(float.IsFinite(x)));
                }
            }
        }
    }

    /// <summary>A product with a gate, or without one itself as ReLU's, beside the same product and the formula.</summary>
    private static void Check<T>(int m, int n, int k, int mode, int seed, Func<T, T, T>? formula)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool transposeA = (mode & 1) != 0, transposeB = (mode & 2) != 0, accumulate = (mode & 4) != 0;
        int ldc = n + ((mode & 8) != 0 ? 3 : 0);
        T[] a = Numbers<T>(m * k, seed), b = Numbers<T>(k * n, seed + 1), bias = Numbers<T>(n, seed + 2);
        T[] gates = Numbers<T>(m * ldc, seed + 3);
        if (m * k > 0) a[0] = T.NaN;
        (gates[0], gates[^1]) = (T.Zero, T.NaN);
        T[] expected = Numbers<T>(m * ldc, seed + 4), actual = [.. expected];
        fixed (T* pa = a, pb = b, pbias = bias, pe = expected, pc = actual, pg = gates)
        {
            int lda = transposeA ? m : k, ldb = transposeB ? k : n;
            MatMul.Multiply(m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pe, ldc, accumulate, pbias);
            MatMul.Multiply(
                m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, ldc, accumulate, pbias, formula is null ? pc : pg);
        }

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                int at = (i * ldc) + j;
                T x = expected[at];
                expected[at] = formula is null ? x < T.Zero ? T.Zero : x : formula(gates[at], x);
            }
        }

        Assert.Equal(expected, actual);
    }

    private static T[] Numbers<T>(int count, int seed) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. KernelData.Doubles(count, seed).Select(T.CreateChecked)];
}
