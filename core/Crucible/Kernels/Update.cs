using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>One step of an optimizer for one parameter: reads its gradient, changes the parameter and up to two state values.</summary>
internal interface IUpdate<T>
    where T : unmanaged
{
    void Invoke<V>(ref V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ISimd<V, T>;
}

/// <summary>Optimizer steps over flat arrays in one pass. Every gradient is multiplied by the update's gradient scale first, which clips for free.</summary>
internal static unsafe class Update
{
    /// <summary>Applies an update element by element. State that the update does not use may be empty.</summary>
    internal static void Run<TUpdate, T>(TUpdate update, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> first, Span<T> second)
        where TUpdate : struct, IUpdate<T>
        where T : unmanaged
    {
        Check.Length("update", gradients.Length, parameters.Length);
        if (!first.IsEmpty) Check.Length("update", first.Length, parameters.Length);
        if (!second.IsEmpty) Check.Length("update", second.Length, parameters.Length);
        fixed (T* pp = parameters, pg = gradients, pf = first, ps = second)
            Vectorized.Run<Job<TUpdate, T>, T>(new(update, pp, pg, pf, ps, parameters.Length), Vectorized.Parts(parameters.Length));
    }

    private readonly struct Job<TUpdate, T>(TUpdate update, T* parameters, T* gradients, T* first, T* second, int length) : IVectorJob<T>
        where TUpdate : struct, IUpdate<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            // Fields might change with every store as far as the compiler knows, locals do not.
            TUpdate step = update;
            T* ps = parameters;
            T* gs = gradients;
            T* firsts = first;
            T* seconds = second;
            int i = part * Vectorized.PartLength;
            int end = Math.Min(i + Vectorized.PartLength, length);
            for (; i <= end - V.Count; i += V.Count) Step<V>(step, ps, gs, firsts, seconds, i, V.Count);
            if (i < end) Step<V>(step, ps, gs, firsts, seconds, i, end - i);
        }

        /// <summary>Inlined twice: for whole vectors, and for the rest with fewer lanes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<V>(TUpdate step, T* ps, T* gs, T* firsts, T* seconds, int i, int count)
            where V : unmanaged, ISimd<V, T>
        {
            V p = Load<V>(ps, i, count);
            V a = Load<V>(firsts, i, count);
            V b = Load<V>(seconds, i, count);
            step.Invoke(ref p, Load<V>(gs, i, count), ref a, ref b);
            Store(p, ps, i, count);
            Store(WithoutSubnormals(a), firsts, i, count);
            Store(WithoutSubnormals(b), seconds, i, count);
        }

        /// <summary>
        /// x, or 0 where |x| is below the smallest normal number. The state of a unit that gets no gradient any more decays into that range and, by rounding,
        /// never out of it, where every operation takes a hundred times as long. NaN stays.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V WithoutSubnormals<V>(V x)
            where V : unmanaged, ISimd<V, T> => x & ~(V.Abs(x) < V.Of(V.IsDouble ? 2.2250738585072014e-308 : 1.17549435e-38));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Load<V>(T* source, int i, int count)
            where V : unmanaged, ISimd<V, T> => source == null ? V.Of(0) : count < V.Count ? V.LoadPart(source + i, count, V.Of(0)) : V.Load(source + i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<V>(V x, T* target, int i, int count)
            where V : unmanaged, ISimd<V, T>
        {
            if (target == null) return;
            if (count < V.Count) V.StorePart(x, target + i, count);
            else V.Store(x, target + i);
        }
    }
}
