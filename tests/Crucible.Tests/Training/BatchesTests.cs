using Crucible.Tensors;
using Crucible.Training;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Training;

public class BatchesTests
{
    private static RowBatches Batches(int rows, int? size, bool shuffle = true) =>
        new(Tensor.Arange(rows).Reshape(rows, 1), Tensor.Arange(rows), size, shuffle);

    private static int[][] Epoch(RowBatches batches, int epoch, ulong seed = 1) =>
        [.. Enumerable.Range(epoch * batches.Count, batches.Count).Select(update => batches.Rows(seed, update).ToArray())];

    [Fact]
    public void Rows_ThatDoNotDivide_LoseNoneAndAreShuffledAnew()
    {
        RowBatches batches = Batches(10, 4);
        int[][] first = Epoch(batches, 0), second = Epoch(batches, 1);
        Assert.Equal(3, batches.Count);
        Assert.Equal([4, 4, 2], first.Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 10), first.SelectMany(batch => batch).Order());
        Assert.Equal(Enumerable.Range(0, 10), second.SelectMany(batch => batch).Order());
        Assert.NotEqual(first.SelectMany(batch => batch), second.SelectMany(batch => batch));
        Assert.NotEqual(first, Epoch(batches, 0, seed: 2));
    }

    [Fact]
    public void Rows_NotShuffled_KeepTheOrder()
    {
        RowBatches batches = Batches(5, 2, shuffle: false);
        Assert.Equal([[0, 1], [2, 3], [4]], Epoch(batches, 0));
        Assert.Equal([[0, 1], [2, 3], [4]], Epoch(batches, 1));
    }

    [Property]
    public Property Rows_OfAnUpdate_FollowFromSeedAndNumberAlone()
    {
        Gen<(int Rows, int Size, int Update)> cases =
            from rows in Gen.Choose(1, 30)
            from size in Gen.Choose(1, rows)
            from update in Gen.Choose(0, 70)
            select (rows, size, update);
        return Prop.ForAll(cases.ToArbitrary(), one =>
        {
            RowBatches inTurn = Batches(one.Rows, one.Size), fresh = Batches(one.Rows, one.Size);
            for (int i = 0; i < one.Update; i++) _ = inTurn.Rows(5, i);
            return inTurn.Rows(5, one.Update).SequenceEqual(fresh.Rows(5, one.Update));
        });
    }

    [Fact]
    public void At_GathersTheRowsInMemoryOfItsOwn()
    {
        Tensor x = Tensor.Arange(6).Reshape(3, 2), y = Tensor.Arange(3);
        RowBatches batches = new(x, y, 3, shuffle: false);
        Batch batch = batches.At(0, 0);
        Assert.Equal((3, 2), (batch.Items, batch.Tensors.Count));
        Assert.Equal(x.ToArray(), batch.Inputs.ToArray());
        Assert.Equal(y.ToArray(), batch.Targets.ToArray());
        batch.Release();
        foreach (Batch whole in batches.InOrder()) whole.Release();
        Assert.Equal([0, 1, 2, 3, 4, 5], x.ToArray());
    }

    [Fact]
    public void InOrder_OfManyRows_GivesEachOnce()
    {
        RowBatches batches = Batches(10_000, 7);
        Assert.Equal([4096, 4096, 1808], batches.InOrder().Select(batch => batch.Items));
        Assert.Equal(
            Enumerable.Range(0, 10_000).Select(row => (double)row), batches.InOrder().SelectMany(batch => batch.Targets.ToArray()));
    }

    [Fact]
    public void BatchSize_WrongOrNone_NamesSizeAndRowsOrFits()
    {
        static string Option(Action action) => Assert.Throws<OptionException>(action).Message;
        Assert.Equal("batches: batchSize must be at least 1 and at most the 300 rows, but is 512", Option(() => Batches(300, 512)));
        Assert.Equal("batches: batchSize must be at least 1 and at most the 300 rows, but is 0", Option(() => Batches(300, 0)));
        Assert.Equal((32, 20), (Batches(300, null).BatchSize, Batches(20, null).BatchSize));
    }
}
