using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Crucible.Tests.Text;
using Crucible.Text;
using Crucible.Training;
using Xunit;

namespace Crucible.Tests.Training;

public sealed class PairBatchesTests : IDisposable
{
    private const int BatchTokens = 64;

    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    public static TheoryData<TranslatorKind> Kinds => [.. Enum.GetValues<TranslatorKind>()];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static PairVocabulary Vocabulary => TextTranslatorTests.Vocabulary;

    private static PairBatches Batches(int pairs = 150, int batchTokens = BatchTokens) =>
        new(Vocabulary, TextTranslatorTests.Pairs(pairs, 2), batchTokens);

    /// <summary>The pairs of a batch as text: source, then target without padding.</summary>
    private static IEnumerable<string> Texts(Batch batch)
    {
        string[] Rows(Tensor ids) => [.. ids.ToArray<int>().Chunk(ids.Shape[1])
            .Select(row => Vocabulary.Target.Tokenizer.Decode(row.Where(id => id != Translator.Padding)))];
        return Rows(batch.Inputs).Zip(Rows(batch.Targets), (source, target) => $"{source} {target}");
    }

    [Fact]
    public void At_OfAnEpoch_GivesEveryPairOnceInSmallBatchesOfSimilarLength()
    {
        PairBatches batches = Batches();
        string[] all = [.. TextTranslatorTests.Pairs(150, 2).Select(pair => $" {pair.Source}</s> <s> {pair.Target}</s>").Order()];
        for (int epoch = 0; epoch < 3; epoch++)
        {
            Batch[] ofEpoch = [.. Enumerable.Range(epoch * batches.Count, batches.Count).Select(update => batches.At(5, update))];

            Assert.Equal(all, ofEpoch.SelectMany(Texts).Order());
            Assert.All(ofEpoch, batch => Assert.InRange(Math.Max(batch.Inputs.ElementCount, batch.Targets.ElementCount), 1, BatchTokens));
            Assert.Equal(batches.TargetCount, ofEpoch.Sum(batch => batch.Items));
            long padding = ofEpoch.Sum(batch => batch.Targets.ToArray<int>().Count(id => id == Translator.Padding));
            Assert.InRange(padding, 0, batches.TargetCount / 10);
        }

        Assert.Equal(all, batches.InOrder().SelectMany(Texts).Order());
        Assert.Equal(150, batches.PairCount);
        string Text(ulong seed, int update) => string.Join('|', Texts(batches.At(seed, update)));
        Assert.Equal(Text(5, 1), Text(5, 1));
        Assert.NotEqual(Text(5, 1), Text(6, 1));
        Assert.NotEqual(Text(5, 1), Text(5, 1 + batches.Count));
    }

    [Fact]
    public void New_OfALongPair_LetsItComeAlone() =>
        Assert.Contains(Batches(50, 5).InOrder(), batch => batch.Targets.Shape[0] == 1 && batch.Targets.Shape[1] > 5);

    [Fact]
    public void At_WithDropout_CutsWordsAnewInEveryEpochAndKeepsTheSentences()
    {
        SentencePair[] pairs = [.. TextTranslatorTests.Pairs(40, 2)];
        PairVocabulary bytePairs = PairVocabulary.Train(pairs, new() { Size = 300 });
        int longest = pairs.Max(pair => Math.Max(bytePairs.EncodeSource(pair.Source).Length, bytePairs.EncodeTarget(pair.Target).Length));
        PairBatches batches = new(bytePairs, pairs, 400, longest, dropout: 0.5);

        string Ids(int epoch) => string.Join(';', Epoch(epoch).SelectMany(batch => batch.Inputs.ToArray<int>()));
        Batch[] Epoch(int epoch) => [.. Enumerable.Range(epoch * batches.Count, batches.Count).Select(update => batches.At(5, update))];

        Assert.Equal(Ids(0), Ids(0));
        Assert.NotEqual(Ids(0), Ids(1));
        Assert.All(Epoch(0), batch => Assert.InRange(Math.Max(batch.Inputs.Shape[1], batch.Targets.Shape[1]), 2, longest));
        IEnumerable<string> sentences = Epoch(1).SelectMany(batch => batch.Inputs.ToArray<int>().Chunk(batch.Inputs.Shape[1]))
            .Select(row => bytePairs.Source.Decode(row.Where(id => id != Translator.Padding)));
        Assert.Equal(pairs.Select(pair => pair.Source).Order(), sentences.Order());
        Assert.Throws<OptionException>(() => new PairBatches(bytePairs, pairs, dropout: 1.5));
    }

    [Fact]
    public void New_OfWhatCannotBeTrainedOn_SaysWhichPair()
    {
        string Message(int longest, params SentencePair[] pairs) => Assert.ThrowsAny<CrucibleException>(
            () => new PairBatches(Vocabulary, pairs, 64, longest)).Message;

        Assert.Equal("pairs: pairs must be at least 1, got 0", Message(9));
        Assert.Equal("pairs: longest must be 1 or more, but is 0", Message(0));
        Assert.Equal(
            "pairs: pair 1, '': translation: a sentence must have at least one word, but is empty", Message(9, new("one", "un"), new("two", "")));
        Assert.Equal(
            "pairs: pair 0, 'un un un': translator: a sentence must have at most 4 tokens, the positions of the model, but one has 5; shorten it, or build the model with a longer context",
            Message(4, new SentencePair("one one one", "un un un")));
    }

    private (History History, byte[] Bits) Fit(TranslatorKind kind, int? stopAfter = null, string? checkpoint = null, PairBatches? batches = null)
    {
        Translator model = Translator.Create(
            new() { Kind = kind, Vocabulary = Vocabulary.Sizes, Layers = 1, Width = 16, Heads = 2, Context = 16, Dropout = 0.1 }, new(4));
        Adam optimizer = new(model.Parameters, new() { Beta2 = 0.98, Epsilon = 1e-9 });
        using CancellationTokenSource source = new();
        History history = Trainer
            .OfBatches(model, optimizer, (batch, pass) => model.Loss(batch.Inputs, batch.Targets, pass, labelSmoothing: 0.1))
            .Fit(batches ?? Batches(), Batches(20), new()
            {
                Updates = 60,
                Seed = 3,
                Schedule = Schedule.Noam(16, 20),
                Checkpoint = checkpoint,
                ShowProgress = false,
                Cancellation = source.Token,
                OnUpdate = (update, _) => { if (update == stopAfter) source.Cancel(); },
            });
        return (history, [.. model.Parameters.SelectMany(parameter => parameter.ToArray<float>()).SelectMany(BitConverter.GetBytes)]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_StoppedAndResumed_EndsWithTheSameBits(TranslatorKind kind)
    {
        (History whole, byte[] bits) = Fit(kind);
        string checkpoint = Path.Combine(folder, "run.safetensors");
        foreach (int stop in (int[])[7, 31]) Assert.Equal(StopReason.Cancelled, Fit(kind, stop, checkpoint).History.StopReason);

        (History resumed, byte[] resumedBits) = Fit(kind, checkpoint: checkpoint);

        Assert.Equal(bits, resumedBits);
        Assert.True(whole.Last.ValidationLoss < whole.Records[0].ValidationLoss);
        Assert.Equal(whole.Records.Select(record => record with { Seconds = 0 }), resumed.Records.Select(record => record with { Seconds = 0 }));
        Assert.Equal(kind, TranslatorFile.Load(checkpoint).Options.Kind); // a checkpoint is a file of the model, too
        Assert.Contains(
            "belongs to another run: it was written with seed 3, 64 tokens a batch of 150 pairs",
            Assert.Throws<CheckpointException>(() => Fit(kind, checkpoint: checkpoint, batches: Batches(149))).Message, StringComparison.Ordinal);
    }
}
