using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>A product cut into blocks that fit the caches, tasks that may run at the same time, and tiles.</summary>
/// <remarks>
/// A block is some steps of k by some columns; its part of B is packed once, by all threads, and a task
/// multiplies some rows of A by it, strip after strip of columns so that a strip stays in the first-level cache and the rows in the second.
/// The last columns use vectors of half the size (<typeparamref name="VHalf"/>) where that is enough and faster.
/// After K. Goto and R. A. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008.
/// </remarks>
internal static unsafe class MatMulBlocks<T, V, L, VHalf, LHalf>
    where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V> where VHalf : unmanaged where LHalf : struct, ILanes<T, VHalf>
{
    private static readonly T* zeros = (T*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(MatMulBlocks<T, V, L, VHalf, LHalf>), 2 * sizeof(V));

    private const int BlockColumns = 2048;
    private const int TaskBytes = 393_216; // the rows of A that a task multiplies stay in the second-level cache, with a strip of B
    private const int InPlaceRows = 48; // rows of C that do not repay packing B, wherever it is
    private const int InPlaceRowsOfSmall = 144; // the same for a B that stays in the caches, which packing just aligns
    private const int LineBytes = 64;
    private const int PageBytes = 4096; // rows so far apart share one set of the first-level cache, those at half of it two
    private const int PackingVectors = 4; // vectors of columns from which packing A costs less than reading it from a bad place
    private const int PackingWork = 32_768; // numbers of B from which a second thread helps to pack them
    private const int LargeBytes = 262_144; // size of C from which it pays to fetch its next tile early

    /// <summary>The size of a B that stays in the caches; the narrower the vectors, the less they hide that it does not stay in the nearest.</summary>
    private static int SmallBytes => 16 * L.BlockBytes;

    /// <summary>Computes the product on up to <paramref name="threads"/> threads; the result's bits do not depend on how many.</summary>
    internal static void Multiply(ref MatMulProblem<T> problem, int threads)
    {
        if (problem.Accumulate && problem.Bias != null)
        {
            for (int i = 0; i < problem.M; i++) MatMulPacking<T, V, L>.Add(problem.Bias, problem.C + i * problem.CRow, problem.N);
        }
        int mostSteps = Share(problem.K, L.BlockBytes / sizeof(T), 1);
        int mostColumns = Share(problem.N, BlockColumns, 2 * L.Count);
        fixed (MatMulProblem<T>* fixedProblem = &problem)
        {
            Block block = new() { Problem = fixedProblem };
            for (int j = 0; j < problem.N; j += mostColumns)
            {
                int p = 0;
                do
                {
                    block.FirstColumn = j;
                    block.FirstStep = p;
                    block.Columns = Math.Min(mostColumns, problem.N - j);
                    block.Steps = Math.Min(mostSteps, problem.K - p);
                    if (threads == 1) Serial(ref block);
                    else Parallel(ref block, threads);
                    p += block.Steps;
                }
                while (p < problem.K);
            }
        }
    }

    private static void Serial(ref Block block)
    {
        Plan(ref block, 1);
        if (block.FirstPacked < block.Columns) block.PackB(block.FirstPacked, block.Columns);
        for (int task = 0; task < block.RowTasks; task++) block.Run(task);
    }

    private static void Parallel(ref Block block, int threads)
    {
        Plan(ref block, threads);
        int toPack = block.Columns - block.FirstPacked;
        if ((long)toPack * block.Steps < PackingWork)
        {
            block.PackB(block.FirstPacked, block.Columns);
        }
        else
        {
            int share = Share(toPack, (toPack + (2 * threads) - 1) / (2 * threads), 2 * L.Count);
            PackingJob packing = new() { Block = (Block*)Unsafe.AsPointer(ref block), Share = share };
            Workers.Run(ref packing, (toPack + share - 1) / share);
        }
        Workers.Run(ref block, block.RowTasks * block.ColumnTasks);
    }

    /// <summary>Decides what is packed and what a task is.</summary>
    private static void Plan(ref Block block, int threads)
    {
        ref MatMulProblem<T> problem = ref *block.Problem;
        int m = problem.M;
        bool inPlace = !problem.TransposeB && (m <= InPlaceRows || (m <= InPlaceRowsOfSmall && problem.K * problem.BRow * sizeof(T) <= SmallBytes));
        block.FirstPacked = inPlace ? WholeColumns(block.Columns) : 0; // tiles read whole vectors of B, which must exist
        if (block.FirstPacked < block.Columns)
            block.Packed = Scratch.Right<T>((nint)(block.Columns - block.FirstPacked + 2 * L.Count) * block.Steps);

        block.PackA = block.Columns > PackingVectors * L.Count && (problem.AStep == 1
            ? problem.ARow * sizeof(T) % PageBytes == 0
            : problem.AStep * sizeof(T) % (PageBytes / 2) == 0 || L.TileRows * sizeof(T) < LineBytes / 2);
        block.PrefetchC = (long)m * problem.N * sizeof(T) > LargeBytes;

        int rowTasks = Math.Clamp(m / L.TileRows, 1, threads);
        int columnTasks = threads / rowTasks;
        int rows = Share((m + rowTasks - 1) / rowTasks, TaskBytes / L.BlockBytes, 1);
        block.TaskRows = rows;
        block.RowTasks = (m + rows - 1) / rows;
        block.TaskColumns = Share(block.Columns, (block.Columns + columnTasks - 1) / columnTasks, 2 * L.Count);
        block.ColumnTasks = (block.Columns + block.TaskColumns - 1) / block.TaskColumns;
    }

    /// <summary>The columns, of the first <paramref name="columns"/>, that fill their tiles' vectors.</summary>
    private static int WholeColumns(int columns)
    {
        int whole = columns / (2 * L.Count) * (2 * L.Count);
        while (whole < columns)
        {
            int next = TileColumns(columns - whole, out int vectors);
            if (next < (vectors == 0 ? LHalf.Count : vectors * L.Count)) break;
            whole += next;
        }
        return whole;
    }

    /// <summary>The columns of the next tile when <paramref name="left"/> remain, and its vectors: 2, 1, or 0 for one of half the size.</summary>
    private static int TileColumns(int left, out int vectors)
    {
        int vector = L.Count, half = L.HalvesPay ? vector / 2 : 0;
        if (left > vector + half)
        {
            vectors = 2;
            return Math.Min(left, 2 * vector);
        }
        vectors = left > half ? 1 : 0;
        return Math.Min(left, vector);
    }

    /// <summary>The size of equal shares of <paramref name="size"/>, each a multiple of <paramref name="unit"/>, and at most <paramref name="most"/> before that.</summary>
    private static int Share(int size, int most, int unit)
    {
        int shares = Math.Max(1, (size + most - 1) / most);
        int share = Math.Max(1, (size + shares - 1) / shares);
        return (share + unit - 1) / unit * unit;
    }

    private struct Block : IJob
    {
        internal MatMulProblem<T>* Problem;
        internal int FirstColumn, Columns, FirstStep, Steps;
        internal T* Packed;
        internal int FirstPacked; // columns before this one are read from B itself
        internal int TaskRows, RowTasks, TaskColumns, ColumnTasks;
        internal bool PackA, PrefetchC;

        /// <summary>Multiplies the rows and columns of task <paramref name="part"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int part)
        {
            int firstRow = part % RowTasks * TaskRows;
            Panels panels = new(Math.Min(TaskRows, Problem->M - firstRow));
            T* a = Problem->A + firstRow * Problem->ARow + FirstStep * Problem->AStep;
            nint aRow = Problem->ARow, aStep = Problem->AStep, cRow = Problem->CRow;
            nint packedSize = PackA ? MatMulPacking<T, V, L>.PanelSize(L.TileRows, Steps) : 0;
            if (PackA)
            {
                a = PackPanels(a, panels, packedSize);
                if (aStep == 1) aRow = MatMulPacking<T, V, L>.PanelRow(Steps);
                else aRow = 1; // and a step is as many numbers as the panel has rows
            }

            // Sums start from C, the bias (the same for every row) or zeros (the same for every column too).
            bool fromC = Problem->Accumulate || FirstStep > 0;
            T* origin = fromC ? Problem->C + firstRow * cRow : Problem->Bias;
            nint startRow = fromC ? cRow : 0;

            int column = part / RowTasks * TaskColumns, end = Math.Min(column + TaskColumns, Columns), columns;
            for (; column < end; column += columns)
            {
                columns = TileColumns(Columns - column, out int vectors);
                var high = Tile(panels.Rows(0), vectors);
                var low = Tile(panels.Rows(panels.Count - 1), vectors);
                int lanes = vectors == 2 ? columns - L.Count : columns;
                bool packed = column >= FirstPacked;
                T* b = packed ? Packed + (nint)(column - FirstPacked) * Steps : Problem->B + FirstStep * Problem->BRow + FirstColumn + column;
                nint bStep = !packed ? Problem->BRow : vectors == 0 ? LHalf.Count : vectors * L.Count;
                T* c = Problem->C + firstRow * cRow + FirstColumn + column;
                T* start = origin == null ? zeros : origin + FirstColumn + column;
                T* panel = a;
                for (int index = 0; index < panels.Count; index++)
                {
                    int rows = panels.Rows(index);
                    T* next = c + rows * cRow;
                    if (PrefetchC) Prefetch(next, cRow, rows);
                    (index < panels.Higher ? high : low)(
                        Steps, panel, aRow, PackA && aStep != 1 ? rows : aStep, b, bStep, c, cRow, start, startRow, lanes);
                    c = next;
                    start += rows * startRow;
                    panel += PackA ? packedSize : rows * aRow;
                }
            }
        }

        private static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void> Tile(int rows, int vectors) =>
            vectors == 0 ? MatMulTile<T, VHalf, LHalf>.For(rows, 1) : MatMulTile<T, V, L>.For(rows, vectors);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Prefetch(T* c, nint cRow, int rows)
        {
            if (!Sse.IsSupported) return;
            for (int i = 0; i < rows; i++, c += cRow)
            {
                Sse.Prefetch0(c);
                Sse.Prefetch0(c + L.Count);
            }
        }

        private readonly T* PackPanels(T* a, Panels panels, nint size)
        {
            T* packed = Scratch.Left<T>(panels.Count * size);
            for (int index = 0; index < panels.Count; index++)
            {
                int rows = panels.Rows(index);
                if (Problem->AStep == 1) MatMulPacking<T, V, L>.Panel(a, Problem->ARow, rows, Steps, packed + index * size);
                else MatMulPacking<T, V, L>.PanelOfTransposed(a, Problem->AStep, rows, Steps, packed + index * size);
                a += rows * Problem->ARow;
            }
            return packed;
        }

        /// <summary>Packs columns [<paramref name="first"/>, <paramref name="end"/>) of this block of B.</summary>
        internal readonly void PackB(int first, int end)
        {
            int columns;
            for (int column = first; column < end; column += columns)
            {
                columns = TileColumns(Columns - column, out int vectors);
                T* to = Packed + (nint)(column - FirstPacked) * Steps;
                nint row = Problem->BRow;
                if (Problem->TransposeB)
                {
                    T* b = Problem->B + (FirstColumn + column) * row + FirstStep;
                    if (vectors == 0) MatMulPacking<T, VHalf, LHalf>.StripOfTransposed(b, row, Steps, columns, to);
                    else MatMulPacking<T, V, L>.StripOfTransposed(b, row, Steps, columns, to);
                }
                else
                {
                    T* b = Problem->B + FirstStep * row + FirstColumn + column;
                    if (vectors == 0) MatMulPacking<T, VHalf, LHalf>.Strip(b, row, Steps, columns, to);
                    else MatMulPacking<T, V, L>.Strip(b, row, Steps, columns, to);
                }
            }
        }
    }

    /// <summary>Rows cut into as few panels as tiles allow, and of as equal heights: the first <see cref="Higher"/> have one row more.</summary>
    private readonly struct Panels
    {
        private readonly int low;

        internal Panels(int rows)
        {
            Count = (rows + L.TileRows - 1) / L.TileRows;
            low = rows / Count;
            Higher = rows % Count;
        }

        internal int Count { get; }

        internal int Higher { get; }

        internal int Rows(int index) => index < Higher ? low + 1 : low;
    }

    private struct PackingJob : IJob
    {
        internal Block* Block;
        internal int Share;

        public readonly void Run(int part)
        {
            int first = Block->FirstPacked + part * Share;
            Block->PackB(first, Math.Min(first + Share, Block->Columns));
        }
    }
}
