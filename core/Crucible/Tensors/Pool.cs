using System.Numerics;
using System.Runtime.CompilerServices;

namespace Crucible.Tensors;

/// <summary>
/// Free arrays of one element type, kept by size class and by thread, so that a steady training loop allocates almost nothing.
/// A fresh page costs far more than the arithmetic on it (first-touch faults), so arrays are handed round instead of left to the collector.
/// </summary>
internal sealed class Pool<T>
    where T : unmanaged
{
    // Four classes an octave waste at most a fifth of an array.
    private const int ClassesPerOctave = 4;

    // Arrays of this many bytes and more lie still and start at a cache line, which is worth up to a quarter in elementwise loops.
    private const int PinnedBytes = 16 * 1024;
    private const int Alignment = 64;

    [ThreadStatic]
    private static Pool<T>? ofThread;

    private readonly Stack<T[]>?[] free = new Stack<T[]>[32 * ClassesPerOctave];

    /// <summary>The calling thread's pool.</summary>
    public static Pool<T> OfThread => ofThread ??= new();

    /// <summary>An array of at least <paramref name="length"/> elements after its offset; its content is whatever was there.</summary>
    public T[] Rent(int length, out int offset)
    {
        var index = ClassOf(length, out var size);
        var array = free[index] is { Count: > 0 } stack ? stack.Pop() : Allocate(size);
        offset = Offset(array);
        return array;
    }

    /// <summary>Takes an array back that <see cref="Rent"/> handed out on any thread.</summary>
    public void Return(T[] array)
    {
        var slack = IsPinned(array.Length) ? Alignment / Unsafe.SizeOf<T>() : 0;
        var index = ClassOf(array.Length - slack, out _);
        (free[index] ??= new()).Push(array);
    }

    private static T[] Allocate(int size) => IsPinned(size)
        ? GC.AllocateUninitializedArray<T>(size + (Alignment / Unsafe.SizeOf<T>()), pinned: true)
        : GC.AllocateUninitializedArray<T>(size);

    private static bool IsPinned(int length) => (long)length * Unsafe.SizeOf<T>() >= PinnedBytes;

    private static unsafe int Offset(T[] array)
    {
        if (!IsPinned(array.Length)) return 0;
        var address = (nuint)Unsafe.AsPointer(ref array[0]);
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

        var octave = BitOperations.Log2((uint)(length - 1));
        var step = 1 << (octave - 2);
        var quarter = (length - 1 - (1 << octave)) / step;
        size = (1 << octave) + ((quarter + 1) * step);
        return ((octave - 4) * ClassesPerOctave) + quarter;
    }
}
