using Crucible.Tensors;
using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

public sealed class WordVectorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Corpus_CountsWordsInLowerCaseWithoutSigns()
    {
        WordCorpus corpus = WordCorpus.Of("To be, or not to be:\nthat's the question.\n\nTo die, -- to sleep.", minCount: 1);

        Assert.Equal(["to", "be", "die", "not", "or", "question", "sleep", "that's", "the"], corpus.Words);
        Assert.Equal([4, 2, 1, 1, 1, 1, 1, 1, 1], corpus.Counts);
        Assert.Equal(13, corpus.WordCount);
        // to be or not to be that's the question | to die to sleep
        Assert.Equal([0, 1, 4, 3, 0, 1, 7, 8, 5, WordCorpus.ParagraphEnd, 0, 2, 0, 6], corpus.Tokens);
    }

    [Fact]
    public void Corpus_RareWords_AreLeftOutAsIfTheyWereNotThere()
    {
        WordCorpus corpus = WordCorpus.Of("a b x a b a", minCount: 2);

        Assert.Equal(["a", "b"], corpus.Words);
        Assert.Equal([0, 1, 0, 1, 0], corpus.Tokens);
        Assert.Equal(6, corpus.WordCount);
        Assert.Equal(-1, corpus.IndexOf("x"));
    }

    [Fact]
    public void Corpus_OfAFile_IsThatOfItsText()
    {
        string path = Path.Combine(folder, "text.txt"), text = string.Concat(Enumerable.Repeat("Once upon a time\n\nthere was ", 99));
        File.WriteAllText(path, text);

        Assert.Equal(WordCorpus.Of(text).Tokens, WordCorpus.ReadFile(path).Tokens);
    }

    [Fact]
    public void Corpus_WithoutWords_IsRefusedInALine()
    {
        string path = Path.Combine(folder, "empty.txt");
        File.WriteAllText(path, "");

        DataException error = Assert.Throws<DataException>(() => WordCorpus.ReadFile(path));
        Assert.Equal($"words: {path} must have at least 2 different words that occur at least 5 times, but has 0", error.Message);
        Assert.Contains(
            "must be readable", Assert.Throws<DataException>(() => WordCorpus.ReadFile(folder + "/no")).Message, StringComparison.Ordinal);
        Assert.Throws<OptionException>(() => WordCorpus.Of("a b", 0));
    }

    [Theory]
    [InlineData(0.01, 1e-3, 0.41622776601683794)] // √0.1 + 0.1
    [InlineData(0.001, 1e-3, 1)]
    [InlineData(0.5, 0, 1)]
    public void KeptPart_IsThatOfWord2Vec(double frequency, double threshold, double expected) =>
        Assert.Equal(expected, WordSampling.KeptPart(frequency, threshold), 15);

    [Theory]
    [InlineData(WordVectorKind.SkipGram)]
    [InlineData(WordVectorKind.Cbow)]
    public void Examples_NeverReachBeyondAParagraph(WordVectorKind kind)
    {
        WordCorpus corpus = WordCorpus.Of("a b c\n\nd e", minCount: 1);
        WordSampling sampling = new(corpus, new() { Kind = kind, Window = 100, Subsampling = 0 });
        Crucible.Kernels.WordBatch batch = sampling.CreateBatch(1);
        HashSet<string> pairs = [];
        for (ulong stream = 0; stream < 50; stream++) // a window of one word or of many
        {
            sampling.Fill(batch, 0, stream);
            for (int example = 0; example < batch.Count; example++)
                for (int i = batch.FirstInputs[example]; i < batch.FirstInputs[example + 1]; i++)
                    pairs.Add(corpus.Words[batch.Inputs[i]] + corpus.Words[batch.Outputs[example]]);
        }

        Assert.Equal(["ab", "ac", "ba", "bc", "ca", "cb", "de", "ed"], pairs.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(WordVectorKind.SkipGram)]
    [InlineData(WordVectorKind.Cbow)]
    public void Fit_AnyNumberOfThreads_HasTheSameBits(WordVectorKind kind)
    {
        float[] Fit(int threads)
        {
            using IDisposable limit = Threads.Use(threads);
            WordVectorOptions options = new() { Kind = kind, Width = 20, Epochs = 2, Seed = 3 };
            return new WordVectorTrainer(TwoTopics(), options).Fit().Vectors.ToArray<float>();
        }

        float[] one = Fit(1);
        foreach (int threads in new[] { 2, 3, 8 }) Assert.Equal(one, Fit(threads));
    }

    [Theory]
    [InlineData(WordVectorKind.SkipGram)]
    [InlineData(WordVectorKind.Cbow)]
    public void Fit_WordsOfTwoTopics_AreNearestToTheirOwn(WordVectorKind kind)
    {
        WordVectorTrainer trainer = new(TwoTopics(), new() { Kind = kind, Width = 30, Epochs = 10, LearningRate = 0.05, Subsampling = 0 });

        WordVectors vectors = trainer.Fit();

        int right = vectors.Words.Sum(word => vectors.Nearest(word, 10).Count(near => near.Word[0] == word[0]));
        Assert.InRange((double)right / (10 * vectors.Words.Count), 0.95, 1); // half by chance
        Assert.True(trainer.Records[^1].Loss < trainer.Records[0].Loss);
    }

    [Fact]
    public void Fit_StoppedAndContinued_HasTheSameBits()
    {
        WordVectorOptions options = new() { Width = 20, Epochs = 4, Seed = 5 };
        float[] whole = new WordVectorTrainer(TwoTopics(), options).Fit().Vectors.ToArray<float>();
        string checkpoint = Path.Combine(folder, "words.safetensors");
        using CancellationTokenSource stop = new();

        WordVectorTrainer first = new(TwoTopics(), options);
        first.Fit(new() { Checkpoint = checkpoint, CheckpointEvery = 1, Cancellation = stop.Token, OnRecord = _ => stop.Cancel() });
        WordVectorTrainer second = new(TwoTopics(), options);
        WordVectors vectors = second.Fit(new() { Checkpoint = checkpoint });

        Assert.Single(first.Records);
        Assert.Equal([1, 2, 3, 4], second.Records.Select(record => record.Epoch));
        Assert.Equal(whole, vectors.Vectors.ToArray<float>());
        CheckpointException error = Assert.Throws<CheckpointException>(
            () => new WordVectorTrainer(TwoTopics(), new() { Width = 20, Epochs = 5, Seed = 5 }).Fit(new() { Checkpoint = checkpoint }));
        Assert.Equal($"checkpoint: {checkpoint} belongs to another run: its text or options differ", error.Message);
    }

    [Fact]
    public void Fit_CheckpointOfSomethingElse_IsRefused()
    {
        string file = Path.Combine(folder, "vectors.safetensors");
        Small().Save(file);

        CheckpointException error =
            Assert.Throws<CheckpointException>(() => new WordVectorTrainer(TwoTopics()).Fit(new() { Checkpoint = file }));
        Assert.Equal($"checkpoint: {file} is no checkpoint of word vectors: it has no crucible.wordVectors", error.Message);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        OptionException Refused(WordVectorOptions options) =>
            Assert.Throws<OptionException>(() => new WordVectorTrainer(TwoTopics(), options));

        Assert.Equal("word vectors: Negatives must be from 1 to 63, but is 64", Refused(new() { Negatives = 64 }).Message);
        Assert.Equal("word vectors: Subsampling must be 0 or more, but is NaN", Refused(new() { Subsampling = double.NaN }).Message);
        Assert.Equal("word vectors: LearningRate must be above 0, but is 0", Refused(new() { LearningRate = 0 }).Message);
    }

    [Fact]
    public void Nearest_AnalogyAndRank_OfVectorsByHand()
    {
        WordVectors vectors = Small();

        Assert.Equal(["queen", "prince", "princess", "apple"], vectors.Nearest("king", 9).Select(near => near.Word));
        Assert.Equal(2 / Math.Sqrt(5), vectors.Similarity("king", "queen"), 6); // (2, 0, 0) · (2, 1, 0)
        Assert.Equal(1, vectors.Rank("king", "queen"));
        Assert.Equal(4, vectors.Rank("king", "apple"));
        // queen − king + prince is nearest to princess; of lengths 1: (2, 1, 0)/√5 − (1, 0, 0) + (2, 0, 1)/√5 = (0.79, 0.45, 0.45)
        Assert.Equal("princess", vectors.Analogy("king", "queen", "prince", 1)[0].Word);
        Assert.Equal(1, vectors.AnalogyRank("king", "queen", "prince", "princess"));
        Assert.Equal([2, 1, 0, 2, 0, 0], vectors.Of(["queen", "king"]).ToArray());
    }

    [Fact]
    public void Lookups_OfUnknownWords_AreRefused()
    {
        OptionException error = Assert.Throws<OptionException>(() => Small().Nearest("hamlet"));

        Assert.Equal("word vectors: word must be one of the 5 words that have vectors, but is 'hamlet'", error.Message);
        Assert.Throws<OptionException>(() => Small().Rank("king", "king"));
        Assert.Throws<OptionException>(() => Small().Nearest("king", 0));
    }

    [Fact]
    public void Save_ThenLoad_GivesTheSame()
    {
        string file = Path.Combine(folder, "vectors.safetensors");
        Small().Save(file);

        WordVectors loaded = WordVectors.Load(file);

        Assert.Equal(Small().Words, loaded.Words);
        Assert.Equal(Small().Vectors.ToArray(), loaded.Vectors.ToArray());
    }

    [Fact]
    public void Constructor_WordsThatDoNotFit_AreRefused()
    {
        Assert.Throws<ShapeException>(() => new WordVectors(["a"], Tensor.Zeros(2, 3)));
        Assert.Throws<DataException>(() => new WordVectors(["a", "a"], Tensor.Zeros(2, 3)));
        Assert.Throws<DataException>(() => new WordVectors(["a", "b"], Tensor.Full([2, 3], double.NaN)));
    }

    private static WordVectors Small() => new(
        ["king", "queen", "prince", "princess", "apple"],
        Tensor.From([2f, 0, 0, 2, 1, 0, 2, 0, 1, 2, 1, 1, -1, 0, 0], 5, 3));

    /// <summary>Paragraphs of words a0 … a99 or b0 … b99: enough words for three parts.</summary>
    private static WordCorpus TwoTopics()
    {
        Generator generator = new(7);
        return WordCorpus.Of(string.Join("\n\n", Enumerable.Range(0, 1000).Select(paragraph =>
            string.Join(' ', Enumerable.Range(0, 20).Select(_ => (paragraph % 2 == 0 ? "a" : "b") + generator.NextInt(100))))));
    }
}
