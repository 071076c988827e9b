namespace Crucible.Kernels;

/// <summary>One product as the caller gave it, the left operand with both its distances.</summary>
internal unsafe struct MatMulProblem<T> where T : unmanaged
{
    internal int M, N, K;
    internal T* A;
    internal nint ARow, AStep; // from row to row of op(A), and from column to column
    internal T* B;
    internal nint BRow; // from row to row as stored
    internal bool TransposeB;
    internal T* C;
    internal nint CRow;
    internal bool Accumulate;
    internal T* Bias;
}

/// <summary>A product cut into blocks that fit the caches, tasks that share the rows or columns of a block, and tiles.</summary>
internal static unsafe class MatMulBlocks<T, V, L> where T : unmanaged where V : struct where L : struct, ILanes<T, V>
{
    private static int BlockDepth => 384 * 4 / sizeof(T);
    private static int BlockColumns => 384;
    internal const int InPlaceRows = 48; // rows of C up to which B is read where it is
    internal const int InPlaceColumns = 64;

    private const int ParallelWork = 100_000; // multiply-adds from which a second thread pays

    internal static void Multiply(in MatMulProblem<T> problem)
    {
        int threads = (long)problem.M * problem.N * problem.K < ParallelWork ? 1 : Threads.Count;
        int strip = 2 * L.Count;
        int depth = Share(problem.K, BlockDepth, 1);
        int columns = Share(problem.N, BlockColumns, strip);
        Block block = new() { Problem = problem };
        for (int j = 0; j < problem.N; j += columns)
        {
            for (int p = 0; p == 0 || p < problem.K; p += Math.Max(depth, 1))
            {
                block.FirstColumn = j;
                block.FirstStep = p;
                block.Columns = Math.Min(columns, problem.N - j);
                block.Steps = Math.Min(depth, problem.K - p);
                Multiply(ref block, threads);
            }
        }
    }

    private static void Multiply(ref Block block, int threads)
    {
        int strip = 2 * L.Count;
        int strips = (block.Columns + strip - 1) / strip;
        int m = block.Problem.M;
        bool inPlace = !block.Problem.TransposeB && m <= InPlaceRows;
        int toPack = inPlace ? (block.Columns % strip == 0 ? 0 : 1) : strips;
        block.FirstPacked = strips - toPack;
        if (toPack > 0)
        {
            block.Packed = Scratch.Right<T>((nint)toPack * strip * block.Steps);
            int packers = threads > 1 && toPack > 1 && (long)block.Columns * block.Steps > 30000 ? Math.Min(toPack, 4 * threads) : 1;
            PackStrips pack = new() { Block = block, Strips = toPack, Parts = packers };
            Workers.Run(ref pack, packers);
        }

        int rowTasks = 1, columnTasks = 1;
        if (threads > 1)
        {
            int most = Math.Max(1, m / (2 * L.TileRows));
            if (most >= threads) rowTasks = most / threads >= 4 ? 4 * threads : threads;
            else columnTasks = Math.Min(threads, strips);
        }
        int rows = (m + rowTasks - 1) / rowTasks;
        block.TaskRows = Math.Min(rows, 4 * L.TileRows);
        rowTasks = (m + block.TaskRows - 1) / block.TaskRows;
        block.TaskStrips = (strips + columnTasks - 1) / columnTasks;
        block.RowTasks = rowTasks;
        block.PackA = block.Columns > InPlaceColumns;
        Workers.Run(ref block, rowTasks * columnTasks);
    }

    /// <summary>The size of equal shares, each at most <paramref name="most"/> and a multiple of <paramref name="unit"/>, that make up <paramref name="size"/>.</summary>
    private static int Share(int size, int most, int unit)
    {
        int shares = Math.Max(1, (size + most - 1) / most);
        int share = (size + shares - 1) / shares;
        return (share + unit - 1) / unit * unit;
    }

    private struct Block : IJob
    {
        internal MatMulProblem<T> Problem;
        internal int FirstColumn, Columns, FirstStep, Steps;
        internal T* Packed;
        internal int FirstPacked; // strips before this one are read from B itself
        internal int TaskRows, TaskStrips, RowTasks;
        internal bool PackA;

        public readonly void Run(int part)
        {
            int firstRow = part % RowTasks * TaskRows;
            int endRow = Math.Min(firstRow + TaskRows, Problem.M);
            int firstStrip = part / RowTasks * TaskStrips;
            int vector = L.Count, strip = 2 * vector;
            int endStrip = Math.Min(firstStrip + TaskStrips, (Columns + strip - 1) / strip);
            bool accumulate = Problem.Accumulate || FirstStep > 0;
            T* bias = FirstStep > 0 ? null : Problem.Bias;
            int panels = (endRow - firstRow + L.TileRows - 1) / L.TileRows;
            int row = firstRow;
            T* panel = PackA ? Scratch.Left<T>((nint)L.TileRows * Steps + MatMulPacking<T, V, L>.PanelSlack) : null;
            for (int index = 0; index < panels; index++)
            {
                int rows = (endRow - row + panels - index - 1) / (panels - index);
                T* a = Problem.A + row * Problem.ARow + FirstStep * Problem.AStep;
                nint aRow = Problem.ARow, aStep = Problem.AStep;
                if (PackA)
                {
                    if (aStep == 1)
                    {
                        MatMulPacking<T, V, L>.Panel(a, aRow, rows, Steps, panel);
                        aRow = Steps;
                    }
                    else
                    {
                        MatMulPacking<T, V, L>.PanelOfTransposed(a, aStep, rows, Steps, panel);
                        aStep = rows;
                    }
                    a = panel;
                }
                for (int s = firstStrip; s < endStrip; s++)
                {
                    int column = FirstColumn + s * strip;
                    int columns = Math.Min(strip, FirstColumn + Columns - column);
                    int vectors = columns > vector ? 2 : 1;
                    T* b = Problem.B + FirstStep * Problem.BRow + column;
                    nint bStep = Problem.BRow;
                    if (s >= FirstPacked)
                    {
                        b = Packed + (nint)(s - FirstPacked) * strip * Steps;
                        bStep = vectors * vector;
                    }
                    MatMulTile<T, V, L>.For(rows, vectors)(
                        Steps, a, aRow, aStep, b, bStep, Problem.C + row * Problem.CRow + column, Problem.CRow,
                        bias == null ? null : bias + column, columns - (vectors - 1) * vector, accumulate);
                }
                row += rows;
            }
        }
    }

    private struct PackStrips : IJob
    {
        internal Block Block;
        internal int Strips, Parts;

        public readonly void Run(int part)
        {
            int strip = 2 * L.Count;
            int end = (int)((long)Strips * (part + 1) / Parts);
            for (int s = (int)((long)Strips * part / Parts); s < end; s++)
            {
                int column = (Block.FirstPacked + s) * strip;
                int columns = Math.Min(strip, Block.Columns - column);
                T* to = Block.Packed + (nint)s * strip * Block.Steps;
                ref readonly MatMulProblem<T> problem = ref Block.Problem;
                column += Block.FirstColumn;
                if (problem.TransposeB)
                    MatMulPacking<T, V, L>.StripOfTransposed(problem.B + column * problem.BRow + Block.FirstStep, problem.BRow, Block.Steps, columns, to);
                else
                    MatMulPacking<T, V, L>.Strip(problem.B + Block.FirstStep * problem.BRow + column, problem.BRow, Block.Steps, columns, to);
            }
        }
    }
}
