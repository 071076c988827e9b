using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// The steps of a recurrent layer over sequences of different lengths, the longest first: at each step one product of
/// the states of all sequences that are still running, and their gates.
/// </summary>
/// <remarks>
/// What is not recurrent is the caller's: x·W + b of all steps before, and the gradients of the weights, sums over all
/// steps, after. A part of a step is some units of every sequence: its columns of the product and then its gates. So a
/// thread waits for the others once a step, and reads the same weights at every one.
/// </remarks>
internal static unsafe class Recurrence
{
    // rows so far apart, or a multiple of it, share sets of the first-level cache
    private const int HalfPageBytes = 2048;
    private const int LineBytes = 64;

    /// <summary>The distance between rows of gates that are not to displace each other from the nearest cache.</summary>
    internal static int WidthOf<T>(int columns)
        where T : unmanaged => columns + (columns * sizeof(T) % HalfPageBytes == 0 ? LineBytes / sizeof(T) : 0);

    /// <summary>Steps from first to last.</summary>
    internal static void Forward<TStep, T>(ref RecurrenceProblem<T> problem)
        where TStep : struct, IRecurrentStep
        where T : unmanaged
    {
        ForwardWork<TStep, T> work = new(ref problem);
        SimdWidth.Run<ForwardWork<TStep, T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>Steps from last to first: the gradients of the gates, and of the states before the first step.</summary>
    internal static void Backward<TStep, T>(ref RecurrenceProblem<T> problem)
        where TStep : struct, IRecurrentStep
        where T : unmanaged
    {
        BackwardWork<TStep, T> work = new(ref problem);
        SimdWidth.Run<BackwardWork<TStep, T>, T>(SimdWidth.OfProducts, ref work);
    }

    private readonly ref struct ForwardWork<TStep, T>(ref RecurrenceProblem<T> problem) : IVectorWork<T>
        where TStep : struct, IRecurrentStep
        where T : unmanaged
    {
        private readonly ref RecurrenceProblem<T> problem = ref problem;

        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T> => RecurrenceWalk<TStep, T, V>.Forward(in problem);
    }

    private readonly ref struct BackwardWork<TStep, T>(ref RecurrenceProblem<T> problem) : IVectorWork<T>
        where TStep : struct, IRecurrentStep
        where T : unmanaged
    {
        private readonly ref RecurrenceProblem<T> problem = ref problem;

        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T> => RecurrenceWalk<TStep, T, V>.Backward(in problem);
    }
}

/// <summary>
/// A recurrent layer of H units. Rows are packed: those of the sequences that run at step 0, of those that run at step
/// 1, …, N in all, in the same order at every step.
/// </summary>
internal unsafe struct RecurrenceProblem<T>
    where T : unmanaged
{
    internal int Size; // H
    internal int Width; // distance between rows of gates: blocks·H, or a little more
    internal int Steps; // of the longest sequence
    internal int* Running; // how many sequences run at each step, never more than at the one before
    internal int* First; // the packed row with which each step begins
    internal int* Place; // the row of the outputs that each packed row is
    internal T* Weight; // R [H, gates·H]
    internal T* Bias; // of the product with h [H], for cells that keep it apart
    internal T* Gates; // [N, width]
    internal T* Hidden; // [N, H]: h before each step; given for step 0
    internal T* Cells; // [N, H]: c after each step
    internal T* FirstCells; // [sequences, H]: c before step 0
    internal T* Outputs; // [rows, H]
    internal T* OutputGradients; // [rows, H]
    internal T* GateGradients; // [N, width]
    internal T* HiddenGradients; // [sequences, H]: of the last h; then of the first
    internal T* CellGradients; // [sequences, H]: likewise
}
