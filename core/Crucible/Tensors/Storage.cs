using System.Numerics;
using System.Runtime.CompilerServices;
using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// The elements of a tensor and of its reshaped views. When a training step's graph is dropped the array goes back to
/// the pool; the storage then holds nothing, and reading it throws instead of showing what the array is used for next.
/// Elements that were only forgotten are computed again when they are read.
/// </summary>
internal sealed class Storage
{
    /// <summary>Arrays this short are not pooled: a scalar loss that is kept in a list stays readable.</summary>
    private const int SmallLength = 16;

    [ThreadStatic]
    private static List<Storage>? tracked;

    // A training step makes some dozen storages; the fields are as small as they can be.
    private readonly byte dtype;
    private byte offset;
    private Array? array;
    private object? owner; // the list that it is noted in, or, once the elements were forgotten, the operation that made them

    private Storage(Array array, int offset, int length, DType dtype)
    {
        this.array = array;
        this.offset = (byte)offset; // within a cache line
        this.dtype = (byte)dtype;
        Length = length;
    }

    public int Length { get; }

    public DType DType => (DType)dtype;

    /// <summary>Counts changes in place, so that backward detects a saved value that was overwritten.</summary>
    public int Version { get; set; }

    /// <summary>How many gradients of a running backward pass use this storage.</summary>
    public int Holders { get; set; }

    /// <summary>Whether values were asked to outlive their graph.</summary>
    public bool IsKept { get; private set; }

    public bool IsReleased => array is null && owner is not Operation { IsFreed: false };

    /// <summary>
    /// Notes every storage that this thread allocates from now on in the list, or in none; returns the list noted in
    /// before.
    /// </summary>
    public static List<Storage>? Track(List<Storage>? list)
    {
        List<Storage>? before = tracked;
        tracked = list;
        return before;
    }

    /// <summary>A storage whose content is undefined.</summary>
    public static Storage Allocate(int length, DType dtype)
    {
        Storage storage = dtype switch
        {
            DType.Float32 => Rent<float>(length, dtype),
            DType.Float64 => Rent<double>(length, dtype),
            DType.Int32 => Rent<int>(length, dtype),
            DType.BFloat16 => Rent<BFloat16>(length, dtype),
            _ => Rent<bool>(length, dtype),
        };
        storage.owner = tracked;
        tracked?.Add(storage);
        return storage;
    }

    /// <summary>
    /// Whether the pass that runs on this thread will release the storage as soon as its one holder lets go, so that
    /// the holder may write over it.
    /// </summary>
    public bool IsLastUse => Holders == 1 && !IsKept && owner is not null && ReferenceEquals(owner, tracked);

    /// <summary>
    /// Returns the array to the pool if it was noted in the list and no gradient of the backward pass that keeps the
    /// list uses it.
    /// </summary>
    public void ReleaseUnheld(List<Storage> list)
    {
        if (Holders == 0 && ReferenceEquals(owner, list)) Release();
    }

    /// <summary>
    /// Notes the storage once more in the list that it is in, when that is the present one: whoever looks at what came
    /// last finds it.
    /// </summary>
    public void TrackAgain()
    {
        if (owner is not null && ReferenceEquals(owner, tracked)) tracked!.Add(this);
    }

    /// <summary>Ends a backward pass for a storage that outlives it.</summary>
    public void Untrack()
    {
        Holders = 0;
        if (owner is not Operation) owner = null;
    }

    /// <summary>A storage around an array that belongs to it from now on.</summary>
    public static Storage Wrap<T>(T[] array)
        where T : unmanaged => new(array, 0, array.Length, DTypeExtensions.From<T>()) { IsKept = true };

    /// <summary>The elements.</summary>
    /// <exception cref="GradientException">The elements were returned to the pool.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Span<T>()
        where T : unmanaged
    {
        if (array is null) Fill();
        if (array is not T[] typed)
            throw Errors.DType(Invariant($"tensor: elements must be read as {DType.ToName()}, but were read as {typeof(T).Name};")
                + " convert with To");
        return new Span<T>(typed, offset, Length);
    }

    /// <summary>Copies all elements to another storage of the same length and element type.</summary>
    public void CopyTo(Storage target)
    {
        switch (DType)
        {
            case DType.Float32: Bulk.Copy<float>(Span<float>(), target.Span<float>()); break;
            case DType.Float64: Bulk.Copy<double>(Span<double>(), target.Span<double>()); break;
            case DType.Int32: Bulk.Copy<int>(Span<int>(), target.Span<int>()); break;
            case DType.BFloat16: Bulk.Copy<BFloat16>(Span<BFloat16>(), target.Span<BFloat16>()); break;
            default: Bulk.Copy<bool>(Span<bool>(), target.Span<bool>()); break;
        }
    }

    /// <summary>The values outlive their graph from now on.</summary>
    public void Keep()
    {
        if (array is null && !IsReleased) Fill();
        IsKept = true;
        if (owner is Operation) owner = null;
    }

    /// <summary>
    /// Returns the array to the pool until the elements are read: the operation that made them then computes them again.
    /// </summary>
    public void Forget(Operation operation)
    {
        owner = operation;
        Release();
    }

    /// <summary>Forgets the elements once more, if they were forgotten before; given an operation, if that made them.</summary>
    public void ForgetAgain(Operation? operation = null)
    {
        if (owner is Operation maker && ReferenceEquals(maker, operation ?? maker)) Release();
    }

    /// <summary>Returns the array to the calling thread's pool; harmless when done twice.</summary>
    public void Release()
    {
        if (IsKept || Length <= SmallLength) return;
        Array? returned = array;
        array = null;
        switch (returned)
        {
            case float[] floats: Pool<float>.OfThread.Return(floats); break;
            case double[] doubles: Pool<double>.OfThread.Return(doubles); break;
            case int[] ints: Pool<int>.OfThread.Return(ints); break;
            case bool[] bools: Pool<bool>.OfThread.Return(bools); break;
            case BFloat16[] halves: Pool<BFloat16>.OfThread.Return(halves); break;
        }
    }

    private void Fill()
    {
        if (IsReleased) throw Errors.Released();
        Storage again = ((Operation)owner!).Repeat();
        (array, offset, again.array) = (again.array, again.offset, null);
    }

    private static Storage Rent<T>(int length, DType dtype)
        where T : unmanaged
    {
        if (length <= SmallLength) return new(new T[length], 0, length, dtype);
        T[] array = Pool<T>.OfThread.Rent(length, out int offset);
        return new(array, offset, length, dtype);
    }
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

    [ThreadStatic]
    private static Pool<T>? ofThread;

    private readonly Stack<T[]>?[] free = new Stack<T[]>[32 * ClassesPerOctave];

    /// <summary>The calling thread's pool.</summary>
    public static Pool<T> OfThread => ofThread ??= new();

    /// <summary>An array of at least <paramref name="length"/> elements after its offset; its content is undefined.</summary>
    public T[] Rent(int length, out int offset)
    {
        int index = ClassOf(length, out int size);
        T[] array = free[index] is { Count: > 0 } stack ? stack.Pop() : Allocate(size);
        offset = Offset(array);
        return array;
    }

    /// <summary>Takes an array back that <see cref="Rent"/> handed out on any thread.</summary>
    public void Return(T[] array)
    {
        int slack = IsPinned(array.Length) ? Slack : 0;
        int index = ClassOf(array.Length - slack, out _);
        (free[index] ??= new()).Push(array);
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
