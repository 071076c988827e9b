using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>Brings pictures [channels, height, width] to the sizes that models take.</summary>
public static class PictureShape
{
    private const int DigitSize = 28;
    private const int DigitBox = 20; // MNIST's digits fill so much of it
    private const double Ink = 0.2; // of the darkest, from which a pixel belongs to the digit
    private const double LeastContrast = 0.1;
    private const double Strongest = 0.8; // of the colour, so that what lies under it still shows

    private static readonly double[] Orange = [1.0, 0.55, 0.0];

    /// <summary>Makes a picture larger or smaller; each pixel is a mean of those near it, weighted by their distance.</summary>
    /// <param name="picture">[… height, width].</param>
    /// <param name="height">The new height, 1 or more.</param>
    /// <param name="width">The new width, 1 or more.</param>
    /// <returns>[… height, width].</returns>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public static Tensor Resize(Tensor picture, int height, int width)
    {
        if (height < 1 || width < 1) throw new OptionException(Invariant($"resize: sizes must be 1 or more, but are {height}×{width}"));
        Tensor down = Weights(height, picture.Shape[-2], picture.DType), across = Weights(width, picture.Shape[-1], picture.DType);
        return down.MatMul(picture).MatMul(across, transposeB: true);
    }

    /// <summary>Makes a picture square: as large as fits, in the middle, on the mean shade of its edge.</summary>
    /// <param name="picture">[channels, height, width].</param>
    /// <param name="size">Height and width, 1 or more.</param>
    /// <returns>[channels, size, size].</returns>
    /// <exception cref="OptionException">The size is below 1.</exception>
    public static Tensor Fit(Tensor picture, int size)
    {
        Tensor small = Shrink(picture, size);
        (int height, int width) = (small.Shape[1], small.Shape[2]);
        if (height == size && width == size) return small;
        Tensor edge = Edge(small).Mean(1).Reshape(-1, 1, 1); // [channels, 1, 1]
        return edge + Place(small - edge, size, (size - height) / 2, (size - width) / 2);
    }

    /// <summary>
    /// Makes a picture of one digit what MNIST's are: light on dark (which of both it is, its edge tells), the shades
    /// stretched, the digit as large as fits a box of 20×20, and its centre of mass in the middle of 28×28.
    /// </summary>
    /// <param name="picture">[1, height, width].</param>
    /// <param name="path">What messages call it.</param>
    /// <returns>[1, 28, 28].</returns>
    /// <exception cref="DataException">All of the picture is nearly one shade.</exception>
    public static Tensor AsDigit(Tensor picture, string path = "picture")
    {
        double[] edge = [.. Edge(picture).ToArray().Order()];
        double ground = edge[edge.Length / 2];
        (double least, double most) = (picture.Min().ToDouble(), picture.Max().ToDouble());
        bool isLightOnDark = most - ground >= ground - least;
        double contrast = isLightOnDark ? most - ground : ground - least;
        if (!(contrast >= LeastContrast)) throw PictureErrors.Blank(path);
        Tensor ink = ((isLightOnDark ? picture - ground : ground - picture) / contrast).Clamp(0.0, 1.0);
        (int top, int bottom) = Extent(ink.Max([0, 2]));
        (int left, int right) = Extent(ink.Max([0, 1]));
        Tensor digit = Shrink(ink.Slice(1, top, bottom).Slice(2, left, right), DigitBox).Clamp(0.0, 1.0);
        double sum = Math.Max(digit.Sum().ToDouble(), 1e-9);
        int down = Offset(digit.Sum([0, 2]), sum), across = Offset(digit.Sum([0, 1]), sum);
        return Place(digit, DigitSize, down, across);
    }

    /// <summary>Colours gray pictures by what counts in them: the most of each picture is orange, the least is left as it is.</summary>
    /// <param name="pictures">[N, 1, height, width].</param>
    /// <param name="weights">[N, rows, columns]: of parts of the pictures, as patches.</param>
    /// <returns>[N, 3, height, width].</returns>
    /// <exception cref="ShapeException">The tensors do not fit together.</exception>
    public static Tensor Highlight(Tensor pictures, Tensor weights)
    {
        if (pictures.Rank != 4 || pictures.Shape[1] != 1 || weights.Rank != 3 || weights.Shape[0] != pictures.Shape[0])
            throw PictureErrors.Weights(pictures.Shape, weights.Shape);
        Tensor above = weights - weights.Min([1, 2], keepDims: true);
        Tensor parts = above / above.Max([1, 2], keepDims: true).Maximum(1e-12);
        Tensor share = Strongest * Resize(parts, pictures.Shape[2], pictures.Shape[3]).Unsqueeze(1); // [N, 1, height, width]
        return Tensor.Concat(Orange.Select(channel => (pictures * (1.0 - share)) + (share * channel)), 1);
    }

    /// <summary>Reads a picture file as MNIST's digits are: <c>PictureShape.ReadDigit "seven.png"</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>[1, 28, 28].</returns>
    /// <exception cref="DataException">The file is no picture, or nothing is drawn on it.</exception>
    public static Tensor ReadDigit(string path) => AsDigit(PictureFile.Read(path), path);

    private static Tensor Shrink(Tensor picture, int size)
    {
        (int height, int width) = (picture.Shape[1], picture.Shape[2]);
        double scale = (double)size / Math.Max(height, width);
        return Resize(picture, Math.Max(1, (int)Math.Round(height * scale)), Math.Max(1, (int)Math.Round(width * scale)));
    }

    private static Tensor Place(Tensor picture, int size, int down, int across)
    {
        (down, across) = (Math.Clamp(down, 0, size - picture.Shape[1]), Math.Clamp(across, 0, size - picture.Shape[2]));
        return picture.Pad(1, down, size - picture.Shape[1] - down).Pad(2, across, size - picture.Shape[2] - across);
    }

    /// <summary>Where a picture must begin so that its centre of mass is in the middle.</summary>
    private static int Offset(Tensor masses, double sum)
    {
        double centre = masses.ToArray().Select((mass, place) => mass * (place + 0.5)).Sum() / sum;
        return (int)Math.Round((DigitSize / 2.0) - centre);
    }

    /// <summary>The first and one behind the last place with ink.</summary>
    private static (int First, int End) Extent(Tensor darkest)
    {
        double[] values = darkest.ToArray();
        return (Array.FindIndex(values, value => value > Ink), Array.FindLastIndex(values, value => value > Ink) + 1);
    }

    /// <summary>The pixels along the edge, [channels, count].</summary>
    private static Tensor Edge(Tensor picture) => Tensor.Concat(
        [picture.Select(1, 0), picture.Select(1, -1), picture.Select(2, 0), picture.Select(2, -1)], 1);

    /// <summary>The share of each of the old places in each new one, [size, old]: triangles, wider where it gets smaller.</summary>
    private static Tensor Weights(int size, int old, DType dtype)
    {
        double scale = (double)old / size, reach = Math.Max(1.0, scale);
        Tensor weights = Tensor.Init(
            [size, old], at => Math.Max(0.0, 1 - (Math.Abs(at[1] + 0.5 - ((at[0] + 0.5) * scale)) / reach)), DType.Float64);
        return (weights / weights.Sum(1, keepDims: true)).To(dtype);
    }
}
