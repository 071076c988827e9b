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

    /// <summary>See <see cref="Tensor.AsInner"/>.</summary>
    public bool IsInner { get; set; }

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

    /// <summary>Returns the array to the pool for good, in a walk after which it holds gradients of any size.</summary>
    public void ReleaseInner()
    {
        int length = array?.Length ?? 0;
        Release();
        if (array is null) Spare.Elements = (Spare.Elements ?? 0) + length;
    }

    /// <summary>Returns the array to the calling thread's pool; harmless when done twice.</summary>
    public void Release()
    {
        if (IsKept || Length <= SmallLength) return;
        Array? returned = array;
        array = null;
        switch (returned)
        {
            case float[] floats: Pool<float>.OfThread.Return(floats, Length); break;
            case double[] doubles: Pool<double>.OfThread.Return(doubles, Length); break;
            case int[] ints: Pool<int>.OfThread.Return(ints, Length); break;
            case bool[] bools: Pool<bool>.OfThread.Return(bools, Length); break;
            case BFloat16[] halves: Pool<BFloat16>.OfThread.Return(halves, Length); break;
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
