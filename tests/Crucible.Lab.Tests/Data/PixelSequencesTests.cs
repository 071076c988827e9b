using Crucible.Lab.Data;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class PixelSequencesTests
{
    private static readonly PixelSequences Small = new(2, 3, 4);

    private static Tensor Pixels(params int[] values) => Tensor.From(values, values.Length / 4, 4);

    private static Gpt Model(int vocabulary = 7, int context = 4) =>
        new(new() { Vocabulary = vocabulary, Context = context, Layers = 1, Heads = 2, Width = 8 }, new Generator(1));

    [Fact]
    public void Read_MakesSmallerAndRoundsToTheNearestLevel()
    {
        // Each quarter of 4×4 has one shade: 0, 0.1, 0.3 and 1 are levels 0, 0, 1 and 2 of three. Along each axis a new pixel is
        // 6/7 of its own quarter and 1/7 of the next, which makes them 0.07, 0.20, 0.35 and 0.78 and changes no level.
        double[] shades = [0, 0.1, 0.3, 1];
        Tensor picture = Tensor.Init([1, 1, 4, 4], at => shades[(at[2] / 2 * 2) + (at[3] / 2)]);
        Assert.Equal([0, 0, 1, 2], Small.Read(picture).ToArray<int>());
    }

    [Fact]
    public void Draw_IsReadBackAsTheSame()
    {
        Tensor pixels = Pixels(0, 1, 2, 1, 2, 2, 0, 0);
        Tensor pictures = Small.Draw(pixels);
        Assert.Equal([2, 1, 2, 2], pictures.Shape);
        Assert.Equal([0, 0.5, 1, 0.5, 1, 1, 0, 0], pictures.ToArray());
        Assert.Equal(pixels.ToArray(), Small.Read(pictures).ToArray());
    }

    [Fact]
    public void Before_IsTheClassThenAllPixelsButTheLast() => Assert.Equal(
        [3, 0, 1, 2, 6, 2, 2, 0], Small.Before(Pixels(0, 1, 2, 1, 2, 2, 0, 0), Tensor.From(new[] { 0, 3 })).ToArray<int>());

    [Fact]
    public void Complete_KeepsWhatIsGivenAndDrawsLevelsOnly()
    {
        Tensor labels = Tensor.From(new[] { 0, 1, 2, 3, 0 }), given = Tensor.From([0, 1, 2, 1, 0, 2, 2, 2, 1, 1], 5, 2);
        Tensor drawn = Small.Complete(Model(), given, labels, new() { Seed = 3 });
        Assert.Equal([5, 4], drawn.Shape);
        Assert.Equal(given.ToArray(), drawn.Slice(1, 0, 2).ToArray());
        Assert.All(drawn.ToArray<int>(), level => Assert.InRange(level, 0, 2));
        Tensor first = Small.Complete(Model(), given.Slice(0, 0, 2), labels.Slice(0, 0, 2), new() { Seed = 3 });
        Assert.Equal(first.ToArray(), drawn.Slice(0, 0, 2).ToArray()); // whatever stands beside them
    }

    [Fact]
    public void Complete_FromNothingAndGreedily_IsTheLikeliestPixelAfterPixel()
    {
        Gpt model = Model();
        Tensor drawn = Small.Complete(model, Tensor.Zeros([1, 0], DType.Int32), Tensor.From(new[] { 2 }), new() { Temperature = 0 });
        List<int> tokens = [5];
        for (int place = 0; place < 4; place++)
        {
            double[] logits = model.NextLogits(Tensor.From(tokens.ToArray(), 1, tokens.Count), default).ToArray();
            tokens.Add(Array.IndexOf(logits, logits.Take(3).Max()));
        }

        Assert.Equal(tokens.Skip(1), drawn.ToArray<int>());
    }

    [Fact]
    public void BitsPerPixel_ByPlace_IsByHand()
    {
        // Place 0 has levels 0, 0, and one more of each: 3/5, 1/5, 1/5. The others have 1, 1: 1/5, 3/5, 1/5.
        PixelCounts counts = new(Small, Pixels(0, 1, 1, 1, 0, 1, 1, 1), PixelContext.Place);
        Assert.Equal(-Math.Log2(0.6), counts.BitsPerPixel(Pixels(0, 1, 1, 1)), 1e-12);
        Assert.Equal(-((3 * Math.Log2(0.6)) + Math.Log2(0.2)) / 4, counts.BitsPerPixel(Pixels(2, 1, 1, 1)), 1e-12);
    }

    [Fact]
    public void BitsPerPixel_ByNeighbours_IsByHand()
    {
        // 0 1 / 2 2: contexts (above, left) are (edge, edge) → 0, (edge, 0) → 1, (0, edge) → 2, (1, 2) → 2; each 2/4 then.
        PixelCounts counts = new(Small, Pixels(0, 1, 2, 2), PixelContext.Neighbours);
        Assert.Equal(1, counts.BitsPerPixel(Pixels(0, 1, 2, 2)), 1e-12);
        // 1 / 4 of (edge, edge), 1 / 3 of each context that never came.
        Assert.Equal((2 + (3 * Math.Log2(3))) / 4, counts.BitsPerPixel(Pixels(1, 1, 1, 1)), 1e-12);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefusedInALine()
    {
        Assert.Equal("pixels: levels must be 2 or more, but is 1", Message(() => new PixelSequences(2, 1, 1)));
        Assert.Equal("pixels: they must be [N, 4], but are [1, 3]", Message(() => Small.Draw(Tensor.From([0, 1, 2], 1, 3))));
        Assert.Equal("pixels: the pictures must be [N, 1, height, width], but are [2, 2]", Message(() => Small.Read(Tensor.Ones(2, 2))));
        Assert.Equal(
            "pixels: a label must be from 0 to 3, but is 4", Message(() => Small.Before(Pixels(0, 0, 0, 0), Tensor.From(new[] { 4 }))));
        Assert.Equal(
            "pixels: there must be a label for each picture, [1], but they are [2]",
            Message(() => Small.Before(Pixels(0, 0, 0, 0), Tensor.From(new[] { 1, 1 }))));
        Assert.Equal(
            "pixels: the model must have 7 tokens and see 4 of them or more, but has 7 and sees 3",
            Message(() => Small.Complete(Model(context: 3), Pixels(0, 0, 0, 0).Slice(1, 0, 1), Tensor.From(new[] { 1 }), new())));
        Assert.Equal(
            "pixels: they must be [N, from 0 to 3], but are [1, 4]",
            Message(() => Small.Complete(Model(), Pixels(0, 0, 0, 0), Tensor.From(new[] { 1 }), new())));
        Assert.Equal(
            "pixels: a pixel must be from 0 to 2, but is 3",
            Message(() => new PixelCounts(Small, Pixels(0, 0, 0, 3), PixelContext.Place)));

        static string Message(Func<object> make) => Assert.ThrowsAny<CrucibleException>(make).Message;
    }
}
