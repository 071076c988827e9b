#pragma warning disable IDE0130
namespace Crucible.Kernels
{
    internal static class Reduce
    {
        internal static void Sum<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> y)
            where T : unmanaged, System.Numerics.INumber<T>
        {
            y.Clear();
            for (var o = 0; o < outer; o++)
                for (var l = 0; l < length; l++)
                    for (var i = 0; i < inner; i++) y[(o * inner) + i] += x[(((o * length) + l) * inner) + i];
        }
    }

    internal static class Permute
    {
        internal static void Copy<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int offset)
        {
            var index = new int[sizes.Length];
            for (var p = 0; p < y.Length; p++)
            {
                y[p] = x[offset];
                for (var axis = sizes.Length - 1; axis >= 0; axis--)
                {
                    offset += strides[axis];
                    if (++index[axis] < sizes[axis]) break;
                    offset -= strides[axis] * sizes[axis];
                    index[axis] = 0;
                }
            }
        }
    }
}

namespace Crucible.Tensors
{
    /// <summary>Provisional.</summary>
    public sealed class Generator(ulong seed)
    {
        private readonly Random random = new((int)seed);

        internal void Uniform(Span<float> x, float low, float high)
        {
            foreach (ref var v in x) v = low + ((high - low) * random.NextSingle());
        }

        internal void Uniform(Span<double> x, double low, double high)
        {
            foreach (ref var v in x) v = low + ((high - low) * random.NextDouble());
        }

        internal void Normal(Span<float> x, float mean, float std)
        {
            foreach (ref var v in x) v = mean + (std * (float)Next());
        }

        internal void Normal(Span<double> x, double mean, double std)
        {
            foreach (ref var v in x) v = mean + (std * Next());
        }

        private double Next() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
