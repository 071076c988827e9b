using System.Runtime.Intrinsics;
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
        Job job = new() { Tile = MatMul.Widest };
        double seconds = Burst.SecondsPerCall(() => Workers.Run(ref job, threads), 0.02, clock);
        return threads * job.MultiplyAdds / seconds;
    }

    private struct Job : IJob
    {
        internal VectorWidth Tile;

        internal readonly double MultiplyAdds => (double)Repetitions * Steps * Tile switch
        {
            VectorWidth.Bits512 => Lanes512<float>.TileRows * 2 * Lanes512<float>.Count,
            VectorWidth.Bits256 => Lanes256<float>.TileRows * 2 * Lanes256<float>.Count,
            _ => Lanes128<float>.TileRows * 2 * Lanes128<float>.Count,
        };

        public readonly void Run(int part)
        {
            switch (Tile)
            {
                case VectorWidth.Bits512: Repeat<Vector512<float>, Lanes512<float>>(); break;
                case VectorWidth.Bits256: Repeat<Vector256<float>, Lanes256<float>>(); break;
                default: Repeat<Vector128<float>, Lanes128<float>>(); break;
            }
        }

        private static void Repeat<V, L>()
            where V : unmanaged
            where L : struct, ILanes<float, V>
        {
            int rows = L.TileRows, columns = 2 * L.Count;
            float* a = Scratch.Left<float>(rows * (Steps + 16)), b = Scratch.Right<float>((Steps + rows) * columns), c = b + (Steps * columns);
            new Span<float>(a, rows * (Steps + 16)).Fill(1e-3f);
            new Span<float>(b, (Steps + rows) * columns).Fill(1e-3f);
            var tile = MatMulTile<float, V, L>.For(rows, 2);
            for (int i = 0; i < Repetitions; i++) tile(Steps, a, Steps + 16, 1, b, columns, c, columns, c, columns, L.Count);
        }
    }
}
