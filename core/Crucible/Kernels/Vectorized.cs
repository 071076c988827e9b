using System.Runtime.Intrinsics;

namespace Crucible.Kernels;

/// <summary>A job whose parts are written for any vector width.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal interface IVectorJob<T>
    where T : unmanaged
{
    void Run<V>(int part)
        where V : unmanaged, ISimd<V, T>;
}

/// <summary>Work on one row of a matrix, written for any vector width.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal interface IRowKernel<T>
    where T : unmanaged
{
    void Row<V>(int row)
        where V : unmanaged, ISimd<V, T>;
}

/// <summary>Runs vector jobs at the widest vectors of the machine, on as many threads as are allowed.</summary>
internal static class Vectorized
{
    /// <summary>Elements below which one part is not worth splitting: some microseconds of light arithmetic, ten times the cost of waking a worker.</summary>
    internal const int PartLength = 16384;

    /// <summary>Number of parts of <see cref="PartLength"/> elements.</summary>
    internal static int Parts(int length) => (int)(((long)length + PartLength - 1) / PartLength);

    internal static void Run<TJob, T>(TJob job, int parts)
        where TJob : struct, IVectorJob<T>
        where T : unmanaged
    {
        var sized = new Sized<TJob, T>(job);
        if (parts > 1) Workers.Run(ref sized, parts);
        else if (parts == 1) sized.Run(0);
    }

    /// <summary>Runs a kernel on each of <paramref name="rows"/> rows of <paramref name="length"/> elements.</summary>
    internal static void Rows<TKernel, T>(TKernel kernel, int rows, int length)
        where TKernel : struct, IRowKernel<T>
        where T : unmanaged
    {
        int rowsPerPart = Math.Max(1, PartLength / Math.Max(1, length));
        Run<RowsJob<TKernel, T>, T>(new(kernel, rows, rowsPerPart), (rows + rowsPerPart - 1) / rowsPerPart);
    }

    private readonly struct RowsJob<TKernel, T>(TKernel kernel, int rows, int rowsPerPart) : IVectorJob<T>
        where TKernel : struct, IRowKernel<T>
        where T : unmanaged
    {
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int end = Math.Min((part + 1) * rowsPerPart, rows);
            for (int row = part * rowsPerPart; row < end; row++) kernel.Row<V>(row);
        }
    }

    private struct Sized<TJob, T>(TJob job) : IJob
        where TJob : struct, IVectorJob<T>
        where T : unmanaged
    {
        private TJob job = job;

        public void Run(int part)
        {
            if (Vector512.IsHardwareAccelerated) job.Run<Simd512<T>>(part);
            else if (Vector256.IsHardwareAccelerated) job.Run<Simd256<T>>(part);
            else job.Run<Simd128<T>>(part);
        }
    }
}
