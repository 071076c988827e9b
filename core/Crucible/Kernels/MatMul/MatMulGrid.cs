namespace Crucible.Kernels;

/// <summary>C[m, n] cut into a grid of equal rectangles, the tasks.</summary>
internal readonly struct MatMulGrid
{
    // What things cost, counted in multiply-adds.
    internal const long Reading = 1; // reading a number of A or B once more
    internal const long Packing = 7; // copying one in another order
    internal const long PackingFromMemory = 25; // the same when it is in none of this core's caches
    private const long Sharing = 2_000; // a cache line of C in which two tasks write, where columns are cut
    private const long Claiming = 5_000; // a task
    private const long Waiting = 16; // a part of a task: a thread that is held up keeps the others waiting for its last one

    private const long ManyWork = 500_000; // multiply-adds for a thread from which there may be more tasks than threads
    private const int MostTasksPerThread = 4;

    private readonly int m, n, rows, columns, rowTasks;

    private MatMulGrid(int m, int n, int rowTasks, int columnTasks, int strip)
    {
        this.m = m;
        this.n = n;
        rows = (m + rowTasks - 1) / rowTasks;
        columns = columnTasks == 1 ? n : Math.Min(n, Share(n, (n + columnTasks - 1) / columnTasks, strip));
        this.rowTasks = (m + rows - 1) / rows;
        Tasks = this.rowTasks * ((n + columns - 1) / columns);
    }

    internal int Tasks { get; }

    /// <summary>The grid, its columns multiples of <paramref name="strip"/>, that so many threads finish first.</summary>
    /// <remarks>
    /// <paramref name="costA"/> and <paramref name="costB"/> are what a task does with each number of A and B that it
    /// needs: one of the costs above.
    /// </remarks>
    internal static MatMulGrid Best(int m, int n, int k, int strip, long costA, long costB, int threads)
    {
        MatMulGrid best = new(m, n, 1, 1, strip);
        if (threads == 1) return best;
        int most = threads * (int)Math.Clamp((long)m * n * k / threads / ManyWork, 1, MostTasksPerThread);
        long least = long.MaxValue;
        for (int rowTasks = 1; rowTasks <= Math.Min(most, m); rowTasks++)
        {
            for (int columnTasks = 1; columnTasks <= most / rowTasks; columnTasks++)
            {
                MatMulGrid grid = new(m, n, rowTasks, columnTasks, strip);
                long cost = grid.Cost(k, costA, costB, threads);
                if (cost < least) (best, least) = (grid, cost);
            }
        }
        return best;
    }

    /// <summary>The rows and columns of a task.</summary>
    internal (int FirstRow, int EndRow, int FirstColumn, int EndColumn) Task(int index)
    {
        int row = index % rowTasks * rows, column = index / rowTasks * columns;
        return (row, Math.Min(row + rows, m), column, Math.Min(column + columns, n));
    }

    /// <summary>
    /// The size of equal shares of <paramref name="size"/>, of at most <paramref name="most"/> but rounded up to a
    /// multiple of <paramref name="unit"/>; all of it if that is no more.
    /// </summary>
    internal static int Share(int size, int most, int unit)
    {
        if (size <= most) return size;
        int shares = (size + most - 1) / most;
        int share = (size + shares - 1) / shares;
        return (share + unit - 1) / unit * unit;
    }

    private long Cost(int k, long costA, long costB, int threads)
    {
        long task = (rows * (columns + costA) + columns * costB) * k + Claiming;
        if (columns < n) task += rows * Sharing;
        return (Tasks + threads - 1) / threads * task + task / Waiting;
    }
}
