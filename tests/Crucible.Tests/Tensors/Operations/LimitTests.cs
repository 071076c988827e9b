using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>Whole numbers near the limits of int neither wrap nor vanish: a result is right, or the error is Crucible's.</summary>
public class LimitTests
{
    private const int Most = int.MaxValue;
    private const int Least = int.MinValue;
    private static readonly Tensor Five = Tensor.Arange(5, DType.Float64);
    private static readonly Tensor Nothing = Tensor.Zeros(0, 5);

    [Fact]
    public void Slice_StepAtTheLimit_TakesTheFirst()
    {
        Assert.Equal([0], Five.Slice(0, 0, null, Most).ToArray());
        Assert.Equal([3], Five.Slice(0, 3, Most, Most).ToArray());
        Assert.Equal([1, 3], Five.Reshape(5, 1).Slice(0, 1, Most, 2).ToArray());
        Assert.Equal([0, 1], Tensor.Arange(6).Reshape(3, 2).Slice(0, 0, null, 1 << 30).ToArray());
        Assert.Equal(0, Five.Slice(0, 5, Most, Most).ElementCount);
        Assert.Equal(0, Five.Slice(0, 0, Least).ElementCount);
        Assert.Throws<ShapeException>(() => Five.Slice(0, Least));
    }

    [Fact]
    public void Slice_StepAtTheLimit_HasBothDerivatives()
    {
        Func<Tensor, Tensor> first = x => x.Slice(0, 1, null, Most);
        Expect.Close(Expect.Derivative(first, Five), 0, 0, 1, 0, 0, 0);
        Expect.Close(Derivative.JacobianV(first, Five, Five), 0, 1);
    }

    [Fact]
    public void Roll_AnyShift_GoesAround()
    {
        Assert.Equal(Five.Roll(2, 0).ToArray(), Five.Roll(Most, 0).ToArray()); // 2³¹ - 1 = 5 · 429496729 + 2
        Assert.Equal(Five.Roll(-3, 0).ToArray(), Five.Roll(Least, 0).ToArray());
    }

    [Fact]
    public void Chunk_MorePiecesThanElements_GivesOneEach() => Assert.Equal(5, Five.Chunk(Most).Length);

    /// <summary>A piece is an object of some hundred bytes, so that ten million of them need more than their one float each.</summary>
    [Fact]
    public void Chunk_IntoMillions_IsRefused()
    {
        Assert.Equal(1 << 20, Tensor.Zeros(1 << 20, 0).Chunk(Most).Length);
        Assert.Equal(
            "chunk: count must be at most 1048576, for pieces that are tensors, but is 2147483647",
            Assert.Throws<OptionException>(() => Tensor.Zeros(10_000_000).Chunk(Most)).Message);
    }

    [Fact]
    public void Triangles_AnyDiagonal_AreWholeOrEmpty()
    {
        Tensor ones = Tensor.Ones(2, 2);
        Assert.Equal([1, 1, 1, 1], [.. ones.Tril(Most).ToArray()]);
        Assert.Equal([0, 0, 0, 0], [.. ones.Triu(Most).ToArray()]);
        Assert.Equal([1, 1, 1, 1], [.. ones.Triu(Least).ToArray()]);
        Assert.Equal(0, ones.Diagonal(Least).ElementCount);
    }

    public static TheoryData<string, Func<object>> TooLarge => new()
    {
        { "pad: sizes must be at most 2146435071, but one would be 4294967299", () => Five.Pad(0, Most, Most) },
        { "pad: sizes must be at most 2146435071, but one would be 2147483653", () => Five.Pad(0, Most, 1) },
        { "tile: sizes must be at most 2146435071, but one would be 5000000000", () => Nothing.Tile(1, 1_000_000_000) },
        { "repeatInterleave: sizes must be at most 2146435071, but one would be 5000000000",
          () => Nothing.RepeatInterleave(1_000_000_000, 1) },
        { "concat: sizes must be at most 2146435071, but one would be 3000000000",
          () => Tensor.Concat([Tensor.Zeros(0, 1_500_000_000), Tensor.Zeros(0, 1_500_000_000)], 1) },
        { "split: sizes must be 0 or more and add up to 5, axis 0 of [5], but are [2147483647, 2147483647, 7]",
          () => Five.Split([Most, Most, 7]) },
        { "topK: k must be between 0 and 5, the size of axis 0 of [5], but is 2147483647", () => Five.TopK(Most) },
        { "select: the index must be between -5 and 4, but is -2147483648 along axis 0 of [5]", () => Five.Select(0, Least) },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void Size_BeyondWhatATensorHolds_IsRefusedInOneLine(string message, Func<object> call) =>
        Expect.Error<ShapeException>(message, call);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(3e9)]
    [InlineData(-2147483649.0)]
    public void Int_OfWhatIsNone_IsRefusedAsByTo(double value)
    {
        Tensor scalar = Tensor.Scalar(value, DType.Float64);
        string message = Assert.Throws<DTypeException>(() => scalar.To(DType.Int32)).Message;
        Assert.Equal(message, Assert.Throws<DTypeException>(() => (int)scalar).Message);
        Assert.Equal(message, Assert.Throws<DTypeException>(scalar.ToArray<int>).Message);
        Assert.Equal(message, Assert.Throws<DTypeException>(() => Tensor.Full([1], value, DType.Int32)).Message);
    }

    [Fact]
    public void Int_OfAFraction_IsTruncatedAsByTo()
    {
        foreach (double value in new[] { 2147483647.9, -2147483648.9, 0.5, -0.5, -7.0 })
        {
            Tensor scalar = Tensor.Scalar(value, DType.Float64);
            Assert.Equal(scalar.To(DType.Int32).ToDouble(), (int)scalar);
            Assert.Equal((int)value, (int)scalar);
        }
    }
}
