using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Tensors;

public class SortTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void ArgMax_OfTiesAndNaN_IsTheFirst()
    {
        Assert.Equal(1, Expect.Vector(1, 5, 5).ArgMax().ToDouble());
        Assert.Equal(0, Expect.Vector(1, 5, 1).ArgMin().ToDouble());
        Assert.Equal(1, Expect.Vector(9, double.NaN, double.NaN).ArgMax().ToDouble());
        Assert.Equal(1, Expect.Vector(-9, double.NaN, 3).ArgMin().ToDouble());
        Assert.Equal(DType.Int32, Expect.Vector(1).ArgMax().DType);
    }

    [Fact]
    public void ArgMax_AlongAnAxis_EqualsHandValues()
    {
        Tensor x = Tensor.Of(new[,] { { 1, 5, 3 }, { 4, 2, 9 } });
        Assert.Equal([1, 0, 1], x.ArgMax(0).ToArray());
        Assert.Equal([1, 2], x.ArgMax(1).ToArray());
        Assert.Equal(Shape.From(2, 1), x.ArgMin(1, keepDims: true).Shape);
        Assert.Equal(5, x.ArgMax().ToDouble()); // position in row-major order
    }

    [Fact]
    public void CumSum_EqualsHandValues()
    {
        Tensor x = Tensor.Of(new[,] { { 1.0, 5.0, 3.0 }, { 4.0, 2.0, 9.0 } });
        Expect.Close(x.CumSum(1), 0, 1, 6, 9, 4, 6, 15);
        Expect.Close(x.CumSum(0), 0, 1, 5, 3, 5, 7, 12);
        Expect.Close(Tensor.Of(new[] { true, false, true }).CumSum(0), 0, 1, 1, 2);
        // x₀ is in all three sums, x₂ in one.
        Expect.Close(Expect.Derivative(t => t.CumSum(0), Expect.Vector(1, 2, 3)), 0, 3, 2, 1);
    }

    [Fact]
    public void CumSum_OfManyFloats_IsAccumulatedInDouble() =>
        // In float32 the sum would stop at 2²⁴ = 16777216.
        Assert.Equal(16777220, (Tensor.Full([16777220], 1.0).CumSum(0)[-1]).ToDouble());

    [Fact]
    public void Sort_EqualsHandValues_AndIsStable()
    {
        (Tensor? values, Tensor? indices) = Expect.Vector(3, -1, 3, 0, -1).Sort();
        Expect.Close(values, 0, -1, -1, 0, 3, 3);
        Assert.Equal([1, 4, 3, 0, 2], indices.ToArray());
        (values, indices) = Expect.Vector(3, -1, 3, 0, -1).Sort(descending: true);
        Expect.Close(values, 0, 3, 3, 0, -1, -1);
        Assert.Equal([0, 2, 3, 1, 4], indices.ToArray());
    }

    [Fact]
    public void Sort_PutsNaNAboveInfinity_AndZerosTogether()
    {
        Tensor x = Expect.Vector(double.NaN, Infinity, 0.0, -0.0, -Infinity);
        Assert.Equal([4, 2, 3, 1, 0], x.ArgSort().ToArray());
        Assert.Equal([0, 1, 2, 3, 4], x.ArgSort(descending: true).ToArray());
    }

    [Fact]
    public void Sort_TakesIntegersAndTruthValues()
    {
        Assert.Equal([int.MinValue, -1, 7], Tensor.Of(new[] { 7, int.MinValue, -1 }).Sort().Item1.ToArray<int>());
        Assert.Equal([1, 0, 2], Tensor.Of(new[] { true, false, true }).ArgSort().ToArray());
    }

    [Fact]
    public void TopK_EqualsHandValues()
    {
        (Tensor? values, Tensor? indices) = Tensor.Of(new[,] { { 1.0, 5.0, 3.0 }, { 4.0, 9.0, 9.0 } }).TopK(2);
        Expect.Close(values, 0, 5, 3, 9, 9);
        Assert.Equal([1, 2, 1, 2], indices.ToArray());
        Expect.Close(Expect.Vector(3, 1, 2).TopK(2, largest: false).Item1, 0, 1, 2);
        Expect.Close(Expect.Derivative(x => x.TopK(1).Item1, Expect.Vector(3, 7, 2)), 0, 0, 1, 0);
    }

    [Fact]
    public void TopK_OfMoreThanThereAre_SaysSo() => Expect.Error<ShapeException>(
        "topK: k must be between 0 and 3, the size of axis 1 of [2, 3], but is 4", () => Tensor.Zeros(2, 3).TopK(4));

    [Fact]
    public void ArgMax_OfTruthValues_IsRefused() => Expect.Error<DTypeException>(
        "argMin: elements must be numbers, but are bool; convert with To", () => Tensor.Of(new[] { true }).ArgMin());

    [Property]
    public Property Sort_IsAnOrderedPermutation() => Prop.ForAll(
        Gen.Choose(-20, 20).Select(value => value / 4.0).ListOf().ToArbitrary(),
        Gen.Elements(true, false).ToArbitrary(),
        (list, descending) =>
        {
            double[] values = [.. list];
            (Tensor? sorted, Tensor? indices) = Expect.Vector(values).Sort(0, descending);
            Assert.Equal(descending ? [.. values.OrderDescending()] : [.. values.Order()], sorted.ToArray());
            Assert.Equal(Enumerable.Range(0, values.Length), indices.ToArray<int>().Order());
            Assert.Equal(sorted.ToArray(), Expect.Vector(values).Gather(0, indices).ToArray());
        });

    [Property]
    public Property CumSum_EndsInTheSum() => Prop.ForAll(
        Gen.Choose(-400, 400).Select(value => value / 7.0).NonEmptyListOf().ToArbitrary(),
        values =>
        {
            Tensor x = Expect.Vector([.. values]);
            // Both are exact up to one rounding of numbers of this size for each element.
            Expect.Close(x.CumSum(0)[-1], Expect.Rounding64 * values.Count, x.Sum().ToDouble());
            Expect.Close(x.CumSum(0)[0], 0, values[0]);
        });

    [Fact]
    public void ArgSort_OfManyTies_IsStable()
    {
        // Beyond 16 elements the library's sort no longer keeps the order of equal ones.
        int[] values = [.. Enumerable.Range(0, 100).Select(i => i * 7 % 3)];
        int[] expected = [.. Enumerable.Range(0, 100).OrderBy(i => values[i])];
        Assert.Equal(expected, Tensor.Of(values).ArgSort().ToArray<int>());
    }

    [Fact]
    public void ArgSort_AlongTheMiddleAxis_SortsEachLane()
    {
        // [2, 3, 2]: of each block the first column falls and the second rises.
        Tensor x = Tensor.From([5.0, 0, 3, 1, 1, 2, 50, 10, 30, 11, 10, 12]).Reshape(2, 3, 2);
        Assert.Equal([2, 0, 1, 1, 0, 2, 2, 0, 1, 1, 0, 2], x.ArgSort(1).ToArray());
    }

    [Fact]
    public void TopK_OfNoneAndOfAll_AreTheEnds()
    {
        Assert.Equal([0], Expect.Vector(3, 1, 2).TopK(0).Item1.Shape);
        Expect.Close(Expect.Vector(3, 1, 2).TopK(3).Item1, 0, 3, 2, 1);
    }
}
