using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>A product cut into tasks that may run at the same time, a task into blocks that fit the caches, a block into tiles.</summary>
/// <remarks>
/// A task is a rectangle of C. It packs what it needs of B (or of A) for itself: packing twice costs less than fetching
/// what another core has just written. Within a block, a strip of columns of B stays in the first-level cache and the
/// rows of A in the second. The last columns use vectors of half the size (<typeparamref name="VHalf"/>) where that is
/// enough and faster. After K. Goto and R. A. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM
/// TOMS 34(3), 2008.
/// </remarks>
internal static unsafe class MatMulBlocks<T, V, VHalf>
    where T : unmanaged where V : unmanaged, ISimd<V, T> where VHalf : unmanaged, ISimd<VHalf, T>
{
    private const int BlockColumns = 2048;
    private const int MostBytes = 4_194_304; // of a block of B, which shares the third cache with what comes and goes
    private const int InPlaceRows = 48; // rows of C that do not repay packing B, wherever it is
    private const int InPlaceRowsOfShort = 144; // the same for strips of B that stay in the first-level cache once they are packed
    private const int ShortBytes = 24_576; // size of such a strip
    private const int LineBytes = 64;
    private const int PageBytes = 4096; // rows so far apart share one set of the first-level cache, those at half of it two
    private const int HalfPageBytes = PageBytes / 2;
    private const int PackingVectors = 4; // vectors of columns from which packing A costs less than reading it from a bad place
    private const int ManyVectors = 16; // the same where a transposed A lies well, but each step on a line of its own
    private const int PackedTogether = 16; // panels of a transposed A
    private const int StripsTogether = 8; // strips of B
    private const int LargeBytes = 262_144; // size of C from which it pays to fetch its next tile early
    private const int FarBytes = 2_097_152; // size of an operand that is in a core's own caches when it is packed
    private const int Amd = 0x68747541; // "Auth" of "AuthenticAMD"

    private static readonly T* zeros = (T*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(MatMulBlocks<T, V, VHalf>), 3 * sizeof(V));

    /// <summary>
    /// The bytes of a row of A that make the steps of a block: the more, the fewer times C is read and written, but a
    /// strip of B, two vectors wide, should stay in the first-level cache.
    /// </summary>
    private static int BlockBytes => 64 * sizeof(V);

    /// <summary>
    /// The rows of A of a block, which share the second-level cache with strips of B: 576 KB of the megabyte that
    /// processors with vectors of 512 bits have at least, else 384 KB.
    /// </summary>
    private static int BlockRows => sizeof(V) == 64 ? 144 : 393_216 / BlockBytes;

    /// <summary>
    /// The size of an operand that tiles read where it is as fast as packed: one in the second-level cache, of which
    /// processors with vectors of 512 bits have a megabyte; AMD's answer from the third before a tile has to wait.
    /// </summary>
    private static readonly int nearBytes =
        sizeof(V) < 64 ? 262_144 : X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx == Amd ? 2_097_152 : 1_048_576;

    /// <summary>Computes the product on up to <paramref name="threads"/> threads; the result's bits do not depend on how many.</summary>
    internal static void Multiply(ref MatMulProblem<T> problem, int threads)
    {
        if (problem.Accumulate && problem.Bias != null)
        {
            for (int i = 0; i < problem.M; i++) MatMulPacking<T, V>.Add(problem.Bias, problem.C + i * problem.CRow, problem.N);
        }
        int m = problem.M;
        nint bRow = problem.BRow * sizeof(T);
        Job job = new()
        {
            Problem = problem,
            PackB = problem.TransposeB || (m > InPlaceRows && problem.K * bRow > nearBytes)
                || (m > InPlaceRowsOfShort && 2 * sizeof(V) * problem.K <= ShortBytes
                    && (bRow % LineBytes != 0 || bRow % HalfPageBytes == 0)),
            PackA = problem.N > PackingVectors * V.Count && (problem.AStep == 1
                ? problem.ARow * sizeof(T) % PageBytes == 0
                : problem.N >= ManyVectors * V.Count || MatMulTile<T, V>.MostRows * sizeof(T) < LineBytes / 2
                    || (problem.AStep * sizeof(T) % HalfPageBytes == 0 && problem.K * problem.AStep * sizeof(T) > nearBytes)),
            PrefetchC = (long)m * problem.N * sizeof(T) > LargeBytes,
        };
        job.Grid = MatMulGrid.Best(
            m, problem.N, problem.K, 2 * V.Count, Cost(job.PackA, (long)m * problem.K), Cost(job.PackB, (long)problem.N * problem.K),
            threads);
        Workers.Run(ref job, job.Grid.Tasks);
        problem.Gate = null;
    }

    private static long Cost(bool pack, long numbers) => !pack ? MatMulGrid.Reading
        : numbers * sizeof(T) <= FarBytes ? MatMulGrid.Packing : MatMulGrid.PackingFromMemory;

    /// <summary>The columns that half a vector is enough for; 0 where there is no such.</summary>
    private static int HalfVector => sizeof(VHalf) < sizeof(V) ? VHalf.Count : 0;

    /// <summary>
    /// The columns of the next tile when <paramref name="left"/> remain, and its vectors: 2, 1, or 0 for one of half
    /// the size.
    /// </summary>
    private static int TileColumns(int left, out int vectors)
    {
        int vector = V.Count;
        if (left > vector + HalfVector)
        {
            vectors = 2;
            return Math.Min(left, 2 * vector);
        }
        vectors = left > HalfVector ? 1 : 0;
        return Math.Min(left, vector);
    }

    /// <summary>Whether so many columns fill two vectors and a part of half a vector, for which there is a tile.</summary>
    internal static bool IsPaired(int columns) => columns > 2 * V.Count && columns <= 2 * V.Count + HalfVector;

    /// <summary>The numbers in a row of a tile's vectors.</summary>
    private static int Width(int vectors) => vectors == 0 ? VHalf.Count : vectors * V.Count;

    private static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void> Tile(int rows, int vectors) =>
        vectors == 0 ? MatMulTile<T, VHalf>.For(rows, 1) : MatMulTile<T, V>.For(rows, vectors);

    /// <summary>The product, and how it is done; its parts are the tasks.</summary>
    private struct Job : IJob
    {
        internal MatMulProblem<T> Problem;
        internal MatMulGrid Grid;
        internal bool PackA, PackB, PrefetchC;

        public readonly void Run(int part)
        {
            (int firstRow, int endRow, int firstColumn, int endColumn) = Grid.Task(part);
            int mostColumns = MatMulGrid.Share(endColumn - firstColumn, BlockColumns, 2 * V.Count);
            int steps = BlockBytes / sizeof(T);
            // Steps far apart, each on a line of its own, share few sets of the second-level cache.
            bool isScattered = (!PackA && Problem.AStep != 1) || (!PackB && Problem.BRow * sizeof(T) % HalfPageBytes == 0);
            if (isScattered || (long)mostColumns * Math.Min(Problem.K, steps) * sizeof(T) > MostBytes) steps /= 2;
            int mostSteps = MatMulGrid.Share(Problem.K, steps, 1);
            // Rows that only one tile reads need no blocks.
            int mostRows = IsPaired(endColumn - firstColumn)
                ? endRow - firstRow
                : MatMulGrid.Share(endRow - firstRow, BlockRows, MatMulTile<T, V>.MostRows);
            Block block = default;
            for (int j = firstColumn; j < endColumn; j += mostColumns)
            {
                block.FirstColumn = j;
                block.Columns = Math.Min(mostColumns, endColumn - j);
                int p = 0;
                do // once even if k is 0
                {
                    block.FirstStep = p;
                    block.Steps = Math.Min(mostSteps, Problem.K - p);
                    PackColumns(ref block);
                    for (int i = firstRow; i < endRow; i += mostRows) Multiply(in block, i, Math.Min(mostRows, endRow - i));
                    p += block.Steps;
                }
                while (p < Problem.K);
            }
        }

        /// <summary>Packs the columns of the block of B that cannot be read in place.</summary>
        private readonly void PackColumns(ref Block block)
        {
            block.FirstPacked = PackB ? 0 : WholeColumns(block.Columns);
            if (block.FirstPacked == block.Columns) return;
            block.Packed = Scratch.Right<T>((nint)(block.Columns - block.FirstPacked + 2 * V.Count) * block.Steps);
            nint row = Problem.BRow;
            int columns;
            for (int column = block.FirstPacked; column < block.Columns; column += columns)
            {
                columns = TileColumns(block.Columns - column, out int vectors);
                T* to = block.PackedAt(column);
                if (Problem.TransposeB)
                {
                    T* b = Problem.B + (block.FirstColumn + column) * row + block.FirstStep;
                    if (vectors == 0) MatMulPacking<T, VHalf>.StripOfTransposed(b, row, block.Steps, columns, to);
                    else MatMulPacking<T, V>.StripOfTransposed(b, row, block.Steps, columns, to);
                }
                else
                {
                    T* b = Problem.B + block.FirstStep * row + block.FirstColumn + column;
                    int strips = Math.Min(StripsTogether, (block.Columns - column) / (2 * V.Count));
                    if (vectors == 0) MatMulPacking<T, VHalf>.Strip(b, row, block.Steps, columns, to);
                    else if (strips == 0) MatMulPacking<T, V>.Strip(b, row, block.Steps, columns, to);
                    else
                    {
                        MatMulPacking<T, V>.Strips(b, row, block.Steps, strips, to);
                        columns *= strips;
                    }
                }
            }
        }

        /// <summary>
        /// The columns, of the first <paramref name="columns"/>, that fill their tiles' vectors: tiles read whole
        /// vectors of B.
        /// </summary>
        private static int WholeColumns(int columns)
        {
            int whole = columns / (2 * V.Count) * (2 * V.Count);
            while (whole < columns)
            {
                int next = TileColumns(columns - whole, out int vectors);
                if (next < Width(vectors)) break;
                whole += next;
            }
            return whole;
        }

        /// <summary>Multiplies rows of A by the block of B.</summary>
        [MethodImpl(Compiled.AtOnce)]
        private readonly void Multiply(in Block block, int firstRow, int rowCount)
        {
            Panels panels = new(rowCount, MatMulTile<T, V>.MostRows);
            T* a = Problem.A + firstRow * Problem.ARow + block.FirstStep * Problem.AStep;
            nint aRow = Problem.ARow, aStep = Problem.AStep, cRow = Problem.CRow;
            nint packedSize = PackA ? MatMulPacking<T, V>.PanelSize(MatMulTile<T, V>.MostRows, block.Steps) : 0;
            bool stepIsRows = PackA && aStep != 1; // each panel packed step after step
            if (PackA)
            {
                a = PackPanels(a, block.Steps, panels, packedSize);
                aRow = stepIsRows ? 1 : MatMulPacking<T, V>.PanelRow(block.Steps);
            }

            // Sums start from C, the bias (the same for every row) or zeros (the same for every column too).
            bool fromC = Problem.Accumulate || block.FirstStep > 0;
            T* origin = fromC ? Problem.C + firstRow * cRow : Problem.Bias;
            nint startRow = fromC ? cRow : 0;

            int column = 0, columns;
            for (; column < block.Columns; column += columns)
            {
                int left = block.Columns - column;
                columns = TileColumns(left, out int vectors);
                if (!PackA && IsPaired(left))
                {
                    MultiplyPaired(in block, firstRow, rowCount, column, a, origin, startRow);
                    break;
                }

                delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void> high = Tile(panels.Rows(0), vectors);
                delegate*<nint, T*, nint, nint, T*, nint, T*, nint, T*, nint, int, void> low = Tile(panels.Rows(panels.Count - 1), vectors);
                int lanes = vectors == 2 ? columns - V.Count : columns, at = block.FirstColumn + column;
                T* b = RightAt(in block, column, vectors, out nint bStep);
                T* c = Problem.C + firstRow * cRow + at;
                T* start = origin == null ? zeros : origin + at;
                T* panel = a;
                for (int index = 0; index < panels.Count; index++)
                {
                    int rows = panels.Rows(index);
                    T* next = c + rows * cRow;
                    if (PrefetchC) Prefetch(next, cRow, rows);
                    (index < panels.Higher ? high : low)(
                        block.Steps, panel, aRow, stepIsRows ? rows : aStep, b, bStep, c, cRow, start, startRow, lanes);
                    c = next;
                    start += rows * startRow;
                    panel += PackA ? packedSize : rows * aRow;
                }
            }

            if (Problem.Gate == null || column == 0 || !IsLast(in block)) return;
            nint first = firstRow * cRow + block.FirstColumn; // paired tiles have gates of their own
            MatMulGate<T, V>.Apply(Problem.Gate + first, Problem.C + first, cRow, rowCount, Math.Min(column, block.Columns));
        }

        /// <summary>Whether the block has the last steps of k, so that gates may be applied.</summary>
        private readonly bool IsLast(in Block block) => block.FirstStep + block.Steps == Problem.K;

        /// <summary>Multiplies rows of A, read in place, by the last two and a half vectors of columns of the block.</summary>
        [MethodImpl(Compiled.AtOnce)]
        private readonly void MultiplyPaired(in Block block, int firstRow, int rowCount, int column, T* a, T* origin, nint startRow)
        {
            Panels panels = new(rowCount, MatMulPairedTile<T, V>.MostRows);
            int halfColumn = column + 2 * V.Count, lanes = block.Columns - halfColumn;
            T* b = RightAt(in block, column, 2, out nint bStep), half = RightAt(in block, halfColumn, 0, out nint halfStep);
            nint aRow = Problem.ARow, aStep = Problem.AStep, cRow = Problem.CRow, first = firstRow * cRow + block.FirstColumn + column;
            T* c = Problem.C + first, gate = Problem.Gate == null || !IsLast(in block) ? null : Problem.Gate + first;
            T* start = origin == null ? zeros : origin + block.FirstColumn + column;
            for (int index = 0; index < panels.Count;)
            {
                int rows = panels.Rows(index), alike = index < panels.Higher ? panels.Higher : panels.Count - index;
                MatMulPairedTile<T, V>.For(rows, c, gate)(
                    block.Steps, a, aRow, aStep, b, bStep, half, halfStep, c, cRow, start, startRow, lanes, gate, alike);
                index += alike;
                rows *= alike;
                a += rows * aRow;
                c += rows * cRow;
                start += rows * startRow;
                if (gate != null) gate += rows * cRow;
            }
        }

        /// <summary>Where a tile finds the columns of the block from <paramref name="column"/> on.</summary>
        private readonly T* RightAt(in Block block, int column, int vectors, out nint step)
        {
            bool packed = column >= block.FirstPacked;
            step = packed ? Width(vectors) : Problem.BRow;
            return packed ? block.PackedAt(column) : Problem.B + block.FirstStep * Problem.BRow + block.FirstColumn + column;
        }

        private readonly T* PackPanels(T* a, int steps, Panels panels, nint size)
        {
            T* packed = Scratch.Left<T>(panels.Count * size);
            int together;
            for (int index = 0; index < panels.Count; index += together)
            {
                int rows = panels.Rows(index), alike = index < panels.Higher ? panels.Higher : panels.Count;
                together = Problem.AStep == 1 ? 1 : Math.Min(PackedTogether, alike - index);
                if (Problem.AStep == 1) MatMulPacking<T, V>.Panel(a, Problem.ARow, rows, steps, packed + index * size);
                else MatMulPacking<T, V>.PanelsOfTransposed(a, Problem.AStep, rows, together, steps, packed + index * size, size);
                a += together * rows * Problem.ARow;
            }
            return packed;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Prefetch(T* c, nint cRow, int rows)
        {
            if (!Sse.IsSupported) return;
            for (int i = 0; i < rows; i++, c += cRow)
            {
                Sse.Prefetch0(c);
                Sse.Prefetch0(c + V.Count);
                if ((nint)c % LineBytes != 0) Sse.Prefetch0(c + 2 * V.Count - 1);
            }
        }
    }

    /// <summary>Some columns of B over some steps of k.</summary>
    private struct Block
    {
        internal int FirstColumn, Columns, FirstStep, Steps;
        internal T* Packed;
        internal int FirstPacked; // the first packed column, counted in the block

        internal readonly T* PackedAt(int column) => Packed + (nint)(column - FirstPacked) * Steps;
    }

    /// <summary>
    /// Rows cut into as few panels as tiles of so many rows allow, and of as equal heights: the first <see cref="Higher"/>
    /// have one row more.
    /// </summary>
    private readonly struct Panels
    {
        private readonly int low;

        internal Panels(int rows, int mostRows)
        {
            Count = (rows + mostRows - 1) / mostRows;
            low = rows / Count;
            Higher = rows % Count;
        }

        internal int Count { get; }

        internal int Higher { get; }

        internal int Rows(int index) => index < Higher ? low + 1 : low;
    }
}
