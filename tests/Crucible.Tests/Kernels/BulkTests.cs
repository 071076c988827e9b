using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public class BulkTests
{
    public static TheoryData<int> Sizes =>
        [0, 1, Vectorized.PartLength - 1, Vectorized.PartLength, Vectorized.PartLength + 1, (5 * Vectorized.PartLength) + 3];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Copy_EveryLength_CopiesAllAndNoMore(int length)
    {
        using IDisposable _ = Threads.Use(3);
        int[] source = [.. Enumerable.Range(1, length)], target = new int[length + 2];
        target[^1] = -1;
        Bulk.Copy<int>(source, target.AsSpan(0, length));
        Assert.Equal([.. source, 0, -1], target);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Fill_EveryLength_FillsAllAndNoMore(int length)
    {
        using IDisposable _ = Threads.Use(3);
        double[] target = new double[length + 2];
        Bulk.Fill(target.AsSpan(1, length), 7.5);
        Assert.Equal([0, .. Enumerable.Repeat(7.5, length), 0], target);
    }
}
