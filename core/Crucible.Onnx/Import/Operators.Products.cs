using Crucible.Tensors;

namespace Crucible.Onnx.Import;

/// <summary>Products of matrices, convolutions and pools.</summary>
internal static partial class Operators
{
    private static Tensor[] Gemm(NodeCall call)
    {
        Tensor product = call.Input(0).MatMul(call.Input(1), call.Integer("transA", 0) != 0, call.Integer("transB", 0) != 0);
        double alpha = call.Number("alpha", 1.0), beta = call.Number("beta", 1.0);
        if (alpha != 1.0) product *= alpha;
        if (call.Optional(2) is not { } c) return [product];
        return [product + (beta == 1.0 ? c : c * beta)];
    }

    /// <summary>Windows of an operator along the last one or two axes; of one axis, it is the second of two.</summary>
    private sealed record Windows(int[] Sizes, int[] Strides, int[] Dilations, int[] Before, int[] After)
    {
        public static Windows Of(NodeCall call, Tensor x, int[] sizes)
        {
            int axes = x.Rank - 2;
            call.Require(axes is 1 or 2 && sizes.Length == axes, "number of axes");
            call.Require(call.Integer("ceil_mode", 0) == 0, "ceil_mode");
            int[] strides = call.Integers("strides") ?? Ones(), dilations = call.Integers("dilations") ?? Ones();
            int[] pads = call.Integers("pads") ?? new int[2 * axes];
            string automatic = call.Text("auto_pad", "NOTSET");
            call.Require(automatic is "NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER", "auto_pad");
            bool isWhole = strides.Length == axes && dilations.Length == axes && pads.Length == 2 * axes;
            if (!isWhole || !strides.All(stride => stride > 0))
                throw call.Wrong("strides, dilations and pads must have a number for each axis");
            int[] before = pads[..axes], after = pads[axes..];
            for (int axis = 0; axis < axes && automatic.StartsWith("SAME", StringComparison.Ordinal); axis++)
            {
                int size = x.Shape[axis + 2], outputs = (size + strides[axis] - 1) / strides[axis];
                int padding = Math.Max(0, ((outputs - 1) * strides[axis]) + ((sizes[axis] - 1) * dilations[axis]) + 1 - size);
                int half = padding / 2;
                (before[axis], after[axis]) = automatic == "SAME_UPPER" ? (half, padding - half) : (padding - half, half);
            }

            return axes == 2
                ? new(sizes, strides, dilations, before, after)
                : new([1, .. sizes], [1, .. strides], [1, .. dilations], [0, .. before], [0, .. after]);

            int[] Ones() => [.. Enumerable.Repeat(1, axes)];
        }

        /// <summary>Whether the library's own pools have such windows.</summary>
        public bool IsSquare =>
            Sizes[0] == Sizes[1] && Strides[0] == Strides[1] && IsEven && Dilations is [1, 1] && Before[0] <= Sizes[0] / 2;

        /// <summary>Whether as much stands on all sides.</summary>
        public bool IsEven => Before[0] == Before[1] && Before.AsSpan().SequenceEqual(After);

        /// <summary>x [B, C, height, width] with what stands around it.</summary>
        public Tensor Padded(Tensor x, double value) =>
            x.Pad(2, Before[0], After[0], value).Pad(3, Before[1], After[1], value);
    }

    private static Tensor[] Convolution(NodeCall call)
    {
        (Tensor x, Tensor weight) = (call.Input(0), call.Input(1));
        call.Require(weight.Rank == x.Rank, "number of axes");
        Windows windows = Windows.Of(call, x, [.. weight.Shape.Skip(2)]);
        return [OnPictures(x, picture => Convolve(call, picture, x.Rank == 3 ? weight.Unsqueeze(2) : weight, windows))];
    }

    private static Tensor Convolve(NodeCall call, Tensor x, Tensor weight, Windows windows)
    {
        int dilation = windows.Sizes[0] == 1 ? windows.Dilations[1] : windows.Dilations[0];
        call.Require(windows.Sizes[0] == 1 || windows.Sizes[1] == 1 || windows.Dilations[0] == windows.Dilations[1], "pair of dilations");
        (int down, int across) = (windows.Strides[0], windows.Strides[1]);
        if (x.Shape[2] == 1 && windows.Sizes[0] == 1) down = across; // of a single row there is nothing to skip
        int stride = (int)System.Numerics.BigInteger.GreatestCommonDivisor(down, across);
        Tensor padded = windows.IsEven ? x : windows.Padded(x, 0.0);
        Tensor y = padded.Conv2d(
            weight, call.Optional(2), stride, windows.IsEven ? windows.Before[0] : 0, dilation, call.Integer("group", 1));
        if (down > stride) y = y.Slice(2, 0, step: down / stride);
        return across > stride ? y.Slice(3, 0, step: across / stride) : y;
    }

    private static Tensor[] MaxPool(NodeCall call)
    {
        Tensor x = call.Input(0);
        Windows windows = Windows.Of(call, x, call.Integers("kernel_shape") ?? []);
        return [OnPictures(x, picture => windows.IsSquare
            ? picture.MaxPool2d(windows.Sizes[0], windows.Strides[0], windows.Before[0])
            : Taps(windows.Padded(picture, double.NegativeInfinity), windows).Aggregate((a, b) => a.Maximum(b)))];
    }

    private static Tensor[] AveragePool(NodeCall call)
    {
        Tensor x = call.Input(0);
        Windows windows = Windows.Of(call, x, call.Integers("kernel_shape") ?? []);
        bool countsPadding = call.Integer("count_include_pad", 0) != 0 || windows is { Before: [0, 0], After: [0, 0] };
        return [OnPictures(x, picture =>
        {
            if (windows.IsSquare && countsPadding) return picture.AveragePool2d(windows.Sizes[0], windows.Strides[0], windows.Before[0]);
            Tensor sum = Taps(windows.Padded(picture, 0.0), windows).Aggregate((a, b) => a + b);
            if (countsPadding) return sum / (windows.Sizes[0] * windows.Sizes[1]);
            Tensor ones = Tensor.Full([1, 1, .. picture.Shape.Skip(2)], 1.0, picture.DType);
            return sum / Taps(windows.Padded(ones, 0.0), windows).Aggregate((a, b) => a + b);
        })];
    }

    /// <summary>For each place of a window, the elements that stand there, [B, C, rows, columns].</summary>
    private static IEnumerable<Tensor> Taps(Tensor x, Windows windows)
    {
        (int rows, int columns) = (Outputs(0), Outputs(1));
        for (int i = 0; i < windows.Sizes[0]; i++)
            for (int j = 0; j < windows.Sizes[1]; j++)
                yield return Along(Along(x, 0, i, rows), 1, j, columns);

        int Outputs(int axis)
        {
            int span = ((windows.Sizes[axis] - 1) * windows.Dilations[axis]) + 1;
            return Math.Max(0, ((x.Shape[axis + 2] - span) / windows.Strides[axis]) + 1);
        }

        Tensor Along(Tensor tensor, int axis, int tap, int count)
        {
            int from = tap * windows.Dilations[axis];
            return tensor.Slice(axis + 2, from, from + ((count - 1) * windows.Strides[axis]) + 1, windows.Strides[axis]);
        }
    }

    /// <summary>Rows [B, C, length] as pictures of height 1.</summary>
    private static Tensor OnPictures(Tensor x, Func<Tensor, Tensor> function) =>
        x.Rank == 3 ? function(x.Unsqueeze(2)).Squeeze(2) : function(x);
}
