using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Tensors;

public class RearrangementTests
{
    private static Tensor Matrix => Tensor.Of(new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 } });

    [Fact]
    public void Tril_And_Triu_EqualHandValues()
    {
        Expect.Close(Matrix.Tril(), 0, 1, 0, 0, 4, 5, 0);
        Expect.Close(Matrix.Tril(1), 0, 1, 2, 0, 4, 5, 6);
        Expect.Close(Matrix.Triu(), 0, 1, 2, 3, 0, 5, 6);
        Expect.Close(Matrix.Triu(-5), 0, 1, 2, 3, 4, 5, 6);
        Expect.Close(Matrix.Tril(-2), 0, 0, 0, 0, 0, 0, 0);
        Assert.Equal([1, 0, 0, 1, 1, 0, 1, 1, 1], Tensor.Ones([3, 3], DType.Bool).Tril().ToArray());
        Expect.Close(Matrix.Tril(int.MaxValue), 0, 1, 2, 3, 4, 5, 6);
    }

    [Fact]
    public void Diagonal_EqualsHandValues()
    {
        Expect.Close(Matrix.Diagonal(), 0, 1, 5);
        Expect.Close(Matrix.Diagonal(1), 0, 2, 6);
        Expect.Close(Matrix.Diagonal(2), 0, 3);
        Expect.Close(Matrix.Diagonal(-1), 0, 4);
        Assert.Equal(Shape.From(0), Matrix.Diagonal(3).Shape);
        Assert.Equal(Shape.From(0), Matrix.Diagonal(-2).Shape);
        Expect.Close(Tensor.Stack([Matrix, 10 * Matrix]).Diagonal(1), 0, 2, 6, 20, 60);
        Expect.Close(Matrix.Trace(), 0, 6);
    }

    [Fact]
    public void Flip_And_Roll_EqualHandValues()
    {
        Expect.Close(Matrix.Flip(1), 0, 3, 2, 1, 6, 5, 4);
        Expect.Close(Matrix.Flip(0, -1), 0, 6, 5, 4, 3, 2, 1);
        Expect.Close(Matrix.Flip(), 0, 6, 5, 4, 3, 2, 1);
        Expect.Close(Matrix.Roll(1, 1), 0, 3, 1, 2, 6, 4, 5);
        Expect.Close(Matrix.Roll(-4, 1), 0, 2, 3, 1, 5, 6, 4);
        Expect.Close(Matrix.Roll(1, 0), 0, 4, 5, 6, 1, 2, 3);
        Assert.Equal(Shape.From(0, 2), Tensor.Zeros(0, 2).Roll(1, 0).Flip(0).Shape);
    }

    [Fact]
    public void Tile_And_RepeatInterleave_EqualHandValues()
    {
        Expect.Close(Tensor.Of(new[] { 1.0, 2.0 }).Tile(3), 0, 1, 2, 1, 2, 1, 2);
        Expect.Close(Tensor.Of(new[] { 1.0, 2.0 }).RepeatInterleave(3, 0), 0, 1, 1, 1, 2, 2, 2);
        Expect.Close(Matrix.Tile(2, 1), 0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6);
        Assert.Equal(Shape.From(2, 2, 6), Matrix.Tile(2, 1, 2).Shape);
        Expect.Close(Matrix.RepeatInterleave(2, 1), 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6);
        Assert.Equal(Shape.From(2, 0), Matrix.RepeatInterleave(0, 1).Shape);
    }

    [Fact]
    public void Dot_And_Outer_EqualHandValues()
    {
        Expect.Close(Expect.Vector(1, 2, 3).Dot(Expect.Vector(4, 5, 6)), 0, 32); // 4 + 10 + 18
        Expect.Close(Expect.Vector(1, 2).Outer(Expect.Vector(3, 4, 5)), 0, 3, 4, 5, 6, 8, 10);
    }

    [Fact]
    public void Rearrangements_OfWrongInput_NameIt()
    {
        Expect.Error<ShapeException>("tril: the tensor must have at least two axes, but its shape is [3]", () => Tensor.Zeros(3).Tril());
        Expect.Error<ShapeException>("diagonal: the tensor must have at least two axes, but its shape is [3]", () =>
            Tensor.Zeros(3).Diagonal());
        Expect.Error<ShapeException>("trace: the tensor must have at least two axes, but its shape is [3]", () => Tensor.Zeros(3).Trace());
        Expect.Error<ShapeException>("flip: axes must be distinct, but axis 1 is repeated", () => Matrix.Flip(1, -1));
        Expect.Error<ShapeException>("roll: axis must be between -2 and 1, but is 5 for shape [2, 3]", () => Matrix.Roll(1, 5));
        Expect.Error<OptionException>("tile: repeats must be 0 or more, but is -1", () => Matrix.Tile(-1));
        Expect.Error<OptionException>("repeatInterleave: repeats must be 0 or more, but is -2", () => Matrix.RepeatInterleave(-2, 0));
        Expect.Error<ShapeException>("dot: the operands must be vectors of equal length, but a is [2, 3] and b is [3]", () =>
            Matrix.Dot(Tensor.Zeros(3)));
        Expect.Error<ShapeException>("outer: the operands must be vectors, but a is [2, 3] and b is [3]", () =>
            Matrix.Outer(Tensor.Zeros(3)));
    }

    [Property]
    public Property Triangles_AddUpToTheMatrixAndItsDiagonal() => Prop.ForAll(
        Gen.Choose(1, 5).ToArbitrary(),
        Gen.Choose(1, 5).ToArbitrary(),
        Gen.Choose(-6, 6).ToArbitrary(),
        (rows, columns, diagonal) =>
        {
            Tensor x = GradientCases.Values(1, rows, columns);
            Assert.Equal(x.ToArray(), (x.Tril(diagonal) + x.Triu(diagonal + 1)).ToArray());
            // What both triangles have is the diagonal.
            Assert.Equal(x.Diagonal(diagonal).Sum().ToDouble(), x.Tril(diagonal).Triu(diagonal).Sum().ToDouble(), Expect.Rounding64 * 10);
            Assert.Equal(x.Tril(diagonal).ToArray(), x.T.Triu(-diagonal).T.ToArray());
        });

    [Property]
    public Property FlippingTwice_AndRollingBack_ChangeNothing() => Prop.ForAll(
        Gen.Choose(1, 5).ToArbitrary(),
        Gen.Choose(0, 2).ToArbitrary(),
        Gen.Choose(-9, 9).ToArbitrary(),
        (size, axis, shift) =>
        {
            Tensor x = GradientCases.Values(1, size, 2, size + 1);
            Assert.True(x.IsIdenticalTo(x.Flip(axis).Flip(axis)));
            Assert.True(x.IsIdenticalTo(x.Roll(shift, axis).Roll(-shift, axis)));
        });
}
