using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

public class StridedTests
{
    [Fact]
    public void Copy_AllPermutations_EqualNaiveLoop()
    {
        int[][] shapes = [[], [5], [3, 7], [17, 33], [2, 3, 5], [20, 1, 40], [2, 3, 4, 5], [3, 18, 2, 19], [150, 240], [3, 70, 90]];
        foreach (int[] shape in shapes)
        {
            int[] contiguous = Strides(shape);
            int n = shape.Aggregate(1, (a, b) => a * b);
            float[] x = Floats(n);
            foreach (int[] order in Permutations(shape.Length))
            {
                int[] sizes = [.. order.Select(axis => shape[axis])];
                CheckCopy(sizes, x, 0, [.. order.Select(axis => contiguous[axis])], n, 0, Strides(sizes));
            }
        }
    }

    [Fact]
    public void Copy_ExpandFlipSliceAndPad_EqualNaiveLoop()
    {
        double[] x = Doubles(5 * 6 * 7);
        CheckCopy([4, 5, 6], x, 0, [0, 42, 7], 120, 0, [30, 6, 1]); // repeated in front
        CheckCopy([5, 4, 6], x, 0, [42, 0, 7], 120, 0, [24, 6, 1]);
        CheckCopy([5, 6, 4], x, 0, [42, 7, 0], 120, 0, [24, 4, 1]); // repeated behind
        CheckCopy([5, 6, 7], x, 6, [42, 7, -1], 210, 0, [42, 7, 1]); // flipped
        CheckCopy([5, 6, 7], x, 168, [-42, 7, 1], 210, 0, [42, 7, 1]);
        CheckCopy([2, 3, 3], x, 50, [42, 14, 2], 18, 0, [9, 3, 1]); // sliced with steps
        CheckCopy([5, 6, 7], x, 0, [42, 7, 1], 7 * 8 * 9, 81, [72, 9, 1]); // into the middle
        CheckCopy([5, 6, 7], x, 0, [42, 7, 1], 420, 1, [84, 14, 2]);
        CheckCopy<double>([5, 0, 7], x, 0, [42, 7, 1], 0, 0, [0, 7, 1]);
    }

    [Fact]
    public void Copy_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentException>(() => Strided.Copy<float>([2, 3], new float[6], 1, [3, 1], new float[6], 0, [3, 1]));
        Assert.Throws<ArgumentException>(() => Strided.Copy<float>([2, 3], new float[6], 0, [3, 1], new float[5], 0, [3, 1]));
        Assert.Throws<ArgumentException>(() => Strided.Copy<float>([2, 3], new float[6], 1, [3, -1], new float[6], 0, [3, 1]));
    }

    [Fact]
    public void Transpose_EveryType_EqualsNaive()
    {
        foreach ((int batch, int rows, int columns) in ((int, int, int)[])[
            (1, 1, 1), (2, 3, 5), (1, 16, 16), (3, 33, 47), (2, 100, 7), (1, 130, 260)
        ])
        {
            int n = batch * rows * columns;
            float[] x = Floats(n);
            float[] expected = [.. Enumerable.Range(0, n)
                .Select(i => x[(i / (rows * columns) * rows * columns) + (i % rows * columns) + (i % (rows * columns) / rows)])];
            Assert.Equal(expected, Guarded<float>(n, r => Strided.Transpose<float>(x, batch, rows, columns, r), -7));
            Assert.Equal(
                expected.Select(v => (double)v), Guarded<double>(n, r => Strided.Transpose<double>(Widen(x), batch, rows, columns, r), -7));
            Assert.Equal(
                expected.Select(v => v > 0),
                Guarded<bool>(n, r => Strided.Transpose<bool>(x.Select(v => v > 0).ToArray(), batch, rows, columns, r), true));
        }
    }

    private static void CheckCopy<T>(int[] shape, T[] source, int from, int[] sourceStrides, int targetLength, int to, int[] targetStrides)
        where T : unmanaged
    {
        T[] expected = new T[targetLength];
        int n = shape.Aggregate(1, (a, b) => a * b);
        int[] contiguous = Strides(shape);
        for (int i = 0; i < n; i++)
        {
            int s = from;
            int t = to;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                int index = i / contiguous[axis] % shape[axis];
                s += index * sourceStrides[axis];
                t += index * targetStrides[axis];
            }

            expected[t] = source[s];
        }

        Assert.Equal(
            expected, Guarded<T>(targetLength, r => Strided.Copy<T>(shape, source, from, sourceStrides, r, to, targetStrides), default));
    }

    private static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        for (int axis = shape.Length - 1, step = 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        return strides;
    }

    private static IEnumerable<int[]> Permutations(int count)
    {
        if (count == 0) return [[]];
        return Permutations(count - 1).SelectMany(p => Enumerable.Range(0, count).Select(at => (int[])[.. p[..at], count - 1, .. p[at..]]));
    }
}
