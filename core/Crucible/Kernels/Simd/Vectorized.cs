using System.Runtime.CompilerServices;
using static System.FormattableString;

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

/// <summary>Runs vector jobs with the vectors of the machine, on as many threads as are allowed.</summary>
internal static class Vectorized
{
    /// <summary>
    /// Elements below which one part is not worth splitting: some microseconds of light arithmetic, ten times the cost
    /// of waking a worker.
    /// </summary>
    internal const int PartLength = 16384;

    /// <summary>Number of parts of <see cref="PartLength"/> elements.</summary>
    internal static int Parts(int length) => (int)(((long)length + PartLength - 1) / PartLength);

    internal static void Run<TJob, T>(TJob job, int parts)
        where TJob : struct, IVectorJob<T>
        where T : unmanaged
    {
        if (parts <= 0) return;
        Work<TJob, T> work = new(ref job, parts);
        SimdWidth.Run<Work<TJob, T>, T>(SimdWidth.OfElements, ref work);
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

    private readonly ref struct Work<TJob, T>(ref TJob job, int parts) : IVectorWork<T>
        where TJob : struct, IVectorJob<T>
        where T : unmanaged
    {
        private readonly ref TJob job = ref job;

        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T>
        {
            if (parts == 1)
            {
                job.Run<V>(0);
                return;
            }

            Sized<TJob, T, V> sized = new(job);
            Workers.Run(ref sized, parts);
        }
    }

    private struct Sized<TJob, T, V>(TJob job) : IJob
        where TJob : struct, IVectorJob<T>
        where T : unmanaged
        where V : unmanaged, ISimd<V, T>
    {
        private TJob job = job;

        public void Run(int part) => job.Run<V>(part);
    }
}

/// <summary>A vector's way to memory where an array may end within it.</summary>
internal static unsafe class Lanes
{
    /// <summary>The first <paramref name="count"/> numbers, all lanes if there are so many; the others are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Load<V, T>(T* source, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => count < V.Count ? V.LoadPart(source, count, V.Of(0)) : V.Load(source);

    /// <summary>Stores the first <paramref name="count"/> lanes, or all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<V, T>(V value, T* target, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        if (count < V.Count) V.StorePart(value, target, count);
        else V.Store(value, target);
    }
}

/// <summary>Kernels work on pointers: sizes that do not fit their arrays must never get that far.</summary>
internal static class Check
{
    internal static void Length(string kernel, int length, long expected)
    {
        if (length != expected)
            throw new ArgumentException(Invariant($"{kernel}: an array must have {expected} elements, but has {length}"));
    }
}
