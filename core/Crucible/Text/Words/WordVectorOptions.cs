using static System.FormattableString;

namespace Crucible.Text;

/// <summary>What word vectors learn to predict.</summary>
public enum WordVectorKind
{
    /// <summary>A word from each word around it. Mikolov et al. 2013a, §3.2.</summary>
    SkipGram,

    /// <summary>A word from the mean of the words around it. Mikolov et al. 2013a, §3.1.</summary>
    Cbow,
}

/// <summary>How <see cref="WordVectorTrainer"/> trains; unless told otherwise as gensim does.</summary>
public sealed class WordVectorOptions
{
    /// <summary>What is predicted from what.</summary>
    public WordVectorKind Kind { get; init; } = WordVectorKind.SkipGram;

    /// <summary>C, the numbers of a vector, 1 to 4096.</summary>
    public int Width { get; init; } = 100;

    /// <summary>How far words may lie apart; each word draws its own window, from 1 to this, 1 to 100.</summary>
    public int Window { get; init; } = 5;

    /// <summary>k, the words of noise for each word predicted, 1 to 63.</summary>
    public int Negatives { get; init; } = 5;

    /// <summary>
    /// s, above which frequencies are thinned out: of a word with frequency f, a part √(s/f) + s/f is read (all, where that
    /// is above 1). 0 reads everything. As word2vec.c does; Mikolov et al. 2013b, §2.3, have √(s/f).
    /// </summary>
    public double Subsampling { get; init; } = 1e-3;

    /// <summary>The power of their counts in proportion to which words are drawn as noise. Mikolov et al. 2013b, §2.2.</summary>
    public double NoiseExponent { get; init; } = 0.75;

    /// <summary>The learning rate at first, above 0.</summary>
    public double LearningRate { get; init; } = 0.025;

    /// <summary>The learning rate in the end, to which it falls in proportion to the words read; 0 or more.</summary>
    public double LastLearningRate { get; init; } = 1e-4;

    /// <summary>Passes over the text, 1 or more.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>The seed of first vectors, windows and noise.</summary>
    public ulong Seed { get; init; }

    internal void Check()
    {
        Range(nameof(Width), Width, 1, 4096);
        Range(nameof(Window), Window, 1, 100);
        Range(nameof(Negatives), Negatives, 1, Kernels.NegativeSampling.MostNegatives);
        Range(nameof(Epochs), Epochs, 1, int.MaxValue);
        AtLeast(nameof(Subsampling), Subsampling, 0);
        AtLeast(nameof(NoiseExponent), NoiseExponent, 0);
        AtLeast(nameof(LastLearningRate), LastLearningRate, 0);
        if (!(LearningRate > 0) || !double.IsFinite(LearningRate))
            throw Errors.Option(WordVectorTrainer.Operation, nameof(LearningRate), "above 0", LearningRate);
    }

    private static void Range(string name, int value, int least, int most)
    {
        if (value < least || value > most)
            throw Errors.Option(WordVectorTrainer.Operation, name, Invariant($"from {least} to {most}"), value);
    }

    private static void AtLeast(string name, double value, double least)
    {
        if (!(value >= least) || !double.IsFinite(value))
            throw Errors.Option(WordVectorTrainer.Operation, name, Invariant($"{least} or more"), value);
    }
}

/// <summary>How a run of <see cref="WordVectorTrainer"/> is followed, stopped and continued.</summary>
public sealed class WordVectorRun
{
    /// <summary>Called after every epoch.</summary>
    public Action<WordVectorRecord>? OnRecord { get; init; }

    /// <summary>Set to stop between two stretches of text.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Where the state of the run is kept, or null for nowhere. When the file exists, training continues from it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Words of text between two checkpoints, about; one is also written at the end and on cancellation.</summary>
    public long CheckpointEvery { get; init; } = 20_000_000;
}

/// <summary>An epoch of word vectors.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Words">The words of the text read so far, thinned out ones among them.</param>
/// <param name="Seconds">The time that took, without checkpoints.</param>
/// <param name="Loss">The mean loss of the epoch's examples, nats: −ln σ(u_o·h) − Σ ln σ(−u_n·h), 0.69·(1 + k) at first.</param>
public sealed record WordVectorRecord(int Epoch, long Words, double Seconds, double Loss)
{
    /// <summary>Words of the text a second.</summary>
    public double WordsPerSecond => Words / Seconds;

    /// <summary>The record in a line.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        Invariant($"epoch {Epoch}: loss {Loss:F4}, {Words} words in {Seconds:F1} s, {WordsPerSecond / 1e6:F2} million a second");
}
