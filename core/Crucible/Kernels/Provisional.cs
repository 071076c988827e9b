#pragma warning disable IDE0130
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
