using Crucible.Kernels;
using Xunit;

namespace Crucible.Tests.Kernels;

public class MatMulGridTests
{
    [Fact]
    public void Best_AnySizes_CoversEveryElementOnce()
    {
        Random random = new(5);
        for (int i = 0; i < 400; i++)
        {
            int m = 1 + random.Next(1 << random.Next(1, 9)), n = 1 + random.Next(1 << random.Next(1, 9)), k = 1 + random.Next(3000);
            long[] costs = [MatMulGrid.Reading, MatMulGrid.Packing, MatMulGrid.PackingFromMemory];
            MatMulGrid grid = MatMulGrid.Best(m, n, k, 32, costs[i % 3], costs[i / 3 % 3], threads: 1 + random.Next(9));
            int[,] covered = new int[m, n];
            for (int task = 0; task < grid.Tasks; task++)
            {
                (int firstRow, int endRow, int firstColumn, int endColumn) = grid.Task(task);
                Assert.True(firstRow < endRow && firstColumn < endColumn, $"task {task} of {grid.Tasks} is empty at {m}, {n}, {k}");
                for (int row = firstRow; row < endRow; row++)
                    for (int column = firstColumn; column < endColumn; column++) covered[row, column]++;
            }
            Assert.All(covered.Cast<int>(), times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Best_OneThread_IsOneTask() =>
        Assert.Equal(1, MatMulGrid.Best(1000, 1000, 1000, 32, MatMulGrid.Packing, MatMulGrid.Packing, threads: 1).Tasks);

    [Fact]
    public void Best_TallProduct_CutsRowsForEveryThread()
    {
        MatMulGrid grid = MatMulGrid.Best(300, 40, 40, 32, MatMulGrid.Reading, MatMulGrid.Packing, threads: 2);
        Assert.Equal((0, 150, 0, 40), grid.Task(0));
        Assert.Equal((150, 300, 0, 40), grid.Task(1));
    }
}
