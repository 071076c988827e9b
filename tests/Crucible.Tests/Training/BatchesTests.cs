using Crucible.Tensors;
using Crucible.Training;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Training;

public class BatchesTests
{
    [Fact]
    public void NextEpoch_RowsThatDoNotDivide_LosesNoneAndShufflesAnew()
    {
        Batches batches = new(10, 4, new Generator(1));
        int[][] first = [.. batches.NextEpoch()];
        int[][] second = [.. batches.NextEpoch()];
        Assert.Equal(3, batches.Count);
        Assert.Equal([4, 4, 2], first.Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 10), first.SelectMany(batch => batch).Order());
        Assert.Equal(Enumerable.Range(0, 10), second.SelectMany(batch => batch).Order());
        Assert.NotEqual(first.SelectMany(batch => batch), second.SelectMany(batch => batch));
        Assert.Equal((1, 3), (batches.Epoch, batches.Position));
    }

    [Fact]
    public void NextEpoch_NoGenerator_KeepsTheOrder()
    {
        Batches batches = new(5, 2);
        Assert.Equal([[0, 1], [2, 3], [4]], batches.NextEpoch());
        Assert.Equal([[0, 1], [2, 3], [4]], batches.NextEpoch());
    }

    [Fact]
    public void NextEpoch_AfterSomeBatches_GivesTheRest()
    {
        Batches batches = new(5, 2);
        batches.Next();
        Assert.Equal([[2, 3], [4]], batches.NextEpoch());
    }

    [Property]
    public Property Restore_AtAnyBatch_GoesOnWithTheSameRows()
    {
        Gen<(int Rows, int Size, int Taken)> cases =
            from rows in Gen.Choose(1, 30)
            from size in Gen.Choose(1, rows)
            from taken in Gen.Choose(0, 70)
            select (rows, size, taken);
        return Prop.ForAll(cases.ToArbitrary(), one =>
        {
            Batches batches = new(one.Rows, one.Size, new Generator(5));
            for (int i = 0; i < one.Taken; i++) batches.Next();
            Batches resumed = new(one.Rows, one.Size, new Generator(99));
            resumed.Restore(batches.State);
            return Enumerable.Range(0, 2 * batches.Count).All(_ => batches.Next().SequenceEqual(resumed.Next()) && batches.State == resumed.State);
        });
    }

    [Fact]
    public void Batches_GeneratorUsedElsewhereMeanwhile_ShuffleTheSame()
    {
        Generator shared = new(1);
        Batches alone = new(10, 10, new Generator(1)), disturbed = new(10, 10, shared), other = new(10, 10, shared);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            Assert.Equal(alone.Next().ToArray(), disturbed.Next().ToArray());
            Assert.NotEqual(alone.State, other.State);
            shared.NextUInt32();
        }
    }

    [Fact]
    public void Batches_WrongSize_NamesSizeAndRows()
    {
        static string Option(Action action) => Assert.Throws<OptionException>(action).Message;
        Assert.Equal("batches: batchSize must be at least 1 and at most the 300 rows, but is 512", Option(() => _ = new Batches(300, 512)));
        Assert.Equal("batches: batchSize must be at least 1 and at most the 300 rows, but is 0", Option(() => _ = new Batches(300, 0)));
        Assert.Equal("batches: batchSize must be at least 1 and at most the 0 rows, but is 1", Option(() => _ = new Batches(0, 1)));
    }

    [Fact]
    public void Restore_StateOfOtherBatches_SaysWhatDoesNotFit()
    {
        static string Option(Action action) => Assert.Throws<OptionException>(action).Message;
        Batches ordered = new(10, 4), shuffled = new(10, 4, new Generator(1));
        Assert.Equal("batches: position must be at least 0 and at most the 3 batches of an epoch, but is 4", Option(() => ordered.Restore(new(0, 4, null))));
        Assert.Equal("batches: epoch must be at least 0, but is -1", Option(() => ordered.Restore(new(-1, 0, null))));
        Assert.Equal("batches: state must be of shuffled rows, but is of rows in order", Option(() => shuffled.Restore(ordered.State)));
        Assert.Equal("batches: state must be of rows in order, but is of shuffled rows", Option(() => ordered.Restore(shuffled.State)));
    }
}
