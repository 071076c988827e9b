namespace Crucible.Kernels;

/// <summary>C[m, n] cut into a grid of equal rectangles, the tasks.</summary>
internal readonly struct MatMulGrid
{
    // What it costs to pack a number, or to read it once more, counted in multiply-adds.
    private const int PackingCost = 7;
    private const int ReadingCost = 1;

    private const long TaskWork = 1_000_000; // multiply-adds of a task from which there may be more tasks than threads
    private const int MostTasksPerThread = 4; // so that a thread which is held up leaves work to the others

    private readonly int m, n, rows, columns, rowTasks;

    internal MatMulGrid(int m, int n, int rowTasks, int columnTasks, int strip)
    {
        this.m = m;
        this.n = n;
        rows = (m + rowTasks - 1) / rowTasks;
        columns = Share(n, (n + columnTasks - 1) / columnTasks, strip);
        this.rowTasks = (m + rows - 1) / rows;
        Tasks = this.rowTasks * ((n + columns - 1) / columns);
    }

    internal int Tasks { get; }

    /// <summary>The grid, with columns in multiples of <paramref name="strip"/>, that threads finish first.</summary>
    internal static MatMulGrid Best(int m, int n, long work, int strip, bool packA, bool packB, int threads)
    {
        int tasks = threads * (int)Math.Clamp(work / threads / TaskWork, 1, MostTasksPerThread);
        MatMulGrid best = default;
        long least = long.MaxValue;
        for (int rowTasks = 1; rowTasks <= Math.Min(tasks, m); rowTasks++)
        {
            MatMulGrid grid = new(m, n, rowTasks, tasks / rowTasks, strip);
            long task = (long)grid.rows * grid.columns
                + (long)grid.columns * (packB ? PackingCost : ReadingCost) + (long)grid.rows * (packA ? PackingCost : ReadingCost);
            long cost = (grid.Tasks + threads - 1) / threads * task;
            if (cost < least) (best, least) = (grid, cost);
        }
        return best;
    }

    /// <summary>The rows and columns of a task.</summary>
    internal (int FirstRow, int EndRow, int FirstColumn, int EndColumn) Task(int index)
    {
        int row = index % rowTasks * rows, column = index / rowTasks * columns;
        return (row, Math.Min(row + rows, m), column, Math.Min(column + columns, n));
    }

    /// <summary>The size of equal shares of <paramref name="size"/>: at most <paramref name="most"/>, then rounded up to a multiple of <paramref name="unit"/>.</summary>
    internal static int Share(int size, int most, int unit)
    {
        int shares = Math.Max(1, (size + most - 1) / most);
        int share = Math.Max(1, (size + shares - 1) / shares);
        return (share + unit - 1) / unit * unit;
    }
}
