using System.Numerics;
using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// How much of what values had a running backward may use for smaller ones, counted in elements: the walk gives values
/// back that nobody reads any more, and gradients that stay until the optimizer's step find room there instead of in
/// arrays of their own. Not more than it gave back: other free arrays are soon wanted in their own size.
/// </summary>
internal static class Spare
{
    /// <summary>Null where no walk that gave something back runs on this thread.</summary>
    [ThreadStatic]
    internal static long? Elements;
}

/// <summary>
/// Free arrays of one element type, kept by size class and by thread, so that a steady training loop allocates almost
/// nothing. A fresh page costs far more than the arithmetic on it (first-touch faults), so arrays are reused instead of
/// left to the garbage collector.
/// </summary>
internal sealed class Pool<T>
    where T : unmanaged
{
    // Four classes an octave waste at most a fifth of an array.
    private const int ClassesPerOctave = 4;

    // Arrays of this many bytes and more lie still and start at a cache line, which is worth up to a quarter in
    // elementwise loops.
    private const int PinnedBytes = 16 * 1024;
    private const int Alignment = 64;

    // How many elements a pinned array has for its alignment.
    private static readonly int Slack = Alignment / Unsafe.SizeOf<T>();

    // How many classes above its own a spare array may be of: eight times as long.
    private const int ClassesAbove = 3 * ClassesPerOctave;

    [ThreadStatic]
    private static Pool<T>? ofThread;

    private readonly Stack<T[]>?[] free = new Stack<T[]>[32 * ClassesPerOctave];

    /// <summary>The calling thread's pool.</summary>
    public static Pool<T> OfThread => ofThread ??= new();

    /// <summary>An array of at least <paramref name="length"/> elements after its offset; its content is undefined.</summary>
    public T[] Rent(int length, out int offset)
    {
        int index = ClassOf(length, out int size);
        T[] array = free[index] is { Count: > 0 } stack ? stack.Pop() : Larger(index, size) ?? Allocate(size);
        offset = Offset(array);
        return array;
    }

    /// <summary>Takes an array back that <see cref="Rent"/> handed out, on any thread, for so many elements.</summary>
    public void Return(T[] array, int length)
    {
        int slack = IsPinned(array.Length) ? Slack : 0;
        int index = ClassOf(array.Length - slack, out _);
        if (slack > 0 && index != ClassOf(length, out _)) Spare.Elements += array.Length;
        (free[index] ??= new()).Push(array);
    }

    /// <summary>For what is not small, a free array of a higher class than its own, where so much is spare.</summary>
    private T[]? Larger(int index, int size)
    {
        if (!IsPinned(size) || Spare.Elements is not > 0) return null;
        int last = Math.Min(index + ClassesAbove, free.Length - 1);
        while (++index <= last)
        {
            if (free[index] is not { Count: > 0 } stack || !(stack.Peek().Length <= Spare.Elements)) continue;
            Spare.Elements -= stack.Peek().Length;
            return stack.Pop();
        }

        return null;
    }

    private static T[] Allocate(int size)
    {
        try
        {
            return IsPinned(size)
                ? GC.AllocateUninitializedArray<T>(size + Slack, pinned: true)
                : GC.AllocateUninitializedArray<T>(size);
        }
        catch (OutOfMemoryException error)
        {
            string use = Invariant($"tensor: one of {size} {DTypeExtensions.From<T>().ToName()} elements");
            throw Errors.NoMemory(use, (double)size * Unsafe.SizeOf<T>(), error);
        }
    }

    private static bool IsPinned(int length) => (long)length * Unsafe.SizeOf<T>() >= PinnedBytes;

    private static unsafe int Offset(T[] array)
    {
        if (!IsPinned(array.Length)) return 0;
        nuint address = (nuint)Unsafe.AsPointer(ref array[0]);
        return (int)((Alignment - (address % Alignment)) % Alignment) / Unsafe.SizeOf<T>();
    }

    private static int ClassOf(int length, out int size)
    {
        const int smallest = 32;
        if (length <= smallest)
        {
            size = smallest;
            return 0;
        }

        int octave = BitOperations.Log2((uint)(length - 1));
        int step = 1 << (octave - 2);
        int quarter = (length - 1 - (1 << octave)) / step;
        // The last class ends where arrays do.
        size = (int)Math.Min((1L << octave) + ((quarter + 1L) * step), Array.MaxLength - Alignment);
        return ((octave - 4) * ClassesPerOctave) + quarter;
    }
}
