using System.Globalization;
using System.Numerics.Tensors;
using Crucible.Benchmarks.Sides;
using Crucible.Kernels;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// The fastest that this processor can be: at products, the tile of our own product on data that stays in the first-level cache; at
/// memory, reading numbers, or reading and writing as many.
/// </summary>
internal static unsafe class Peak
{
    /// <summary>The name of this work, which only our side has.</summary>
    internal const string Name = "peak";

    private const int Steps = 128;
    private const int Repetitions = 4000;

    /// <summary>Work at the peak, of the words <c>products</c>, <c>read 1048576</c> or <c>copy 1048576</c>, which are bytes.</summary>
    internal static Work Prepare(string[] words)
    {
        if (words[0] == "products") return new(Products, () => [new("operations", [(float)(2 * MultiplyAdds())])]);
        int count = int.Parse(words[1], CultureInfo.InvariantCulture) / sizeof(float) / (words[0] == "copy" ? 2 : 1);
        Movement movement = new(new float[count], words[0] == "copy" ? new float[count] : null);
        return new(movement.Run, () => []);
    }

    /// <summary>Multiply-adds a second on so many threads.</summary>
    internal static double MultiplyAddsPerSecond(int threads, Clock clock)
    {
        using IDisposable limit = Threads.Use(threads);
        return MultiplyAdds() / Burst.SecondsPerCall(Products, 0.02, clock);
    }

    private static void Products()
    {
        Job job = new() { Width = SimdWidth.OfProducts };
        Workers.Run(ref job, Threads.Count);
    }

    private static double MultiplyAdds()
    {
        Tile tile = default;
        SimdWidth.Run<Tile, float>(SimdWidth.OfProducts, ref tile);
        return (double)Threads.Count * tile.MultiplyAdds;
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

    /// <summary>Reads numbers, and writes them elsewhere where there is a target; each thread has its part.</summary>
    private sealed class Movement(float[] source, float[]? target)
    {
        internal void Run()
        {
            Part part = new() { Movement = this, Parts = Threads.Count };
            Workers.Run(ref part, part.Parts);
        }

        private struct Part : IJob
        {
            internal Movement Movement;
            internal int Parts;

            public readonly void Run(int part)
            {
                int start = part * Movement.Source.Length / Parts, end = (part + 1) * Movement.Source.Length / Parts;
                ReadOnlySpan<float> read = Movement.Source.AsSpan(start..end);
                if (Movement.Target == null) TensorPrimitives.Sum(read);
                else TensorPrimitives.Multiply(read, 0.5f, Movement.Target.AsSpan(start..end));
            }
        }

        private float[] Source { get; } = source;

        private float[]? Target { get; } = target;
    }
}
