using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Crucible.Kernels;

/// <summary>Norms and means where the elements' own precision fails: squares of float32 overflow at 2e19 and vanish at 1e-23.</summary>
internal static unsafe class Norms
{
    /// <summary>Σ x², computed in double precision.</summary>
    internal static double SumOfSquares<T>(ReadOnlySpan<T> x)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) return Reduce.SumOfSquares(MemoryMarshal.Cast<T, double>(x));
        ReadOnlySpan<float> floats = MemoryMarshal.Cast<T, float>(x);
        int parts = Vectorized.Parts(floats.Length);
        double[] sums = ArrayPool<double>.Shared.Rent(parts);
        fixed (float* from = floats)
        fixed (double* to = sums)
        {
            SquaresJob job = new(from, floats.Length, to);
            Workers.Run(ref job, parts);
        }

        double sum = Reduce.Sum<double>(sums.AsSpan(0, parts));
        ArrayPool<double>.Shared.Return(sums);
        return sum;
    }

    /// <summary>Whether a sum of powers is so large or so small that its terms may have overflowed or lost their digits.</summary>
    internal static bool IsUnsafe<T>(T sum)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        !(T.IsFinite(sum) && sum >= T.ScaleB(T.One, typeof(T) == typeof(float) ? -100 : -960));

    /// <summary>
    /// (Σ |x|ᵖ)^(1/p) of <paramref name="count"/> elements, <paramref name="step"/> apart, relative to the largest, so that
    /// no power overflows or vanishes.
    /// </summary>
    internal static double Length<T>(ReadOnlySpan<T> x, int step, int count, double order)
        where T : unmanaged, INumber<T>
    {
        double largest = 0.0;
        for (int i = 0; i < count; i++) largest = Math.Max(largest, Math.Abs(double.CreateChecked(x[i * step])));
        if (!(largest > 0.0 && double.IsFinite(largest))) return largest;
        double sum = 0.0;
        for (int i = 0; i < count; i++) sum += Math.Pow(Math.Abs(double.CreateChecked(x[i * step])) / largest, order);
        return largest * Math.Pow(sum, 1.0 / order);
    }

    /// <summary>The mean of <paramref name="count"/> elements, <paramref name="step"/> apart, where their sum may overflow.</summary>
    internal static double Mean<T>(ReadOnlySpan<T> x, int step, int count)
        where T : unmanaged, INumber<T>
    {
        double mean = 0.0;
        for (int i = 0; i < count; i++) mean += double.CreateChecked(x[i * step]) / count;
        return mean;
    }

    /// <summary>The sum of squares of each part. Products of floats are exact in double.</summary>
    private readonly struct SquaresJob(float* x, int length, double* sums) : IJob
    {
        [MethodImpl(Compiled.AtOnce)]
        public void Run(int part)
        {
            int i = part * Vectorized.PartLength;
            int end = Math.Min(i + Vectorized.PartLength, length);
            Vector256<double> a = Vector256<double>.Zero, b = a, c = a, d = a;
            for (; i <= end - (2 * Vector256<float>.Count); i += 2 * Vector256<float>.Count)
            {
                (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.Load(x + i));
                (Vector256<double> third, Vector256<double> fourth) = Vector256.Widen(Vector256.Load(x + i + Vector256<float>.Count));
                a += first * first;
                b += second * second;
                c += third * third;
                d += fourth * fourth;
            }

            double sum = Vector256.Sum(a + b + (c + d));
            for (; i < end; i++) sum += (double)x[i] * x[i];
            sums[part] = sum;
        }
    }
}
