using Crucible.Lab.Data;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class PictureShapeTests
{
    [Fact]
    public void Highlight_IsOrangeWhereTheWeightIsAndGrayWhereThereIsNone()
    {
        // 4×4 of one shade, and the weight all in the upper left quarter: its corner is four fifths orange, (1, 0.55, 0).
        Tensor weights = Tensor.Of(new[, ,] { { { 0.5, 0.3 }, { 0.3, 0.3 } } }, DType.Float32);
        Tensor coloured = PictureShape.Highlight(Tensor.Full([1, 1, 4, 4], 0.5), weights);
        Assert.Equal([1, 3, 4, 4], coloured.Shape);
        Assert.Equal([0.1 + 0.8, 0.1 + (0.8 * 0.55), 0.1], Pixel(0, 0), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([0.5, 0.5, 0.5], Pixel(3, 3), (a, b) => Math.Abs(a - b) < 1e-6);

        double[] Pixel(int row, int column) => [.. Enumerable.Range(0, 3).Select(channel => coloured[0, channel, row, column].ToDouble())];
    }

    [Fact]
    public void Highlight_OfWhatDoesNotFit_SaysSo() => Assert.Equal(
        "pictures: they must be [N, 1, height, width] and their weights [N, rows, columns], but are [2, 1, 4, 4] and [1, 2, 2]",
        Assert.Throws<ShapeException>(() => PictureShape.Highlight(Tensor.Ones(2, 1, 4, 4), Tensor.Ones(1, 2, 2))).Message);
}
