using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Crucible.Kernels;

/// <summary>Products of float32 matrices whose numbers are rounded to bfloat16, summed in float32.</summary>
/// <remarks>
/// Only where the processor does them faster, which is measured once; small products, and all of them elsewhere, are
/// float32's. The result's bits do not depend on the number of threads.
/// </remarks>
internal static unsafe class BFloat16Products
{
    private const string Variable = "CRUCIBLE_KERNELS";
    private const long LeastWork = 200_000; // multiply-adds that repay rounding the operands
    private const int LeastSize = 16; // of each side
    private const int BlockRows = 480; // of the left operand, which stay in the second-level cache
    private const int MostKept = 2 << 20; // pairs of the right operand, 8 MB
    private const int Trials = 5;

    private static readonly float[] zeros = GC.AllocateArray<float>(BFloat16Packing.StripColumns, pinned: true);
    private static readonly Lazy<BFloat16Way> fastest = new(Measure);
    [ThreadStatic] private static BFloat16Way? chosen; // null = what was measured

    /// <summary>How products that this thread asks for are done.</summary>
    internal static BFloat16Way Way => chosen ?? fastest.Value;

    /// <summary>Does products of this thread in a way, until the result is disposed on this same thread.</summary>
    internal static IDisposable Use(BFloat16Way way)
    {
        Scope scope = new(chosen);
        chosen = way;
        return scope;
    }

    /// <summary>Whether the processor and the system can do it so.</summary>
    internal static bool IsSupported(BFloat16Way way) => way switch
    {
        BFloat16Way.Amx => AmxTile.IsSupported,
        BFloat16Way.Vectors => BFloat16Tile.IsSupported,
        _ => true,
    };

    /// <summary>A product as <see cref="MatMul"/> computes it in float32, with operands rounded to bfloat16 where that is faster.</summary>
    internal static void Multiply(
        int m, int n, int k, float* a, int lda, bool transposeA, float* b, int ldb, bool transposeB, float* c, int ldc, float* bias = null,
        float* gate = null)
    {
        MatMulProblem<float> problem = new(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, false, bias) { Gate = gate };
        if (Math.Min(m, Math.Min(n, k)) < LeastSize || problem.Work < LeastWork || Way == BFloat16Way.Float32)
        {
            MatMul.Multiply(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, false, bias, gate);
            return;
        }

        Rounded(problem, Way);
        if (gate != null) MatMul.ApplyGate(ref problem);
    }

    /// <summary>The product of rounded operands, whatever its size.</summary>
    internal static void Rounded(in MatMulProblem<float> problem, BFloat16Way way)
    {
        Job job = new(problem, way, problem.Work < MatMul.ParallelWork ? 1 : Threads.Count);
        Workers.Run(ref job, job.Tasks);
    }

    /// <summary>
    /// The fastest way for a product of middling size, of those that give float32's result where nothing needs rounding:
    /// on some processors vectors of bfloat16 are half as fast as float32.
    /// </summary>
    private static BFloat16Way Measure()
    {
        if (string.Equals(Environment.GetEnvironmentVariable(Variable), "managed", StringComparison.OrdinalIgnoreCase))
            return BFloat16Way.Float32;
        const int Rows = 96, Columns = 64, Steps = 512;
        using IDisposable scope = Threads.Use(1);
        float* room = (float*)NativeMemory.AllocZeroed(((Rows + Columns) * Steps) + (2 * Rows * Columns), sizeof(float));
        float* b = room + (Rows * Steps), c = b + (Steps * Columns), exact = c + (Rows * Columns);
        for (int i = 0; i < (Rows + Columns) * Steps; i++) room[i] = ((i * 7) % 64) - 32; // which bfloat16 has
        MatMulProblem<float> problem = new(Rows, Columns, Steps, room, Steps, false, b, Columns, false, c, Columns, false, null);
        long least = Time(() => MatMul.Multiply(Rows, Columns, Steps, room, Steps, false, b, Columns, false, exact, Columns));
        BFloat16Way best = BFloat16Way.Float32;
        foreach (BFloat16Way way in (BFloat16Way[])[BFloat16Way.Vectors, BFloat16Way.Amx])
        {
            if (!IsSupported(way)) continue;
            long time = Time(() => Rounded(problem, way));
            if (time >= least || !new Span<float>(c, Rows * Columns).SequenceEqual(new Span<float>(exact, Rows * Columns))) continue;
            (least, best) = (time, way);
        }
        NativeMemory.Free(room);
        return best;

        static long Time(Action product)
        {
            long least = long.MaxValue;
            for (int trial = 0; trial < Trials; trial++)
            {
                long start = Stopwatch.GetTimestamp();
                product();
                least = Math.Min(least, Stopwatch.GetTimestamp() - start);
            }
            return least;
        }
    }

    /// <summary>Its parts are the tasks of the grid.</summary>
    private struct Job : IJob
    {
        private readonly MatMulProblem<float> problem;
        private readonly MatMulGrid grid;
        private readonly BFloat16Way way;
        private readonly int blockSteps;

        internal Job(in MatMulProblem<float> problem, BFloat16Way way, int threads)
        {
            (this.problem, this.way) = (problem, way);
            grid = MatMulGrid.Best(
                problem.M, problem.N, problem.K, BFloat16Packing.StripColumns, MatMulGrid.Packing, MatMulGrid.Packing, threads);
            blockSteps = MatMulGrid.Share(problem.K, BFloat16Packing.MostSteps, BFloat16Packing.StripColumns);
        }

        internal readonly int Tasks => grid.Tasks;

        public readonly void Run(int part)
        {
            (int firstRow, int endRow, int firstColumn, int endColumn) = grid.Task(part);
            int mostRows = MatMulGrid.Share(
                endRow - firstRow, BlockRows, way == BFloat16Way.Amx ? AmxTile.Rows : BFloat16Tile.MostRows);
            uint* left = Scratch.Left<uint>((nint)(mostRows + BFloat16Packing.StripColumns) * BFloat16Packing.RowPairs);
            // Each strip is packed for the first block of rows and, if there is room for all, kept for the others.
            nint stripSize = (nint)BFloat16Packing.Pairs(blockSteps) * BFloat16Packing.StripColumns;
            nint count = (endColumn - firstColumn + BFloat16Packing.StripColumns - 1) / BFloat16Packing.StripColumns;
            bool isKept = mostRows < endRow - firstRow && stripSize * count <= MostKept;
            uint* strips = Scratch.Right<uint>(isKept ? stripSize * count : stripSize);
            for (int step = 0; step < problem.K; step += blockSteps)
            {
                int steps = Math.Min(blockSteps, problem.K - step);
                for (int row = firstRow; row < endRow; row += mostRows)
                {
                    int rows = Math.Min(mostRows, endRow - row);
                    float* a = problem.A + (row * problem.ARow) + (step * problem.AStep);
                    if (problem.AStep == 1) BFloat16Packing.Rows(a, problem.ARow, rows, steps, left);
                    else BFloat16Packing.RowsOfTransposed(a, problem.AStep, rows, steps, left);
                    uint* strip = strips;
                    for (int column = firstColumn; column < endColumn; column += BFloat16Packing.StripColumns)
                    {
                        int columns = Math.Min(BFloat16Packing.StripColumns, endColumn - column);
                        if (row == firstRow || !isKept) Pack(column, columns, step, steps, strip);
                        if (way == BFloat16Way.Amx) MultiplyByAmx(row, rows, column, columns, step, steps, left, strip);
                        else MultiplyByVectors(row, rows, column, columns, step, steps, left, strip);
                        if (isKept) strip += stripSize;
                    }
                }
            }
        }

        private readonly void Pack(int column, int columns, int step, int steps, uint* strip)
        {
            float* b = problem.B + (problem.TransposeB ? (column * problem.BRow) + step : (step * problem.BRow) + column);
            if (problem.TransposeB) BFloat16Packing.StripOfTransposed(b, problem.BRow, steps, columns, strip);
            else BFloat16Packing.Strip(b, problem.BRow, steps, columns, strip);
        }

        private readonly void MultiplyByVectors(int row, int rows, int column, int columns, int step, int steps, uint* left, uint* right)
        {
            int panels = (rows + BFloat16Tile.MostRows - 1) / BFloat16Tile.MostRows, low = rows / panels, higher = rows % panels;
            int vectors = columns > BFloat16Packing.StripColumns / 2 ? 2 : 1;
            int lanes = columns - ((vectors - 1) * BFloat16Packing.StripColumns / 2);
            float* c = problem.C + (row * problem.CRow) + column;
            bool fromC = step > 0;
            BFloat16Call call = new()
            {
                A = left,
                B = right,
                C = c,
                Start = fromC ? c : problem.Bias != null ? problem.Bias + column : Zeros,
                CBytes = problem.CRow * sizeof(float),
                StartBytes = fromC ? problem.CRow * sizeof(float) : 0,
                Pairs = (steps + 1) / 2,
                Panels = higher,
                Lanes = (1 << lanes) - 1,
            };
            if (higher > 0) BFloat16Tile.Run(low + 1, vectors, &call);
            int done = higher * (low + 1);
            call.A += (nint)done * BFloat16Packing.RowPairs;
            call.C += done * problem.CRow;
            if (fromC) call.Start = call.C;
            call.Panels = panels - higher;
            BFloat16Tile.Run(low, vectors, &call);
        }

        // Whole panels of a whole strip go where they belong; what is cut off goes by way of a room.
        private readonly void MultiplyByAmx(int row, int rows, int column, int columns, int step, int steps, uint* left, uint* right)
        {
            float* c = problem.C + (row * problem.CRow) + column;
            float* bias = step == 0 && problem.Bias != null ? problem.Bias + column : null;
            bool isAdded = step > 0 || bias != null;
            if (bias != null) for (int i = 0; i < rows; i++) new Span<float>(bias, columns).CopyTo(new(c + (i * problem.CRow), columns));
            int whole = columns == BFloat16Packing.StripColumns ? rows / AmxTile.Rows * AmxTile.Rows : 0;
            BFloat16Call call = new()
            {
                A = left,
                B = right,
                C = c,
                Start = isAdded ? c : null,
                CBytes = problem.CRow * sizeof(float),
                Pairs = BFloat16Packing.Pairs(steps),
                Panels = whole / AmxTile.Rows,
            };
            if (whole > 0) AmxTile.Run(&call);
            float* room = stackalloc float[AmxTile.Rows * BFloat16Packing.StripColumns];
            for (; whole < rows; whole += AmxTile.Rows)
            {
                call = call with
                {
                    A = left + (whole * (nint)BFloat16Packing.RowPairs),
                    C = room,
                    Start = null,
                    CBytes = BFloat16Packing.StripColumns * sizeof(float),
                    Panels = 1,
                };
                AmxTile.Run(&call);
                for (int i = 0; i < Math.Min(AmxTile.Rows, rows - whole); i++)
                {
                    float* from = room + (i * BFloat16Packing.StripColumns), to = c + ((whole + i) * problem.CRow);
                    for (int j = 0; j < columns; j++) to[j] = isAdded ? to[j] + from[j] : from[j];
                }
            }
        }

        private static float* Zeros => (float*)Marshal.UnsafeAddrOfPinnedArrayElement(zeros, 0);
    }

    private sealed class Scope(BFloat16Way? before) : IDisposable
    {
        public void Dispose() => chosen = before;
    }
}

/// <summary>How a product is done that may be rounded to bfloat16.</summary>
internal enum BFloat16Way
{
    /// <summary>Not rounded.</summary>
    Float32,

    /// <summary>By vectors of pairs, <see cref="BFloat16Tile"/>.</summary>
    Vectors,

    /// <summary>By <see cref="AmxTile"/>.</summary>
    Amx,
}
