using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Convolution of examples [examples, channels, height, width] with a weight [outputs, channels / groups, window], and
/// its two transposes, as products over patches: with P the patches of an example, Y = W·P, dP = Wᵀ·dY and dW = dY·Pᵀ.
/// </summary>
/// <remarks>
/// Only a block of patches exists at a time on each thread, small enough for the second-level cache. How the work is cut
/// depends on the sizes alone, so that results have the same bits on any number of threads.
/// </remarks>
internal static unsafe class Convolution
{
    private const int BlockBytes = 262_144; // of patches: the product packs them once more beside
    private const int MostSums = 16; // of the weight's gradient, of which each adds up some examples
    private const int FewSums = 4;
    private const int SumsElements = 1 << 22;

    /// <summary>y = x * w + bias. Without a bias (null) it is 0.</summary>
    internal static void Forward<T>(in ConvolutionSizes sizes, T* x, T* weight, T* bias, T* y)
        where T : unmanaged
    {
        Work<T> work = new(sizes, Pass.Forward, x, weight, y, bias);
        SimdWidth.Run<Work<T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>dx = the gradient of x, all of which is written, from that of y.</summary>
    internal static void Input<T>(in ConvolutionSizes sizes, T* dy, T* weight, T* dx)
        where T : unmanaged
    {
        Work<T> work = new(sizes, Pass.Input, dx, weight, dy, null);
        SimdWidth.Run<Work<T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>dw = the gradient of the weight, all of which is written, from that of y.</summary>
    internal static void Weight<T>(in ConvolutionSizes sizes, T* x, T* dy, T* dw)
        where T : unmanaged
    {
        Work<T> work = new(sizes, Pass.Weight, x, dw, dy, null);
        SimdWidth.Run<Work<T>, T>(SimdWidth.OfProducts, ref work);
    }

    private enum Pass
    {
        Forward,
        Input,
        Weight,
    }

    private readonly ref struct Work<T>(ConvolutionSizes sizes, Pass pass, T* x, T* weight, T* y, T* bias) : IVectorWork<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T>
        {
            Job<T, V, VHalf> job = new(sizes, pass, x, weight, y, bias);
            if (pass == Pass.Weight) SumWeights(ref job);
            else Workers.Run(ref job, job.Parts);
        }

        private void SumWeights<V, VHalf>(ref Job<T, V, VHalf> job)
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T>
        {
            int rows = sizes.Channels * sizes.Grid.Window, columns = sizes.Outputs, size = rows * columns * sizes.Groups;
            int sums = Math.Min(sizes.Examples, Math.Clamp(SumsElements / Math.Max(1, size), FewSums, MostSums));
            new Span<T>(weight, size).Clear();
            if (sums == 0) return;
            T* partial = Scratch.Sums<T>((nint)size * sums);
            job.Sums = sums;
            job.Partial = partial;
            Workers.Run(ref job, sums * sizes.Groups);
            for (int sum = 1; sum < sums; sum++) MatMulPacking<T, V>.Add(partial + ((nint)sum * size), partial, size);
            for (int group = 0; group < sizes.Groups; group++)
            {
                T* from = partial + ((nint)group * rows * columns), to = weight + ((nint)group * rows * columns);
                for (int column = 0; column < columns; column++)
                    for (int row = 0; row < rows; row++) to[((nint)column * rows) + row] = from[((nint)row * columns) + column];
            }
        }
    }

    /// <summary>
    /// Its parts are the blocks of every example and group going forward, examples and groups for the input's gradient,
    /// sums and groups for the weight's.
    /// </summary>
    private struct Job<T, V, VHalf>(ConvolutionSizes sizes, Pass pass, T* x, T* weight, T* y, T* bias) : IJob
        where T : unmanaged
        where V : unmanaged, ISimd<V, T>
        where VHalf : unmanaged, ISimd<VHalf, T>
    {
        private readonly int blockRows = MatMulGrid.Share(
            sizes.Grid.OutputHeight, Math.Max(1, BlockBytes / Math.Max(1, sizes.PatchLength * sizes.Grid.OutputWidth * sizeof(T))), 1);

        internal int Sums;
        internal T* Partial; // [sums, groups, patch, outputs]

        internal readonly int Parts => sizes.Examples * sizes.Groups * (pass == Pass.Forward ? Blocks : 1);

        private readonly int Blocks => (sizes.Grid.OutputHeight + blockRows - 1) / blockRows;

        public readonly void Run(int part)
        {
            switch (pass)
            {
                case Pass.Forward: Forward(part / Blocks, part % Blocks); break;
                case Pass.Input: Input(part); break;
                default: Weight(part); break;
            }
        }

        private readonly T* InputOf(int image) => x + ((nint)image * sizes.Channels * sizes.Grid.Plane);

        private readonly T* OutputOf(int image) => y + ((nint)image * sizes.Outputs * sizes.Grid.OutputPlane);

        private readonly T* WeightOf(int image) => weight + ((nint)(image % sizes.Groups) * sizes.Outputs * sizes.PatchLength);

        /// <summary>The first row of a block, its rows, and the place of its first output in a plane.</summary>
        private readonly (int First, int Rows, int At) Block(int block)
        {
            int first = block * blockRows;
            return (first, Math.Min(blockRows, sizes.Grid.OutputHeight - first), first * sizes.Grid.OutputWidth);
        }

        /// <summary>The patches of some rows, and the distance between the rows of their matrix.</summary>
        private readonly T* PatchesOf(T* planes, int first, int rows, out int distance)
        {
            distance = sizes.Grid.IsPlain ? sizes.Grid.Plane : rows * sizes.Grid.OutputWidth;
            if (sizes.Grid.IsPlain) return planes + (first * sizes.Grid.Width);
            T* patches = RoomForPatches(rows);
            Patches<T, V>.Gather(sizes.Grid, planes, sizes.Channels, first, rows, patches);
            return patches;
        }

        private readonly T* RoomForPatches(int rows) =>
            Scratch.Patches<T>(((nint)sizes.PatchLength * rows * sizes.Grid.OutputWidth) + V.Count);

        private readonly void Forward(int image, int block)
        {
            (int first, int rows, int at) = Block(block);
            int columns = rows * sizes.Grid.OutputWidth, plane = sizes.Grid.OutputPlane;
            T* target = OutputOf(image) + at;
            if (bias != null)
            {
                T* own = bias + (image % sizes.Groups * sizes.Outputs);
                for (int output = 0; output < sizes.Outputs; output++)
                    new Span<T>(target + ((nint)output * plane), columns).Fill(own[output]);
            }

            T* patches = PatchesOf(InputOf(image), first, rows, out int distance);
            Multiply(new(
                sizes.Outputs, columns, sizes.PatchLength, WeightOf(image), sizes.PatchLength, false, patches, distance, false,
                target, plane, bias != null, null));
        }

        private readonly void Input(int image)
        {
            T* target = InputOf(image);
            new Span<T>(target, sizes.Channels * sizes.Grid.Plane).Clear();
            for (int block = 0; block < Blocks; block++)
            {
                (int first, int rows, int at) = Block(block);
                int columns = rows * sizes.Grid.OutputWidth;
                T* patches = sizes.Grid.IsPlain ? target + at : RoomForPatches(rows);
                Multiply(new(
                    sizes.PatchLength, columns, sizes.Outputs, WeightOf(image), sizes.PatchLength, true,
                    OutputOf(image) + at, sizes.Grid.OutputPlane, false, patches, sizes.Grid.IsPlain ? sizes.Grid.Plane : columns, false,
                    null));
                if (!sizes.Grid.IsPlain) Patches<T, V>.Add(sizes.Grid, patches, sizes.Channels, first, rows, target);
            }
        }

        private readonly void Weight(int part)
        {
            (int sum, int group) = Math.DivRem(part, sizes.Groups);
            (int start, int end) = (Share(sum), Share(sum + 1));
            T* target = Partial + ((nint)part * sizes.PatchLength * sizes.Outputs);
            for (int example = start; example < end; example++)
            {
                int image = (example * sizes.Groups) + group;
                for (int block = 0; block < Blocks; block++)
                {
                    (int first, int rows, int at) = Block(block);
                    T* patches = PatchesOf(InputOf(image), first, rows, out int distance);
                    Multiply(new(
                        sizes.PatchLength, sizes.Outputs, rows * sizes.Grid.OutputWidth, patches, distance, false,
                        OutputOf(image) + at, sizes.Grid.OutputPlane, true, target, sizes.Outputs, example > start || block > 0, null));
                }
            }
        }

        private readonly int Share(int sum) => (int)((long)sizes.Examples * sum / Sums);

        private static void Multiply(MatMulProblem<T> problem) => MatMul.MultiplyHere<T, V, VHalf>(ref problem);
    }
}

/// <summary>The sizes of a convolution.</summary>
/// <param name="Examples">The number of examples.</param>
/// <param name="Groups">In how many groups the channels are that see nothing of each other.</param>
/// <param name="Channels">The input's channels in a group.</param>
/// <param name="Outputs">The output's channels in a group.</param>
/// <param name="Grid">Where the windows lie.</param>
internal readonly record struct ConvolutionSizes(int Examples, int Groups, int Channels, int Outputs, WindowGrid Grid)
{
    /// <summary>The elements that an output of a group sees.</summary>
    internal int PatchLength => Channels * Grid.Window;
}
