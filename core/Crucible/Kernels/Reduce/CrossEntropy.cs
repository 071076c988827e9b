using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Crucible.Kernels;

/// <summary>
/// Cross-entropy of logits [rows, classes] and target classes. With smoothing ε the target distribution is 1 − ε on the
/// target plus ε / classes on every class. Rows whose target equals the ignored index have loss and gradient 0; other
/// targets must lie in 0 … classes − 1.
/// </summary>
internal static unsafe class CrossEntropy
{
    /// <summary>loss[row] = −Σ q·ln softmax(x), where q is the target distribution.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="smoothing">ε, from 0 to 1.</param>
    /// <param name="ignored">The target that marks rows to ignore.</param>
    /// <param name="loss">[rows].</param>
    /// <param name="saved">[rows, 2]: the largest logit m and Σ e^(x − m), for <see cref="Backward"/>.</param>
    internal static void Forward<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, int classes, double smoothing, int ignored, Span<T> loss, Span<T> saved)
        where T : unmanaged
    {
        CheckSizes(logits.Length, targets, classes, ignored, saved.Length);
        Check.Length("crossEntropy", loss.Length, targets.Length);
        fixed (T* px = logits, pl = loss, ps = saved)
        fixed (int* pt = targets)
            Vectorized.Rows<ForwardRow<T>, T>(new(px, pt, classes, smoothing, ignored, pl, ps), targets.Length, classes);
    }

    /// <summary>gradient[row, ·] = (softmax(x) − q)·scale[row].</summary>
    internal static void Backward<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, int classes, double smoothing, int ignored, ReadOnlySpan<T> saved,
        ReadOnlySpan<T> scale, Span<T> gradient)
        where T : unmanaged
    {
        CheckSizes(logits.Length, targets, classes, ignored, saved.Length);
        Check.Length("crossEntropy", scale.Length, targets.Length);
        Check.Length("crossEntropy", gradient.Length, logits.Length);
        fixed (T* px = logits, ps = saved, pc = scale, pg = gradient)
        fixed (int* pt = targets)
            Vectorized.Rows<BackwardRow<T>, T>(new(px, pt, classes, smoothing, ignored, ps, pc, pg), targets.Length, classes);
    }

    private static void CheckSizes(int logits, ReadOnlySpan<int> targets, int classes, int ignored, int saved)
    {
        Check.Length("crossEntropy", logits, (long)targets.Length * classes);
        Check.Length("crossEntropy", saved, 2L * targets.Length);
        foreach (int target in targets)
        {
            if ((uint)target >= (uint)classes && target != ignored)
                throw new ArgumentException(Invariant($"crossEntropy: targets must lie in 0 … {classes - 1}, but one is {target}"));
        }
    }

    private readonly struct ForwardRow<T>(T* x, int* targets, int classes, double smoothing, int ignored, T* loss, T* saved) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            T* source = x + ((nint)row * classes);
            V shift = Softmax.Largest<V, T>(source, classes);
            V sum = Softmax.SumOfExp(source, shift, classes);
            saved[2 * row] = V.First(shift);
            saved[(2 * row) + 1] = V.First(sum);
            if (targets[row] == ignored)
            {
                loss[row] = default;
                return;
            }

            V result = VectorMath.Log(sum) - ((V.Broadcast(source[targets[row]]) - shift) * (1 - smoothing));
            if (smoothing != 0) result -= MeanAbove(source, shift) * smoothing;
            loss[row] = V.First(result);
        }

        /// <summary>The mean of x − shift over the classes.</summary>
        private V MeanAbove<V>(T* source, V shift)
            where V : unmanaged, ISimd<V, T>
        {
            V sum = V.Of(0);
            int i = 0;
            for (; i <= classes - V.Count; i += V.Count) sum += V.Load(source + i) - shift;
            if (i < classes) sum += V.LoadPart(source + i, classes - i, shift) - shift;
            return V.Broadcast(V.Fold<SumReduction>(sum)) / (double)classes;
        }
    }

    private readonly struct BackwardRow<T>(T* x, int* targets, int classes, double smoothing, int ignored, T* saved, T* scale, T* gradient)
        : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            T* source = x + ((nint)row * classes);
            T* target = gradient + ((nint)row * classes);
            if (targets[row] == ignored)
            {
                new Span<T>(target, classes).Clear();
                return;
            }

            V shift = V.Broadcast(saved[2 * row]);
            V upstream = V.Broadcast(scale[row]);
            V factor = upstream / V.Broadcast(saved[(2 * row) + 1]);
            V even = upstream * (smoothing / classes);
            int i = 0;
            for (; i <= classes - V.Count; i += V.Count) V.Store((VectorMath.Exp(V.Load(source + i) - shift) * factor) - even, target + i);
            if (i < classes)
                V.StorePart((VectorMath.Exp(V.LoadPart(source + i, classes - i, shift) - shift) * factor) - even, target + i, classes - i);
            T* own = target + targets[row];
            *own = V.First(V.Broadcast(*own) - (upstream * (1 - smoothing)));
        }
    }
}
