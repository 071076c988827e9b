using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Convolution of pictures with filters, which are not mirrored: y[b, o, r, c] = bias[o] + Σ w[o, i, p, q] ·
    /// x[b, i, r·stride + p·dilation - padding, c·stride + q·dilation - padding], x being 0 beyond its edges.
    /// </summary>
    /// <param name="weight">The filters w [outputs, channels / groups, window height, window width]; this tensor is x
    /// [examples, channels, height, width].</param>
    /// <param name="bias">A term for each output channel, [outputs]; null for none.</param>
    /// <param name="stride">How far windows are apart, 1 or more.</param>
    /// <param name="padding">Rows and columns of zeros on each side, 0 or more.</param>
    /// <param name="dilation">How far the elements of a window are apart, 1 or more.</param>
    /// <param name="groups">Into how many groups the channels fall, each of which gives as many of the outputs.</param>
    /// <returns>y [examples, outputs, rows, columns], rows = ⌊(height + 2·padding - dilation·(window height - 1) - 1) /
    /// stride⌋ + 1.</returns>
    /// <exception cref="ShapeException">The sizes do not fit, or a window is larger than the padded input.</exception>
    /// <exception cref="DTypeException">The element types are not all float32 or all float64.</exception>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public Tensor Conv2d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        RequireFloat("conv2d");
        if (DType != weight.DType) throw Errors.DTypes("conv2d", DType, weight.DType);
        if (bias is not null && DType != bias.DType) throw Errors.DTypes("conv2d", DType, bias.DType);
        Windows.Check("conv2d", stride, padding, dilation);
        if (groups < 1) throw Errors.Option("conv2d", nameof(groups), "1 or more", groups);
        if (Rank != 4) throw Errors.Pictures("conv2d", Shape);
        if (weight.Rank != 4)
            throw Errors.Shape("conv2d: the weight must be [outputs, channels, window height, window width],"
                + Invariant($" but is {weight.Shape}"));
        int outputs = weight.Shape[0];
        if (Shape[1] != weight.Shape[1] * groups || outputs % groups != 0)
            throw Errors.Shape("conv2d: the weight must be [outputs, channels / groups, window height, window width],"
                + Invariant($" but is {weight.Shape} for an input {Shape} in {groups} {(groups == 1 ? "group" : "groups")}"));
        if (bias is not null && (bias.Rank != 1 || bias.Shape[0] != outputs))
            throw Errors.Shape("conv2d: the bias must have one value for each output,"
                + Invariant($" but is {bias.Shape} and the weight is {weight.Shape}"));
        WindowGrid grid = Windows.Grid("conv2d", Shape, weight.Shape[2], weight.Shape[3], stride, padding, dilation);
        ConvolutionSizes sizes = new(Shape[0], groups, weight.Shape[1], outputs / groups, grid);
        return Convolution.Forward(sizes, this, weight, bias);
    }
}

/// <summary>
/// y = x * w + b, linear in each of x and w. With the two other operations of this file it is closed under derivatives:
/// each one's are the other two.
/// </summary>
internal sealed class Convolution(ConvolutionSizes sizes, Tensor[] inputs) : Operation(inputs)
{
    public override string Name => "conv2d";

    public static unsafe Tensor Forward(ConvolutionSizes sizes, Tensor x, Tensor weight, Tensor? bias)
    {
        Tensor y = Tensor.Allocate(ConvolutionShapes.Output(sizes), x.DType);
        if (x.DType == DType.Float32)
        {
            fixed (float* px = x.Data<float>(), pw = weight.Data<float>(), pb = Normalization.DataOf<float>(bias), py = y.Data<float>())
                Kernels.Convolution.Forward(sizes, px, pw, pb, py);
        }
        else
        {
            fixed (double* px = x.Data<double>(), pw = weight.Data<double>(), pb = Normalization.DataOf<double>(bias))
            fixed (double* py = y.Data<double>())
                Kernels.Convolution.Forward(sizes, px, pw, pb, py);
        }

        return x.IsRecorded || weight.IsRecorded || bias is { IsRecorded: true }
            ? new Convolution(sizes, bias is null ? [x, weight] : [x, weight, bias]).Record(y)
            : y;
    }

    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, ConvolutionInput.Forward(sizes, gradient, Input(1)));
        if (Needs(1)) Accumulate(1, ConvolutionWeight.Forward(sizes, Input(0), gradient));
        if (InputCount > 2 && Needs(2)) Accumulate(2, gradient.Sum([2, 3]).Sum(0)); // in the order of memory
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents)
    {
        Tensor? product = Plus(
            tangents[0] is { } x ? Forward(sizes, x, Input(1), null) : null,
            tangents[1] is { } weight ? Forward(sizes, Input(0), weight, null) : null);
        return InputCount < 3 ? product : Plus(product, tangents[2]?.Reshape(1, -1, 1, 1).Expand(Output.Shape));
    }
}

/// <summary>x's gradient: what y's gradient g gives each element through the windows that see it.</summary>
internal sealed class ConvolutionInput(ConvolutionSizes sizes, Tensor g, Tensor weight) : Operation(g, weight)
{
    public static unsafe Tensor Forward(ConvolutionSizes sizes, Tensor g, Tensor weight)
    {
        Tensor x = Tensor.Allocate(ConvolutionShapes.Input(sizes), g.DType);
        if (g.DType == DType.Float32)
        {
            fixed (float* pg = g.Data<float>(), pw = weight.Data<float>(), px = x.Data<float>())
                Kernels.Convolution.Input(sizes, pg, pw, px);
        }
        else
        {
            fixed (double* pg = g.Data<double>(), pw = weight.Data<double>(), px = x.Data<double>())
                Kernels.Convolution.Input(sizes, pg, pw, px);
        }

        return g.IsRecorded || weight.IsRecorded ? new ConvolutionInput(sizes, g, weight).Record(x) : x;
    }

    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, Convolution.Forward(sizes, gradient, Input(1), null));
        if (Needs(1)) Accumulate(1, ConvolutionWeight.Forward(sizes, gradient, Input(0)));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Plus(
        tangents[0] is { } g ? Forward(sizes, g, Input(1)) : null,
        tangents[1] is { } weight ? Forward(sizes, Input(0), weight) : null);
}

/// <summary>w's gradient: y's gradient g times the patches of x, summed over examples and places.</summary>
internal sealed class ConvolutionWeight(ConvolutionSizes sizes, Tensor x, Tensor g) : Operation(x, g)
{
    public static unsafe Tensor Forward(ConvolutionSizes sizes, Tensor x, Tensor g)
    {
        Tensor weight = Tensor.Allocate(ConvolutionShapes.Weight(sizes), x.DType);
        if (x.DType == DType.Float32)
        {
            fixed (float* px = x.Data<float>(), pg = g.Data<float>(), pw = weight.Data<float>())
                Kernels.Convolution.Weight(sizes, px, pg, pw);
        }
        else
        {
            fixed (double* px = x.Data<double>(), pg = g.Data<double>(), pw = weight.Data<double>())
                Kernels.Convolution.Weight(sizes, px, pg, pw);
        }

        return x.IsRecorded || g.IsRecorded ? new ConvolutionWeight(sizes, x, g).Record(weight) : weight;
    }

    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, ConvolutionInput.Forward(sizes, Input(1), gradient));
        if (Needs(1)) Accumulate(1, Convolution.Forward(sizes, Input(0), gradient, null));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Plus(
        tangents[0] is { } x ? Forward(sizes, x, Input(1)) : null,
        tangents[1] is { } g ? Forward(sizes, Input(0), g) : null);
}

/// <summary>The shapes of the three tensors of a convolution.</summary>
internal static class ConvolutionShapes
{
    public static Shape Input(in ConvolutionSizes sizes) =>
        Shape.From(sizes.Examples, sizes.Groups * sizes.Channels, sizes.Grid.Height, sizes.Grid.Width);

    public static Shape Weight(in ConvolutionSizes sizes) =>
        Shape.From(sizes.Groups * sizes.Outputs, sizes.Channels, sizes.Grid.WindowHeight, sizes.Grid.WindowWidth);

    public static Shape Output(in ConvolutionSizes sizes) =>
        Shape.From(sizes.Examples, sizes.Groups * sizes.Outputs, sizes.Grid.OutputHeight, sizes.Grid.OutputWidth);
}

/// <summary>What convolution and pooling share.</summary>
internal static class Windows
{
    public static void Check(string operation, int stride, int padding, int dilation = 1)
    {
        if (stride < 1) throw Errors.Option(operation, nameof(stride), "1 or more", stride);
        if (padding < 0) throw Errors.Option(operation, nameof(padding), "0 or more", padding);
        if (dilation < 1) throw Errors.Option(operation, nameof(dilation), "1 or more", dilation);
    }

    /// <summary>The windows on the last two axes of a shape.</summary>
    public static WindowGrid Grid(string operation, Shape shape, int height, int width, int stride, int padding, int dilation = 1)
    {
        if (height < 1 || width < 1)
            throw Errors.Shape(Invariant($"{operation}: a window must have at least 1 row and 1 column, but is {height}×{width}"));
        CheckFits(shape[-2], height);
        CheckFits(shape[-1], width);
        return new(shape[-2], shape[-1], height, width, stride, padding, dilation);

        void CheckFits(int size, int window)
        {
            long span = ((long)dilation * (window - 1)) + 1, room = size + (2L * padding);
            if (span > room || room > Shape.MaxElements)
                throw Errors.Shape(Invariant($"{operation}: a window must fit the input with its padding, but a window spans {span}")
                    + Invariant($" and the input {shape} with padding {padding} has {room}"));
        }
    }
}
