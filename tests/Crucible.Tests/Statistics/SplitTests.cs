using Crucible.Statistics;
using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Statistics;

public class SplitTests
{
    [Fact]
    public void ByCounts_TenRows_DividesEveryRowOnceInRandomOrder()
    {
        (int[] training, int[] test) = Split.ByCounts(10, 7, 3, new Generator(1));
        Assert.Equal((7, 3), (training.Length, test.Length));
        int[] rows = [.. training, .. test];
        Assert.NotEqual(Enumerable.Range(0, 10), rows);
        Assert.Equal(Enumerable.Range(0, 10), rows.Order());
    }

    [Fact]
    public void ByCounts_SameAndOtherSeed_IsTheSameAndAnother()
    {
        static int[] Test(ulong seed) => Split.ByCounts(10, 5, 5, new Generator(seed)).Item2;
        Assert.Equal(Test(1), Test(1));
        Assert.NotEqual(Test(1), Test(2));
    }

    [Theory]
    [InlineData(0.2, 2)]
    [InlineData(0.25, 2)]
    [InlineData(0.001, 1)]
    [InlineData(0.999, 9)]
    public void ByFraction_Rounds_AndLeavesNoPartEmpty(double fraction, int testRows)
    {
        (int[] training, int[] test) = Split.ByFraction(10, fraction, new Generator(1));
        Assert.Equal((10 - testRows, testRows), (training.Length, test.Length));
        Assert.Equal(Enumerable.Range(0, 10), training.Concat(test).Order());
    }

    [Fact]
    public void Rows_ThreeParts_HaveTheirSizes() =>
        Assert.Equal([6, 3, 1], Split.Rows(10, new Generator(3), 6, 3, 1).Select(part => part.Length));

    [Fact]
    public void Split_WrongSizes_NamesThem()
    {
        Generator generator = new(0);
        static string Option(Action action) => Assert.Throws<OptionException>(action).Message;
        Assert.Equal(
            "split: the sum of the parts must be the 10 rows, but is 8 + 3 = 11", Option(() => Split.ByCounts(10, 8, 3, generator)));
        Assert.Equal(
            "split: the sum of the parts must be the 10 rows, but is 2147483647 + 2147483647 = 4294967294",
            Option(() => Split.ByCounts(10, int.MaxValue, int.MaxValue, generator)));
        Assert.Equal("split: each part must be at least 1 row, but is 0", Option(() => Split.ByCounts(10, 10, 0, generator)));
        Assert.Equal("split: testFraction must be above 0 and below 1, but is 1", Option(() => Split.ByFraction(10, 1, generator)));
        Assert.Equal(
            "split: testFraction must be above 0 and below 1, but is NaN", Option(() => Split.ByFraction(10, double.NaN, generator)));
        Assert.Equal(
            "split: rows must be at least 2, got 1", Assert.Throws<DataException>(() => Split.ByFraction(1, 0.5, generator)).Message);
    }

    [Property]
    public Property KFold_AnyRowsAndFolds_IsAPartition()
    {
        Gen<(int Rows, int Folds, int Seed)> cases =
            from rows in Gen.Choose(2, 60)
            from folds in Gen.Choose(2, rows)
            from seed in Gen.Choose(0, 1000)
            select (rows, folds, seed);
        return Prop.ForAll(cases.ToArbitrary(), one =>
        {
            IReadOnlyList<Fold> folds = KFold.Folds(one.Rows, one.Folds, new Generator((ulong)one.Seed));
            IEnumerable<int> all = Enumerable.Range(0, one.Rows);
            return folds.Count == one.Folds
                && folds.SelectMany(fold => fold.Validation).Order().SequenceEqual(all)
                && folds.All(fold => fold.Training.Concat(fold.Validation).Order().SequenceEqual(all))
                && folds.Max(fold => fold.Validation.Length) - folds.Min(fold => fold.Validation.Length) <= 1;
        });
    }

    [Fact]
    public void KFold_WrongNumber_NamesFoldsAndRows()
    {
        Assert.Equal(
            "k-fold: folds must be at least 2 and at most the 10 rows, but is 1",
            Assert.Throws<OptionException>(() => KFold.Folds(10, 1, new Generator(0))).Message);
        Assert.Equal(
            "k-fold: folds must be at least 2 and at most the 10 rows, but is 11",
            Assert.Throws<OptionException>(() => KFold.Folds(10, 11, new Generator(0))).Message);
    }
}
