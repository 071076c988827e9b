using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Convolution of examples [examples, channels, height, width] with a weight [outputs, channels / groups, window], and
/// its two transposes, as products: with P the patches of an example, Y = W·P, dP = Wᵀ·dY and dW = dY·Pᵀ.
/// </summary>
/// <remarks>
/// P does not exist: its rows are shifted planes (<see cref="ShiftedGrid"/>), which the product reads where they are. The
/// input's gradient is such a product too, of the outputs' gradient with 0 around it. How the work is cut depends on the
/// sizes alone, so that results have the same bits on any number of threads.
/// </remarks>
internal static unsafe class Convolution
{
    private const int BlockBytes = 393_216; // of planes, which stay in the second-level cache
    private const int LeastParts = 16; // of a call, for the threads, where there are rows enough
    private const int MostSteps = 640; // outputs of a block of the weight's gradient: a panel stays in the first-level cache
    private const int MostSums = 16; // of the weight's gradient, of which each adds up some examples
    private const int FewSums = 4;
    private const int SumsElements = 1 << 22;

    /// <summary>y = x * w + bias. Without a bias (null) it is 0.</summary>
    internal static void Forward<T>(in ConvolutionSizes sizes, T* x, T* weight, T* bias, T* y)
        where T : unmanaged
    {
        ForwardWork<T> work = new(sizes, x, weight, bias, y);
        SimdWidth.Run<ForwardWork<T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>dx = the gradient of x, all of which is written, from that of y.</summary>
    internal static void Input<T>(in ConvolutionSizes sizes, T* dy, T* weight, T* dx)
        where T : unmanaged
    {
        InputWork<T> work = new(sizes, dy, weight, dx);
        SimdWidth.Run<InputWork<T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>dw = the gradient of the weight, all of which is written, from that of y.</summary>
    internal static void Weight<T>(in ConvolutionSizes sizes, T* x, T* dy, T* dw)
        where T : unmanaged
    {
        WeightWork<T> work = new(sizes, x, dy, dw);
        SimdWidth.Run<WeightWork<T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>The rows of a block when each has so many bytes of planes, and <paramref name="more"/> rows come with a block.</summary>
    private static int BlockRows(int rows, int images, long bytes, int more)
    {
        long fitting = (BlockBytes / Math.Max(1, bytes)) - more, shared = (long)rows * images / LeastParts;
        return MatMulGrid.Share(rows, (int)Math.Clamp(Math.Min(fitting, shared), 1, int.MaxValue), 1);
    }

    private readonly ref struct ForwardWork<T>(ConvolutionSizes sizes, T* x, T* weight, T* bias, T* y) : IVectorWork<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T>
        {
            ForwardJob<T, V> job = new(sizes, x, y);
            int strip = MatMulStrips<T, V>.StripColumns, rows = sizes.Groups * sizes.Outputs, steps = sizes.PatchLength;
            job.Places = Scratch.Places(steps);
            job.Grid.Locate(sizes.Grid, steps, job.Pitch, job.Places);
            job.Weight = Scratch.Left<T>(MatMulPacking<T, V>.PanelSize(rows, steps));
            MatMulPacking<T, V>.Panel(weight, steps, rows, steps, job.Weight);
            job.Start = Scratch.Right<T>((nint)rows * strip);
            for (int row = 0; row < rows; row++)
                new Span<T>(job.Start + ((nint)row * strip), strip).Fill(bias == null ? default : bias[row]);
            Workers.Run(ref job, sizes.Examples * sizes.Groups * job.Blocks);
        }
    }

    private readonly ref struct InputWork<T>(ConvolutionSizes sizes, T* dy, T* weight, T* dx) : IVectorWork<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T>
        {
            InputJob<T, V> job = new(sizes, dy, dx);
            int window = sizes.Grid.Window, steps = sizes.Outputs * window, phases = job.Grid.Phases, rows = sizes.Groups * sizes.Channels;
            job.Places = Scratch.Places(steps + phases + 1);
            job.Starts = job.Places + steps;
            job.WeightRow = MatMulPacking<T, V>.PanelRow(steps);
            job.Weight = Scratch.Left<T>(rows * job.WeightRow);
            int step = 0;
            for (int phase = 0; phase < phases; phase++)
            {
                job.Starts[phase] = step;
                for (int tap = 0; tap < window; tap++)
                {
                    (int of, int shift) = job.Grid.Of(tap / sizes.Grid.WindowWidth, tap % sizes.Grid.WindowWidth);
                    if (of != phase) continue;
                    for (int output = 0; output < sizes.Outputs; output++, step++)
                    {
                        job.Places[step] = (output * job.Pitch) + job.Before - shift;
                        for (int row = 0; row < rows; row++)
                        {
                            (int group, int channel) = Math.DivRem(row, sizes.Channels);
                            nint from = ((((nint)group * sizes.Outputs) + output) * sizes.PatchLength) + ((nint)channel * window) + tap;
                            job.Weight[(row * job.WeightRow) + step] = weight[from];
                        }
                    }
                }
            }
            job.Starts[phases] = step;
            Workers.Run(ref job, sizes.Examples * sizes.Groups * job.Blocks);
        }
    }

    private readonly ref struct WeightWork<T>(ConvolutionSizes sizes, T* x, T* dy, T* dw) : IVectorWork<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T>
        {
            int rows = sizes.PatchLength, columns = sizes.Outputs, size = rows * columns * sizes.Groups;
            int sums = Math.Min(sizes.Examples, Math.Clamp(SumsElements / Math.Max(1, size), FewSums, MostSums));
            new Span<T>(dw, size).Clear();
            if (sums == 0) return;
            T* partial = Scratch.Sums<T>((nint)size * sums);
            WeightJob<T, V> job = new(sizes, x, dy, partial, sums);
            job.Places = Scratch.Places(rows);
            job.Grid.Locate(sizes.Grid, rows, job.Pitch, job.Places);
            Workers.Run(ref job, sums * sizes.Groups);
            for (int sum = 1; sum < sums; sum++) MatMulPacking<T, V>.Add(partial + ((nint)sum * size), partial, size);
            for (int group = 0; group < sizes.Groups; group++)
            {
                T* from = partial + ((nint)group * rows * columns), to = dw + ((nint)group * rows * columns);
                for (int column = 0; column < columns; column++)
                    for (int row = 0; row < rows; row++) to[((nint)column * rows) + row] = from[((nint)row * columns) + column];
            }
        }
    }

    /// <summary>Its parts are blocks of rows of outputs of each example and group.</summary>
    private struct ForwardJob<T, V> : IJob
        where T : unmanaged
        where V : unmanaged, ISimd<V, T>
    {
        internal readonly ShiftedGrid Grid;
        internal readonly int Blocks;
        internal readonly nint Pitch;
        internal nint* Places; // of each step in the shifted planes
        internal T* Weight; // [groups, outputs, steps], its rows PanelRow apart
        internal T* Start; // [groups, outputs, strip]: the bias, or 0
        private readonly ConvolutionSizes sizes;
        private readonly T* x, y;
        private readonly int blockRows;

        internal ForwardJob(in ConvolutionSizes sizes, T* x, T* y)
        {
            (this.sizes, Grid) = (sizes, new(sizes.Grid));
            this.x = x;
            this.y = y;
            long bytes = (long)sizes.Channels * Grid.Phases * Grid.Width * sizeof(T);
            blockRows = BlockRows(Grid.OutputHeight, sizes.Examples * sizes.Groups, bytes, Grid.MostDown);
            Blocks = (Grid.OutputHeight + blockRows - 1) / blockRows;
            Pitch = ShiftedGrid.Pitch<T>((blockRows + Grid.MostDown) * Grid.Width);
        }

        public readonly void Run(int part)
        {
            (int image, int block) = Math.DivRem(part, Blocks);
            int first = block * blockRows, rows = Math.Min(blockRows, Grid.OutputHeight - first), group = image % sizes.Groups;
            int strip = MatMulStrips<T, V>.StripColumns, panel = MatMulStrips<T, V>.PanelRows(sizes.Outputs);
            int columns = Grid.OutputsOf(rows);
            nint plane = Grid.OutputPlane, aRow = MatMulPacking<T, V>.PanelRow(sizes.PatchLength);
            T* planes = Scratch.Planes<T>((sizes.Channels * Grid.Phases * Pitch) + (2 * strip));
            T* input = x + ((nint)image * sizes.Channels * sizes.Grid.Plane), room = Scratch.Patches<T>((nint)panel * strip);
            ShiftedPlanes<T, V>.Split(sizes.Grid, Grid, input, sizes.Channels, first, rows + Grid.MostDown, planes, Pitch);
            for (int column = 0; column < columns; column += strip)
            {
                int count = Math.Min(strip, columns - column);
                for (int row = 0; row < sizes.Outputs; row += panel)
                {
                    int height = Math.Min(panel, sizes.Outputs - row);
                    nint at = ((nint)group * sizes.Outputs) + row;
                    T* target = y + ((((nint)image * sizes.Outputs) + row) * plane) + ((nint)first * Grid.OutputWidth);
                    T* c = Grid.IsDense ? target + column : room;
                    nint cRow = Grid.IsDense ? plane : strip;
                    MatMulStrips<T, V>.PanelAt(
                        height, count, sizes.PatchLength, Weight + (at * aRow), aRow, planes + column, Places, c, cRow,
                        Start + (at * strip), strip);
                    if (!Grid.IsDense) ShiftedPlanes<T, V>.Gather(Grid, room, strip, height, column, count, target);
                }
            }
        }
    }

    /// <summary>Its parts are blocks of rows of the input's phases of each example and group.</summary>
    private struct InputJob<T, V> : IJob
        where T : unmanaged
        where V : unmanaged, ISimd<V, T>
    {
        internal readonly ShiftedGrid Grid;
        internal readonly int Blocks;
        internal readonly nint Pitch, Before; // of the outputs' gradient; elements before the first that no shift reaches
        internal nint* Places; // of each step in the outputs' gradient, phase by phase
        internal nint* Starts; // the first step of each phase, and the end
        internal T* Weight; // [groups, channels, steps]
        internal nint WeightRow; // the distance between its rows
        private readonly ConvolutionSizes sizes;
        private readonly T* y, x;
        private readonly int blockRows;

        internal InputJob(in ConvolutionSizes sizes, T* y, T* x)
        {
            (this.sizes, Grid) = (sizes, new(sizes.Grid));
            this.y = y;
            this.x = x;
            blockRows = BlockRows(Grid.Height, sizes.Examples * sizes.Groups, (long)sizes.Outputs * Grid.Width * sizeof(T), Grid.MostDown);
            Blocks = (Grid.Height + blockRows - 1) / blockRows;
            Before = Grid.MostAcross + ((nint)Grid.MostDown * Grid.Width);
            Pitch = ShiftedGrid.Pitch<T>((int)Before + (blockRows * Grid.Width));
        }

        public readonly void Run(int part)
        {
            (int image, int block) = Math.DivRem(part, Blocks);
            int first = block * blockRows, rows = Math.Min(blockRows, Grid.Height - first), columns = rows * Grid.Width;
            int strip = MatMulStrips<T, V>.StripColumns, panel = MatMulStrips<T, V>.PanelRows(sizes.Channels);
            T* planes = Scratch.Planes<T>((sizes.Outputs * Pitch) + (2 * strip));
            ShiftedPlanes<T, V>.Spread(
                Grid, y + ((nint)image * sizes.Outputs * Grid.OutputPlane), sizes.Outputs, first - Grid.MostDown, rows + Grid.MostDown,
                Grid.MostAcross, planes, Pitch);
            T* target = x + ((nint)image * sizes.Channels * sizes.Grid.Plane);
            nint size = Grid.IsPlane ? sizes.Grid.Plane : ShiftedGrid.Pitch<T>(columns);
            T* room = Grid.IsPlane
                ? target + ((nint)first * Grid.Width) : Scratch.Patches<T>((sizes.Channels * Grid.Phases * size) + strip);
            for (int phase = 0; phase < Grid.Phases; phase++)
            {
                int start = (int)Starts[phase], steps = (int)Starts[phase + 1] - start;
                for (int column = 0; column < columns; column += strip)
                {
                    for (int row = 0; row < sizes.Channels; row += panel)
                    {
                        nint at = ((nint)(image % sizes.Groups) * sizes.Channels) + row;
                        MatMulStrips<T, V>.PanelAt(
                            Math.Min(panel, sizes.Channels - row), Math.Min(strip, columns - column), steps,
                            Weight + (at * WeightRow) + start, WeightRow, planes + column, Places + start,
                            room + ((((nint)row * Grid.Phases) + phase) * size) + column, Grid.Phases * size, null, 0);
                    }
                }
            }
            if (!Grid.IsPlane) ShiftedPlanes<T, V>.Join(sizes.Grid, Grid, room, size, first, rows, sizes.Channels, target);
        }
    }

    /// <summary>Its parts are sums and groups.</summary>
    private struct WeightJob<T, V> : IJob
        where T : unmanaged
        where V : unmanaged, ISimd<V, T>
    {
        internal readonly ShiftedGrid Grid;
        internal readonly nint Pitch;
        internal nint* Places; // of each row of patches in the shifted planes
        private readonly ConvolutionSizes sizes;
        private readonly T* x, y, partial; // [sums, groups, patch, outputs]
        private readonly int sums, blockRows;

        internal WeightJob(in ConvolutionSizes sizes, T* x, T* y, T* partial, int sums)
        {
            (this.sizes, this.sums, Grid) = (sizes, sums, new(sizes.Grid));
            this.x = x;
            this.y = y;
            this.partial = partial;
            int shared = BlockBytes / Math.Max(1, sizes.Outputs * Grid.Width * sizeof(T));
            blockRows = MatMulGrid.Share(Grid.OutputHeight, Math.Max(1, Math.Min(MostSteps / Math.Max(1, Grid.Width), shared)), 1);
            Pitch = ShiftedGrid.Pitch<T>((blockRows + Grid.MostDown) * Grid.Width);
        }

        public readonly void Run(int part)
        {
            (int sum, int group) = Math.DivRem(part, sizes.Groups);
            T* target = partial + ((nint)part * sizes.PatchLength * sizes.Outputs);
            for (int example = Share(sum), end = Share(sum + 1); example < end; example++)
                for (int first = 0; first < Grid.OutputHeight; first += blockRows)
                    Add((example * sizes.Groups) + group, first, target, example > Share(sum) || first > 0);
        }

        private readonly int Share(int sum) => (int)((long)sizes.Examples * sum / sums);

        // A panel of rows of patches is copied to the first-level cache, where it stays for all outputs.
        private readonly void Add(int image, int first, T* target, bool accumulate)
        {
            int rows = Math.Min(blockRows, Grid.OutputHeight - first), steps = Grid.OutputsOf(rows);
            int panel = MatMulStrips<T, V>.PanelRows(sizes.PatchLength);
            T* planes = Scratch.Planes<T>((sizes.Channels * Grid.Phases * Pitch) + V.Count);
            ShiftedPlanes<T, V>.Split(
                sizes.Grid, Grid, x + ((nint)image * sizes.Channels * sizes.Grid.Plane), sizes.Channels, first, rows + Grid.MostDown,
                planes, Pitch);
            PackedStrips<T> dy = ShiftedPlanes<T, V>.Transpose(
                Grid, y + ((nint)image * sizes.Outputs * Grid.OutputPlane), sizes.Outputs, first, rows,
                Scratch.Right<T>(MatMulStrips<T, V>.PackedSize(steps, sizes.Outputs)));
            nint distance = MatMulPacking<T, V>.PanelRow(steps);
            T* room = Scratch.Patches<T>(MatMulPacking<T, V>.PanelSize(panel, steps));
            for (int row = 0; row < sizes.PatchLength; row += panel)
            {
                int height = Math.Min(panel, sizes.PatchLength - row);
                for (int i = 0; i < height; i++) ShiftedPlanes<T, V>.Copy(planes + Places[row + i], room + (i * distance), steps);
                MatMulStrips<T, V>.Panel(
                    height, sizes.Outputs, 0, steps, room, distance, 1, in dy, target + ((nint)row * sizes.Outputs), sizes.Outputs,
                    accumulate);
            }
        }
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
