using System.Runtime.InteropServices;

namespace Crucible.Kernels;

/// <summary>Working memory of one thread, aligned to a cache line, that a kernel uses while it runs and nobody has to return.</summary>
/// <remarks>
/// It grows to the largest request and is then reused, so a steady loop allocates nothing; it goes when its thread is
/// gone.
/// </remarks>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic] private static Scratch? left;
    [ThreadStatic] private static Scratch? right;
    [ThreadStatic] private static Scratch? attention;
    [ThreadStatic] private static Scratch? patches;
    [ThreadStatic] private static Scratch? planes;
    [ThreadStatic] private static Scratch? places;
    [ThreadStatic] private static Scratch? sums;
    [ThreadStatic] private static Scratch? recurrence;

    private void* memory;
    private nuint bytes;

    private Scratch() { }

    ~Scratch() => NativeMemory.AlignedFree(memory);

    /// <summary>Room for <paramref name="count"/> numbers of a product's left operand; valid until this thread's next call.</summary>
    internal static T* Left<T>(nint count) where T : unmanaged => (T*)(left ??= new Scratch()).Room((nuint)count * (nuint)sizeof(T));

    /// <summary>Room for <paramref name="count"/> numbers of a product's right operand; valid until this thread's next call.</summary>
    internal static T* Right<T>(nint count) where T : unmanaged => (T*)(right ??= new Scratch()).Room((nuint)count * (nuint)sizeof(T));

    /// <summary>Room for <paramref name="count"/> numbers of attention's own; valid until this thread's next call.</summary>
    internal static T* Attention<T>(nint count) where T : unmanaged =>
        (T*)(attention ??= new Scratch()).Room((nuint)count * (nuint)sizeof(T));

    /// <summary>Room for <paramref name="count"/> numbers of a convolution's patches; valid until this thread's next call.</summary>
    internal static T* Patches<T>(nint count) where T : unmanaged =>
        (T*)(patches ??= new Scratch()).Room((nuint)count * (nuint)sizeof(T));

    /// <summary>Room for <paramref name="count"/> numbers of a convolution's shifted planes; valid until this thread's next call.</summary>
    internal static T* Planes<T>(nint count) where T : unmanaged =>
        (T*)(planes ??= new Scratch()).Room((nuint)count * (nuint)sizeof(T));

    /// <summary>Room for <paramref name="count"/> places of an operand's steps; valid until this thread's next call.</summary>
    internal static nint* Places(nint count) => (nint*)(places ??= new Scratch()).Room((nuint)count * (nuint)sizeof(nint));

    /// <summary>Room for <paramref name="count"/> numbers of a convolution's sums; valid until this thread's next call.</summary>
    internal static T* Sums<T>(nint count) where T : unmanaged => (T*)(sums ??= new Scratch()).Room((nuint)count * (nuint)sizeof(T));

    /// <summary>Room for <paramref name="count"/> numbers of a recurrent layer's weights; valid until this thread's next call.</summary>
    internal static T* Recurrence<T>(nint count) where T : unmanaged =>
        (T*)(recurrence ??= new Scratch()).Room((nuint)count * (nuint)sizeof(T));

    private void* Room(nuint wanted)
    {
        if (wanted > bytes)
        {
            NativeMemory.AlignedFree(memory);
            memory = null;
            bytes = 0;
            nuint rounded = Math.Max(System.Numerics.BitOperations.RoundUpToPowerOf2(wanted), 4096);
            memory = Allocate(rounded);
            bytes = rounded;
        }
        return memory;
    }

    private static void* Allocate(nuint bytes)
    {
        try
        {
            return NativeMemory.AlignedAlloc(bytes, Alignment);
        }
        catch (OutOfMemoryException error)
        {
            throw Errors.NoMemory("scratch: the product", bytes, error);
        }
    }
}
