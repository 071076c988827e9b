using Crucible.Kernels;
using Xunit;
using static Crucible.Tests.Kernels.KernelData;

namespace Crucible.Tests.Kernels;

public class GatherTests
{
    [Theory]
    [EveryWidth]
    public void RowsAndAddRows_AnyShape_EqualNaive(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        foreach ((int outer, int length, int inner, int count) in ((int, int, int, int)[])[
            (1, 5, 1, 9), (2, 3, 17, 4), (1, 65, 128, 768), (3, 4, 33, 0)
        ])
        {
            float[] x = Floats(outer * length * inner);
            float[] y = Floats(outer * count * inner, 2);
            int[] indices = [.. Doubles(count, 3, 0, length).Select(v => (int)v)];
            float[] expected = new float[y.Length];
            float[] sums = (float[])x.Clone();
            for (int i = 0; i < y.Length; i++)
            {
                int at = (((i / (count * inner) * length) + indices[i / inner % count]) * inner) + (i % inner);
                expected[i] = x[at];
                sums[at] += y[i];
            }

            Assert.Equal(expected, Guarded<float>(y.Length, r => Gather.Rows<float>(x, outer, length, inner, indices, r), -7));
            Assert.Equal(sums, Guarded<float>(x.Length, r => Add(r), -7));

            void Add(Span<float> r)
            {
                x.CopyTo(r);
                Gather.AddRows<float>(y, outer, length, inner, indices, r);
            }
        }
    }

    [Fact]
    public void Elements_HandValues_AreRight()
    {
        double[] x = [1, 2, 3, 4, 5, 6]; // [[1 2 3] [4 5 6]], gathered along each axis
        double[] rows = new double[4];
        Gather.Elements<double>(x, 2, 3, 1, [2, 0, 1, 1], 2, rows);
        Assert.Equal([3.0, 1, 5, 5], rows);
        double[] columns = new double[3];
        Gather.Elements<double>(x, 1, 2, 3, [1, 0, 1], 1, columns);
        Assert.Equal([4.0, 2, 6], columns);
        double[] sums = new double[6];
        Gather.AddElements<double>([10, 20, 30, 40], 2, 3, 1, [2, 0, 1, 1], 2, sums);
        Assert.Equal([20.0, 0, 10, 0, 70, 0], sums);
    }

    [Fact]
    public void Rows_IndexOutside_Throws() =>
        Assert.Throws<ArgumentException>(() => Gather.Rows<float>(new float[4], 1, 2, 2, [2], new float[2]));

    [Theory]
    [EveryWidth]
    public void CumulativeSum_Shapes_EqualHandValues(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        int[] x = [1, 2, 3, 4, 5, 6]; // [2, 3]
        int[] result = new int[6];
        CumulativeSum.Run(x, 2, 3, 1, false, result);
        Assert.Equal([1, 3, 6, 4, 9, 15], result);
        CumulativeSum.Run(x, 2, 3, 1, true, result);
        Assert.Equal([6, 5, 3, 15, 11, 6], result);
        CumulativeSum.Run(x, 1, 2, 3, false, result);
        Assert.Equal([1, 2, 3, 5, 7, 9], result);
        float[] floats = new float[2];
        CumulativeSum.Run([0.5f, 0.25f], 1, 2, 1, false, floats);
        Assert.Equal([0.5f, 0.75f], floats);
        double[] doubles = new double[2];
        CumulativeSum.Run([0.5, 0.25], 1, 2, 1, true, doubles);
        Assert.Equal([0.75, 0.25], doubles);
    }
}
