using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Statistics;

public class PermutationImportanceTests
{
    private static readonly Tensor Rows =
        Tensor.From([.. Enumerable.Range(0, 40).Select(i => (double)(i % 2 == 0 ? i : i * 7 % 40))], 20, 2);

    /// <summary>The error of a model that predicts twice the first column, which is right.</summary>
    private static double Error(Tensor x) => RegressionError.MeanSquared(2 * x.Slice(1, 0, 1), 2 * Rows.Slice(1, 0, 1));

    [Fact]
    public void Of_OneColumnThatCounts_RisesForItAlone()
    {
        double[] rises = PermutationImportance.Of(Rows, Error, 3, new Generator(1));
        Assert.True(rises[0] > 100);
        Assert.Equal(0, rises[1]);
        Assert.Equal(rises, PermutationImportance.Of(Rows, Error, 3, new Generator(1)));
    }

    [Fact]
    public void Reordered_OneColumn_MovesItsValuesAndNoOthers()
    {
        Tensor x = Tensor.From([1.0, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal([1, 5, 3, 4, 2, 6], PermutationImportance.Reordered(x, 1, [1, 0]).ToArray());
        Assert.Equal([4, 2, 3, 1, 5, 6], PermutationImportance.Reordered(x, 0, [1, 0]).ToArray());
        Assert.Equal(x.ToArray(), PermutationImportance.Reordered(x, 2, [0, 1]).ToArray());
    }

    [Fact]
    public void Importance_WrongInput_SaysWhatIsWrong()
    {
        static string Shape(Action action) => Assert.Throws<ShapeException>(action).Message;
        Assert.Equal(
            "permutation importance: repeats must be at least 1, but is 0",
            Assert.Throws<OptionException>(() => PermutationImportance.Of(Rows, Error, 0, new(1))).Message);
        Assert.Equal(
            "reordered: the column must be from 0 to 1, got 2", Shape(() => PermutationImportance.Reordered(Rows, 2, new int[20])));
        Assert.Equal(
            "reordered: the order must have one number a row, got 3 for [20, 2]",
            Shape(() => PermutationImportance.Reordered(Rows, 1, new int[3])));
    }
}
