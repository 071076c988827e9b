using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The step of an optimizer for one parameter.</summary>
internal interface IUpdate
{
    /// <summary>Makes vectors of the step's numbers, once, and runs over a part of the arrays with them.</summary>
    void Run<V, T>(UpdateArrays<T> arrays, int start, int end)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged;
}

/// <summary>The same with its numbers as vectors: reads a gradient, changes the parameter and up to three state values.</summary>
internal interface IUpdateStep<V>
{
    void Invoke(ref V parameter, V gradient, ref V first, ref V second, ref V third);
}

/// <summary>Optimizer steps over flat arrays in one pass.</summary>
internal static unsafe class Update
{
    /// <summary>Applies an update element by element. State that the update does not use may be empty.</summary>
    internal static void Run<TUpdate, T>(
        TUpdate update, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> first, Span<T> second, Span<T> third = default)
        where TUpdate : struct, IUpdate
        where T : unmanaged
    {
        Check.Length("update", gradients.Length, parameters.Length);
        if (!first.IsEmpty) Check.Length("update", first.Length, parameters.Length);
        if (!second.IsEmpty) Check.Length("update", second.Length, parameters.Length);
        if (!third.IsEmpty) Check.Length("update", third.Length, parameters.Length);
        fixed (T* pp = parameters, pg = gradients, pf = first, ps = second, pt = third)
            Vectorized.Run<Job<TUpdate, T>, T>(
                new(update, new(pp, pg, pf, ps, pt), parameters.Length), Vectorized.Parts(parameters.Length));
    }

    private readonly struct Job<TUpdate, T>(TUpdate update, UpdateArrays<T> arrays, int length) : IVectorJob<T>
        where TUpdate : struct, IUpdate
        where T : unmanaged
    {
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int start = part * Vectorized.PartLength;
            update.Run<V, T>(arrays, start, Math.Min(start + Vectorized.PartLength, length));
        }
    }
}

/// <summary>A parameter, its gradient and the state beside it; null for state that is not used.</summary>
internal readonly unsafe struct UpdateArrays<T>(T* parameters, T* gradients, T* first, T* second, T* third)
    where T : unmanaged
{
    /// <summary>Applies a step to the elements from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal void Run<TStep, V>(TStep step, int start, int end)
        where TStep : struct, IUpdateStep<V>
        where V : unmanaged, ISimd<V, T>
    {
        // Fields might change with every store as far as the compiler knows, locals do not.
        TStep numbers = step;
        T* ps = parameters;
        T* gs = gradients;
        T* firsts = first;
        T* seconds = second;
        T* thirds = third;
        int i = start;
        for (; i <= end - V.Count; i += V.Count) Step<TStep, V>(numbers, ps, gs, firsts, seconds, thirds, i, V.Count);
        if (i < end) Step<TStep, V>(numbers, ps, gs, firsts, seconds, thirds, i, end - i);
    }

    /// <summary>Inlined twice: for whole vectors, and for the rest with fewer lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TStep, V>(TStep step, T* ps, T* gs, T* firsts, T* seconds, T* thirds, int i, int count)
        where TStep : struct, IUpdateStep<V>
        where V : unmanaged, ISimd<V, T>
    {
        V p = Load<V>(ps, i, count);
        V a = Load<V>(firsts, i, count);
        V b = Load<V>(seconds, i, count);
        V c = Load<V>(thirds, i, count);
        step.Invoke(ref p, Load<V>(gs, i, count), ref a, ref b, ref c);
        Store(p, ps, i, count);
        Store(WithoutSubnormals(a), firsts, i, count);
        Store(WithoutSubnormals(b), seconds, i, count);
        Store(WithoutSubnormals(c), thirds, i, count);
    }

    /// <summary>
    /// x, or 0 where |x| is below the smallest normal number. The state of a unit that gets no gradient any more decays
    /// into that range and, by rounding, never out of it, where every operation takes a hundred times as long. NaN
    /// stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V WithoutSubnormals<V>(V x)
        where V : unmanaged, ISimd<V, T> => x & ~(V.Abs(x) < V.Of(V.IsDouble ? 2.2250738585072014e-308 : 1.17549435e-38));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<V>(T* source, int i, int count)
        where V : unmanaged, ISimd<V, T> =>
            source == null ? V.Of(0) : count < V.Count ? V.LoadPart(source + i, count, V.Of(0)) : V.Load(source + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V>(V x, T* target, int i, int count)
        where V : unmanaged, ISimd<V, T>
    {
        if (target == null) return;
        if (count < V.Count) V.StorePart(x, target + i, count);
        else V.Store(x, target + i);
    }
}
