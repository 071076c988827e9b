using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <content>Formulas that are written for four vectors at once.</content>
internal static unsafe partial class Elementwise
{
    private readonly struct FourfoldJob<TOp, T>(T* x, T* result, int length) : IVectorJob<T>
        where TOp : struct, IUnary
        where T : unmanaged
    {
        /// <summary>How far ahead a line is fetched: where a page ends, the processor does not foresee the next ones.</summary>
        private const int BytesAhead = 2048;

        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int i = part * Vectorized.PartLength, end = Math.Min(i + Vectorized.PartLength, length);
            T* source = x, target = result;
            for (; i <= end - (4 * V.Count); i += 4 * V.Count)
            {
                if (Sse.IsSupported) Sse.Prefetch0((byte*)(source + i) + BytesAhead);
                V first = V.Load(source + i), second = V.Load(source + i + V.Count);
                V third = V.Load(source + i + (2 * V.Count)), fourth = V.Load(source + i + (3 * V.Count));
                TOp.Invoke(ref first, ref second, ref third, ref fourth);
                V.Store(first, target + i);
                V.Store(second, target + i + V.Count);
                V.Store(third, target + i + (2 * V.Count));
                V.Store(fourth, target + i + (3 * V.Count));
            }

            if (i < end) Rest<V>(i, end);
        }

        [MethodImpl(Compiled.AtOnce)]
        private void Rest<V>(int i, int end)
            where V : unmanaged, ISimd<V, T>
        {
            for (; i < end; i += V.Count) Lanes.Store(TOp.Invoke(Lanes.Load<V, T>(x + i, end - i)), result + i, end - i);
        }
    }
}
