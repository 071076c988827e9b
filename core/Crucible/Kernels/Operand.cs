using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Where the lanes of an operand come from.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal interface IOperand<T>
    where T : unmanaged
{
    /// <summary>The lanes from an index on.</summary>
    V At<V>(int index)
        where V : unmanaged, ISimd<V, T>;

    /// <summary>Fewer lanes than a vector has; the others hold something harmless.</summary>
    V Part<V>(int index, int count)
        where V : unmanaged, ISimd<V, T>;
}

/// <summary>A contiguous array.</summary>
internal readonly unsafe struct Stream<T>(T* source) : IOperand<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V At<V>(int index)
        where V : unmanaged, ISimd<V, T> => V.Load(source + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Part<V>(int index, int count)
        where V : unmanaged, ISimd<V, T> => V.LoadPart(source + index, count, V.Of(0));
}

/// <summary>One value for every lane.</summary>
internal readonly struct Scalar<T>(T value) : IOperand<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V At<V>(int index)
        where V : unmanaged, ISimd<V, T> => V.Broadcast(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Part<V>(int index, int count)
        where V : unmanaged, ISimd<V, T> => V.Broadcast(value);
}
