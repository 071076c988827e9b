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
    private const int BlockRows = 504; // of the left operand, which stay in the second-level cache; a multiple of the tile's
    private const int Trials = 5;

    private static readonly float[] zeros = GC.AllocateArray<float>(BFloat16Packing.StripColumns, pinned: true);
    private static readonly Lazy<bool> isFaster = new(Measure);
    [ThreadStatic] private static bool? chosen; // null = what was measured

    /// <summary>Whether products that this thread asks for are rounded to bfloat16.</summary>
    internal static bool IsUsed => chosen ?? isFaster.Value;

    /// <summary>Rounds products of this thread, or does not, until the result is disposed on this same thread.</summary>
    /// <exception cref="PlatformNotSupportedException">There are no tiles for rounded operands here.</exception>
    internal static IDisposable Use(bool rounded)
    {
        if (rounded && !BFloat16Tile.IsSupported)
            throw new PlatformNotSupportedException("this processor or system has no product of bfloat16");
        Scope scope = new(chosen);
        chosen = rounded;
        return scope;
    }

    /// <summary>A product as <see cref="MatMul"/> computes it in float32, with operands rounded to bfloat16 where that is faster.</summary>
    internal static void Multiply(
        int m, int n, int k, float* a, int lda, bool transposeA, float* b, int ldb, bool transposeB, float* c, int ldc, float* bias = null)
    {
        MatMulProblem<float> problem = new(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, false, bias);
        if (Math.Min(m, Math.Min(n, k)) < LeastSize || problem.Work < LeastWork || !IsUsed)
            MatMul.Multiply(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, false, bias);
        else Rounded(problem);
    }

    /// <summary>The product of rounded operands, whatever its size; the tiles must be there.</summary>
    internal static void Rounded(in MatMulProblem<float> problem)
    {
        Job job = new(problem, problem.Work < MatMul.ParallelWork ? 1 : Threads.Count);
        Workers.Run(ref job, job.Tasks);
    }

    /// <summary>Times a product of the inner loop alone both ways: on some processors bfloat16 is half as fast as float32.</summary>
    private static bool Measure()
    {
        if (string.Equals(Environment.GetEnvironmentVariable(Variable), "managed", StringComparison.OrdinalIgnoreCase)) return false;
        if (!BFloat16Tile.IsSupported) return false;
        const int Rows = 96, Columns = 64, Steps = 512;
        float* room = (float*)NativeMemory.AllocZeroed((Rows * Steps) + (Steps * Columns) + (2 * Rows * Columns), sizeof(float));
        float* b = room + (Rows * Steps), c = b + (Steps * Columns);
        for (int i = 0; i < (Rows + Columns) * Steps; i++) room[i] = ((i * 7) % 64) - 32; // which bfloat16 has
        MatMulProblem<float> problem = new(Rows, Columns, Steps, room, Steps, false, b, Columns, false, c, Columns, false, null);
        (long rounded, long full) = (long.MaxValue, long.MaxValue);
        for (int trial = 0; trial < Trials; trial++)
        {
            long start = Stopwatch.GetTimestamp();
            Job job = new(problem, 1);
            Workers.Run(ref job, job.Tasks);
            long between = Stopwatch.GetTimestamp();
            using (Threads.Use(1))
                MatMul.Multiply(Rows, Columns, Steps, room, Steps, false, b, Columns, false, c + (Rows * Columns), Columns);
            (rounded, full) = (Math.Min(rounded, between - start), Math.Min(full, Stopwatch.GetTimestamp() - between));
        }
        bool agree = new Span<float>(c, Rows * Columns).SequenceEqual(new Span<float>(c + (Rows * Columns), Rows * Columns));
        NativeMemory.Free(room);
        return agree && rounded < full;
    }

    /// <summary>Its parts are the tasks of the grid.</summary>
    private struct Job : IJob
    {
        private readonly MatMulProblem<float> problem;
        private readonly MatMulGrid grid;
        private readonly int blockSteps;

        internal Job(in MatMulProblem<float> problem, int threads)
        {
            this.problem = problem;
            grid = MatMulGrid.Best(
                problem.M, problem.N, problem.K, BFloat16Packing.StripColumns, MatMulGrid.Packing, MatMulGrid.Packing, threads);
            blockSteps = MatMulGrid.Share(problem.K, BFloat16Packing.MostSteps, BFloat16Packing.StripColumns);
        }

        internal readonly int Tasks => grid.Tasks;

        public readonly void Run(int part)
        {
            (int firstRow, int endRow, int firstColumn, int endColumn) = grid.Task(part);
            int mostRows = MatMulGrid.Share(endRow - firstRow, BlockRows, BFloat16Tile.MostRows);
            uint* left = Scratch.Left<uint>((nint)(mostRows + BFloat16Packing.StripColumns) * BFloat16Packing.RowPairs);
            uint* right = Scratch.Right<uint>((nint)BFloat16Packing.Pairs(blockSteps) * BFloat16Packing.StripColumns);
            for (int step = 0; step < problem.K; step += blockSteps)
            {
                int steps = Math.Min(blockSteps, problem.K - step);
                for (int row = firstRow; row < endRow; row += mostRows)
                {
                    int rows = Math.Min(mostRows, endRow - row);
                    float* a = problem.A + (row * problem.ARow) + (step * problem.AStep);
                    if (problem.AStep == 1) BFloat16Packing.Rows(a, problem.ARow, rows, steps, left);
                    else BFloat16Packing.RowsOfTransposed(a, problem.AStep, rows, steps, left);
                    for (int column = firstColumn; column < endColumn; column += BFloat16Packing.StripColumns)
                    {
                        int columns = Math.Min(BFloat16Packing.StripColumns, endColumn - column);
                        float* b = problem.B + (problem.TransposeB ? (column * problem.BRow) + step : (step * problem.BRow) + column);
                        if (problem.TransposeB) BFloat16Packing.StripOfTransposed(b, problem.BRow, steps, columns, right);
                        else BFloat16Packing.Strip(b, problem.BRow, steps, columns, right);
                        Multiply(row, rows, column, columns, step, steps, left, right);
                    }
                }
            }
        }

        private readonly void Multiply(int row, int rows, int column, int columns, int step, int steps, uint* left, uint* right)
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

        private static float* Zeros => (float*)Marshal.UnsafeAddrOfPinnedArrayElement(zeros, 0);
    }

    private sealed class Scope(bool? before) : IDisposable
    {
        public void Dispose() => chosen = before;
    }
}
