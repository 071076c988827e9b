using static System.FormattableString;

namespace Crucible.Tests.Kernels;

/// <summary>Arrays for kernel tests.</summary>
internal static class KernelData
{
    /// <summary>Half a unit in the last place of a float, relative to the value.</summary>
    internal const double FloatUnit = 5.96e-8;

    /// <summary>Half a unit in the last place of a double, relative to the value.</summary>
    internal const double DoubleUnit = 1.11e-16;

    /// <summary>Every length around the vector widths, and some that make several parts.</summary>
    internal static IEnumerable<int> Lengths => [.. Enumerable.Range(0, 101), 16383, 16385, 33000];

    internal static float[] Floats(int length, int seed = 1, double low = -2, double high = 2) =>
        [.. Doubles(length, seed, low, high).Select(x => (float)x)];

    internal static double[] Doubles(int length, int seed = 1, double low = -2, double high = 2)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => low + ((high - low) * random.NextDouble()))];
    }

    internal static double[] Widen(ReadOnlySpan<float> x)
    {
        double[] result = new double[x.Length];
        for (int i = 0; i < result.Length; i++) result[i] = x[i];
        return result;
    }

    /// <summary>
    /// Each element within <paramref name="units"/> halves of a unit in the last place of its expected value or of
    /// <paramref name="scale"/>, whichever is larger.
    /// </summary>
    internal static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double units, double scale = 1) =>
        AssertClose(expected, Widen(actual), units * FloatUnit, scale);

    /// <inheritdoc cref="AssertClose(ReadOnlySpan{double}, ReadOnlySpan{float}, double, double)"/>
    internal static void AssertCloseDouble(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double units, double scale = 1) =>
        AssertClose(expected, actual, units * DoubleUnit, scale);

    private static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, double scale)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i].Equals(actual[i])) continue;
            double limit = tolerance * Math.Max(scale, Math.Abs(expected[i]));
            if (!(Math.Abs(expected[i] - actual[i]) <= limit))
                Xunit.Assert.Fail(
                    Invariant($"element {i} of {expected.Length}: expected {expected[i]:R}, but is {actual[i]:R}; allowed ±{limit:G3}"));
        }
    }

    /// <summary>Runs a kernel whose result must keep its hands off the elements around it.</summary>
    internal static T[] Guarded<T>(int length, Action<ArraySegment<T>> kernel, T canary)
        where T : unmanaged
    {
        const int Guard = 40;
        T[] whole = new T[length + (2 * Guard)];
        whole.AsSpan().Fill(canary);
        kernel(new ArraySegment<T>(whole, Guard, length));
        for (int i = 0; i < Guard; i++)
        {
            Xunit.Assert.Equal(canary, whole[i]);
            Xunit.Assert.Equal(canary, whole[^(i + 1)]);
        }

        return whole[Guard..(Guard + length)];
    }

    /// <summary>The same bits on one and on two threads.</summary>
    internal static void AssertThreadsAgree<T>(int length, Action<T[]> kernel)
        where T : unmanaged
    {
        T[] one = new T[length];
        T[] two = new T[length];
        using (Threads.Use(1)) kernel(one);
        using (Threads.Use(2)) kernel(two);
        Xunit.Assert.Equal(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(one.AsSpan()).ToArray(),
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(two.AsSpan()).ToArray());
    }
}
