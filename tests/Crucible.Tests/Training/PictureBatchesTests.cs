using Crucible.Tensors;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public class PictureBatchesTests
{
    /// <summary>Pictures with one pixel lit, at (3, 4) of 7×9.</summary>
    private static Tensor Points(int count) =>
        Tensor.Init([count, 1, 7, 9], index => index[2] == 3 && index[3] == 4 ? index[0] + 1 : 0);

    private static PictureBatches Batches(int count, int size, int shift) => new(Points(count), Tensor.Arange(count), size, shift);

    [Fact]
    public void At_WithAShift_MovesEachPictureItsOwnWay()
    {
        PictureBatches batches = Batches(400, 400, 2);
        Batch batch = batches.At(1, 0);
        double[] labels = batch.Targets.ToArray();
        HashSet<(int Down, int Across)> seen = [];
        for (int picture = 0; picture < 400; picture++)
        {
            double[] pixels = batch.Inputs.Select(0, picture).ToArray();
            int place = Array.FindIndex(pixels, value => value != 0);
            Assert.Equal(labels[picture] + 1, pixels[place]);
            Assert.Single(pixels, value => value != 0);
            seen.Add(((place / 9) - 3, (place % 9) - 4));
        }

        // All 5·5 ways; 400 draws miss a given one with a probability of (24/25)^400 = 8e-8.
        Assert.Equal(25, seen.Count);
        Assert.All(seen, way => Assert.InRange(Math.Max(Math.Abs(way.Down), Math.Abs(way.Across)), 0, 2));
    }

    [Fact]
    public void At_WhatIsMovedOutOfThePicture_IsGoneAndTheEdgeIsDark()
    {
        PictureBatches batches = new(Tensor.Ones(50, 2, 3, 3), Tensor.Arange(50), 50, 2);
        foreach (Tensor picture in Enumerable.Range(0, 50).Select(place => batches.At(4, 0).Inputs.Select(0, place)))
        {
            double[] rows = picture.Select(0, 0).Max(1).ToArray(), columns = picture.Select(0, 0).Max(0).ToArray();
            Assert.Equal(rows.Sum() * columns.Sum(), picture.Select(0, 1).Sum().ToDouble()); // a rectangle, alike in both channels
        }
    }

    [Fact]
    public void At_FollowsFromSeedAndUpdateAlone()
    {
        PictureBatches inTurn = Batches(30, 8, 2), fresh = Batches(30, 8, 2);
        for (int update = 0; update < 9; update++) inTurn.At(5, update).Release();
        Batch expected = fresh.At(5, 9), actual = inTurn.At(5, 9);
        Assert.Equal(expected.Inputs.ToArray(), actual.Inputs.ToArray());
        Assert.Equal(expected.Targets.ToArray(), actual.Targets.ToArray());
        Assert.NotEqual(expected.Inputs.ToArray(), fresh.At(6, 9).Inputs.ToArray());
    }

    [Fact]
    public void InOrder_LeavesPicturesInTheirPlaces()
    {
        PictureBatches batches = Batches(1200, 100, 2);
        Assert.Equal([500, 500, 200], batches.InOrder().Select(batch => batch.Items));
        Assert.Equal(Points(1200).ToArray(), batches.InOrder().SelectMany(batch => batch.Inputs.ToArray()));
        Assert.Equal(12, batches.Count);
        Assert.Equal("1200 rows, batch size 100, shuffled, moved by up to 2", batches.Description);
        Assert.Equal(new RowBatches(Points(12), Tensor.Arange(12), 5).Description, Batches(12, 5, 0).Description);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        Assert.Equal(
            "picture batches: shift must be from 0 to 6, less than height and width, but is 7",
            Assert.Throws<OptionException>(() => Batches(3, 1, 7)).Message);
        Assert.Equal(
            "picture batches: the input must be [examples, channels, height, width], but is [3, 4]",
            Assert.Throws<ShapeException>(() => new PictureBatches(Tensor.Ones(3, 4), Tensor.Arange(3))).Message);
        Assert.Equal(
            "picture batches: pictures must be float32, but are float64",
            Assert.Throws<DTypeException>(() => new PictureBatches(Points(3).To(DType.Float64), Tensor.Arange(3))).Message);
    }
}
