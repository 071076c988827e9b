using Crucible.Benchmarks.Measuring;
using Crucible.Kernels;

namespace Crucible.Benchmarks.Workloads;

/// <summary>The fastest that matrix products can be: the tile of our own product on data that stays in the first-level cache.</summary>
internal static unsafe class GptPeak
{
    private const int Steps = 128;
    private const int Repetitions = 4000;

    /// <summary>Multiply-adds a second on so many threads.</summary>
    internal static double MultiplyAddsPerSecond(int threads, Clock clock)
    {
        Job job = new() { Width = SimdWidth.OfProducts };
        double seconds = Burst.SecondsPerCall(() => Workers.Run(ref job, threads), 0.02, clock);
        Tile tile = default;
        SimdWidth.Run<Tile, float>(job.Width, ref tile);
        return (double)threads * tile.MultiplyAdds / seconds;
    }

    private struct Job : IJob
    {
        internal int Width;

        public readonly void Run(int part)
        {
            Tile tile = default;
            SimdWidth.Run<Tile, float>(Width, ref tile);
        }
    }

    /// <summary>The largest tile of a width, again and again.</summary>
    private struct Tile : IVectorWork<float>
    {
        internal long MultiplyAdds;

        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, float>
            where VHalf : unmanaged, ISimd<VHalf, float>
        {
            int rows = MatMulTile<float, V>.MostRows, columns = 2 * V.Count;
            float* a = Scratch.Left<float>(rows * (Steps + 16)), b = Scratch.Right<float>((Steps + rows) * columns),
                c = b + (Steps * columns);
            new Span<float>(a, rows * (Steps + 16)).Fill(1e-3f);
            new Span<float>(b, (Steps + rows) * columns).Fill(1e-3f);
            delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, int, void> tile =
                MatMulTile<float, V>.For(rows, 2);
            for (int i = 0; i < Repetitions; i++) tile(Steps, a, Steps + 16, 1, b, columns, c, columns, c, columns, V.Count);
            MultiplyAdds = (long)Repetitions * Steps * rows * columns;
        }
    }
}
