using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.FormattableString;

namespace Crucible.Kernels;

/// <summary>Work written for any width of vectors, begun on the calling thread.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal interface IVectorWork<T>
    where T : unmanaged
{
    /// <summary>
    /// Does the work with vectors <typeparamref name="V"/>, and <typeparamref name="VHalf"/> of half the bits where
    /// there are such: 128 bits are not halved.
    /// </summary>
    void Run<V, VHalf>()
        where V : unmanaged, ISimd<V, T>
        where VHalf : unmanaged, ISimd<VHalf, T>;
}

/// <summary>
/// The width of vectors that kernels run with: 128, 256 or 512 bits. The one place where work gets the vectors of a
/// width.
/// </summary>
/// <remarks>
/// A kernel takes the width of the thread that calls it, and all its parts are computed with that width, whichever
/// threads they run on.
/// </remarks>
internal static class SimdWidth
{
    [ThreadStatic] private static int chosen; // 0 = the machine's own choice
    private static bool isChosen; // by any thread, ever: until then there is nothing to look up

    /// <summary>The widest vectors of this processor, with which products are fastest.</summary>
    internal static int Widest { get; } = Avx512F.IsSupported ? 512 : Avx2.IsSupported && Fma.IsSupported ? 256 : 128;

    /// <summary>The width for products of matrices and attention on this thread.</summary>
    internal static int OfProducts => isChosen && chosen != 0 ? chosen : Widest;

    /// <summary>
    /// The width for everything else on this thread: less than the widest where the runtime knows that a processor
    /// slows down under 512 bits.
    /// </summary>
    internal static int OfElements => isChosen && chosen != 0 ? chosen : Preferred;

    private static int Preferred { get; } = Vector512.IsHardwareAccelerated ? 512 : Math.Min(Widest, 256);

    /// <summary>
    /// Makes kernels called from this thread use vectors of so many bits until the result is disposed, on this same
    /// thread.
    /// </summary>
    /// <exception cref="ArgumentException">There are no such vectors.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor has no such vectors.</exception>
    internal static IDisposable Use(int bits)
    {
        if (bits is not (128 or 256 or 512)) throw new ArgumentException(Invariant($"vectors have 128, 256 or 512 bits, got {bits}"));
        if (bits > Widest) throw new PlatformNotSupportedException(Invariant($"vectors of {bits} bits: this processor has {Widest}"));
        Scope scope = new(chosen);
        chosen = bits;
        isChosen = true;
        return scope;
    }

    /// <summary>Runs work with vectors of a width, of which the processor must be capable.</summary>
    internal static void Run<TWork, T>(int bits, ref TWork work)
        where TWork : struct, IVectorWork<T>, allows ref struct
        where T : unmanaged
    {
        switch (bits)
        {
            case 512: work.Run<Simd512<T>, Simd256<T>>(); break;
            case 256: Run256<TWork, T>(ref work); break;
            default: Run128<TWork, T>(ref work); break;
        }
    }

    // Methods of their own, since a method that is compiled loads the types of all its lines.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run256<TWork, T>(ref TWork work)
        where TWork : struct, IVectorWork<T>, allows ref struct
        where T : unmanaged => work.Run<Simd256<T>, Simd128<T>>();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run128<TWork, T>(ref TWork work)
        where TWork : struct, IVectorWork<T>, allows ref struct
        where T : unmanaged => work.Run<Simd128<T>, Simd128<T>>();

    private sealed class Scope(int before) : IDisposable
    {
        public void Dispose() => chosen = before;
    }
}
