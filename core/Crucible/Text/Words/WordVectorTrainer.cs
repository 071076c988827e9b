using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crucible.Files;
using Crucible.Kernels;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// Learns a vector for each word of a text such that words with like neighbours get like vectors: skip-gram or CBOW with
/// negative sampling, thinned-out frequent words and a window drawn for each word. An example is an output word o and the mean
/// h of the input vectors of one or more words near it; an update lowers −ln σ(u_o·h) − Σ ln σ(−u_n·h) over k words n drawn
/// from the noise, where u are output vectors, which are thrown away in the end. Mikolov, Chen, Corrado and Dean 2013a,
/// "Efficient estimation of word representations in vector space"; Mikolov, Sutskever, Chen, Corrado and Dean 2013b,
/// "Distributed representations of words and phrases and their compositionality".
/// </summary>
/// <remarks>
/// A seed gives the same bits on any number of threads, with vectors of one width of the processor. Each epoch deals the
/// vocabulary out to eight parts (fewer where it is small) that are worked on at the same time: the noise of a word is
/// drawn from the words of its part, over the epochs all words as often as from the whole. Input vectors move after each
/// 512 words of text.
/// </remarks>
/// <example>
/// <code>
/// let corpus = WordCorpus.ReadFile "plays.txt" // F#
/// let vectors = WordVectorTrainer(corpus, WordVectorOptions(Epochs = 20)).Fit()
/// vectors.Nearest("king", 5)
/// </code>
/// </example>
public sealed class WordVectorTrainer
{
    internal const string Operation = "word vectors";

    private const int MostParts = 8;
    private const int WordsPerPart = 64; // at least
    private const int GroupLength = 32; // segments whose examples are made at once
    private const string StateKey = "crucible.wordVectors";

    private readonly WordCorpus corpus;
    private readonly WordVectorOptions options;
    private readonly WordSampling sampling;
    private readonly WordBatch[] batches;
    private readonly RowTable inputs;
    private readonly RowTable outputs;
    private readonly RowTable errors;
    private readonly int parts;
    private readonly List<WordVectorRecord> records = [];

    /// <summary>
    /// A training of a text's words; their vectors begin uniform between ±1/width, as gensim's do, the output vectors at 0.
    /// </summary>
    /// <param name="corpus">The text.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <exception cref="CrucibleException">The tables do not fit in memory.</exception>
    public WordVectorTrainer(WordCorpus corpus, WordVectorOptions? options = null)
        : this(corpus, options, MostParts)
    {
    }

    internal WordVectorTrainer(WordCorpus corpus, WordVectorOptions? options, int mostParts)
    {
        (this.corpus, this.options) = (corpus, options ?? new());
        this.options.Check();
        int words = corpus.Words.Count, width = this.options.Width;
        parts = Math.Clamp(words / WordsPerPart, 1, mostParts);
        sampling = new(corpus, this.options);
        batches = [.. Enumerable.Range(0, Math.Min(GroupLength, sampling.Segments)).Select(_ => sampling.CreateBatch(parts))];
        (inputs, outputs, errors) = (new(words, width), new(words, width), new(batches[0].Outputs.Length, width));
        Generator generator = new Generator(this.options.Seed).Split(0);
        for (int word = 0; word < words; word++) generator.Uniform(inputs.Row(word), -1.0 / width, 1.0 / width);
    }

    /// <summary>The records of all epochs so far.</summary>
    public IReadOnlyList<WordVectorRecord> Records => records;

    /// <summary>Trains to the end.</summary>
    /// <param name="run">How the run is followed, stopped and continued; null for neither.</param>
    /// <returns>The vectors, also of a run that was stopped.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged or belongs to another run.</exception>
    public WordVectors Fit(WordVectorRun? run = null)
    {
        run ??= new();
        WordVectorPosition position = run.Checkpoint is { } path && File.Exists(path) ? Load(path) : new(Identity(), 0, 0, 0, 0, 0, []);
        records.Clear();
        records.AddRange(position.Records);
        long saved = Read(position.Epoch, position.Segment);
        while (position.Epoch < options.Epochs && !run.Cancellation.IsCancellationRequested)
        {
            Epoch epoch = Begin(position.Epoch);
            while (position.Segment < sampling.Segments && !run.Cancellation.IsCancellationRequested)
            {
                position = Advance(epoch, position);
                if (run.Checkpoint is null || Read(position.Epoch, position.Segment) - saved < run.CheckpointEvery) continue;
                Save(run.Checkpoint, position);
                saved = Read(position.Epoch, position.Segment);
            }

            if (position.Segment < sampling.Segments) break;
            WordVectorRecord record = new(
                position.Epoch + 1, corpus.WordCount * (position.Epoch + 1), position.Seconds, position.Loss / position.Groups);
            records.Add(record);
            position = position with { Epoch = position.Epoch + 1, Segment = 0, Loss = 0, Groups = 0, Records = [.. records] };
            run.OnRecord?.Invoke(record);
        }

        if (run.Checkpoint is not null) Save(run.Checkpoint, position);
        return new(corpus.Words, Copy(inputs));
    }

    /// <summary>Learns from the next group of segments.</summary>
    private WordVectorPosition Advance(Epoch epoch, WordVectorPosition position)
    {
        long start = Stopwatch.GetTimestamp();
        int count = Math.Min(GroupLength, sampling.Segments - position.Segment);
        FillJob fill = new(sampling, batches, epoch, position.Segment);
        Workers.Run(ref fill, count);
        double total = (double)sampling.Segments * options.Epochs;
        for (int i = 0; i < count; i++)
        {
            double done = (((double)position.Epoch * sampling.Segments) + position.Segment + i) / total;
            double rate = options.LearningRate + ((options.LastLearningRate - options.LearningRate) * done);
            NegativeSampling.Update(epoch.Problem, batches[i], (float)rate, options.Seed, epoch.Stream(position.Segment + i) | 1);
        }

        double loss = epoch.Problem.TakeLoss();
        return position with
        {
            Segment = position.Segment + count,
            Seconds = position.Seconds + Stopwatch.GetElapsedTime(start).TotalSeconds,
            Loss = position.Loss + (double.IsNaN(loss) ? 0 : loss),
            Groups = position.Groups + (double.IsNaN(loss) ? 0 : 1), // without an example, in a group of paragraphs of one word
        };
    }

    /// <summary>The words of the text read before a segment of an epoch.</summary>
    private long Read(int epoch, int segment) => (corpus.WordCount * epoch) + (corpus.WordCount * segment / sampling.Segments);

    /// <summary>Deals the vocabulary out to parts anew.</summary>
    private Epoch Begin(int epoch)
    {
        int[] order = new Generator(options.Seed).Split(1).Split((ulong)epoch).Permutation(corpus.Words.Count);
        byte[] partOf = new byte[order.Length];
        for (int i = 0; i < order.Length; i++) partOf[order[i]] = (byte)(i % parts);
        NoiseTable noise = new([.. corpus.Counts.Select(count => Math.Pow(count, options.NoiseExponent))], partOf, parts);
        return new(epoch, partOf, new(inputs, outputs, errors, noise, parts, options.Negatives));
    }

    private static Tensor Copy(RowTable table)
    {
        float[] values = new float[table.Rows * table.Width];
        for (int row = 0; row < table.Rows; row++) table.Row(row).CopyTo(values.AsSpan(row * table.Width));
        return Tensor.From(values, table.Rows, table.Width);
    }

    // ---- Checkpoints -----------------------------------------------------------------------------------------------

    /// <summary>What must be the same for a run to be continued.</summary>
    private string Identity()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', corpus.Words)));
        hash.AppendData(MemoryMarshal.AsBytes<int>(corpus.Tokens));
        return JsonSerializer.Serialize(options, TextJson.Default.WordVectorOptions) + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Save(string path, WordVectorPosition position) => SafeTensors.Save(
        path, new Dictionary<string, Tensor> { ["inputs"] = Copy(inputs), ["outputs"] = Copy(outputs) },
        new Dictionary<string, string> { [StateKey] = JsonSerializer.Serialize(position, TextJson.Default.WordVectorPosition) });

    private WordVectorPosition Load(string path)
    {
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = SafeTensors.Load(path);
        if (!metadata.TryGetValue(StateKey, out string? text) || tensors.Count != 2)
            throw Errors.Checkpoint(path, "is no checkpoint of word vectors", Invariant($"it has no {StateKey}"));
        WordVectorPosition position;
        try
        {
            position = JsonSerializer.Deserialize(text, TextJson.Default.WordVectorPosition) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw Errors.Checkpoint(path, "is damaged", Invariant($"the state of the run cannot be read: {error.Message}"), error);
        }

        if (position.Identity != Identity()) throw Errors.Checkpoint(path, "belongs to another run", "its text or options differ");
        bool isPlace = position.Epoch >= 0 && position.Epoch <= options.Epochs
            && position.Segment >= 0 && position.Segment <= sampling.Segments;
        if (!isPlace || position.Records.Length != position.Epoch)
            throw Errors.Checkpoint(path, "is damaged", Invariant($"it stands at segment {position.Segment} of epoch {position.Epoch}"));
        foreach ((string name, RowTable table) in new[] { ("inputs", inputs), ("outputs", outputs) })
        {
            bool fits = tensors.TryGetValue(name, out Tensor? tensor) && tensor.DType == DType.Float32
                && tensor.Shape.SequenceEqual([table.Rows, table.Width]);
            if (!fits) throw Errors.Checkpoint(path, "is damaged", Invariant($"{name} must be float32 [{table.Rows}, {table.Width}]"));
        }

        Restore(tensors["inputs"], inputs);
        Restore(tensors["outputs"], outputs);
        return position;
    }

    private static void Restore(Tensor saved, RowTable table)
    {
        float[] values = saved.ToArray<float>();
        for (int row = 0; row < table.Rows; row++) values.AsSpan(row * table.Width, table.Width).CopyTo(table.Row(row));
    }

    /// <summary>What holds during an epoch.</summary>
    private sealed record Epoch(int Number, byte[] PartOf, NegativeSampling.Problem Problem)
    {
        /// <summary>The random stream of a segment's examples; the one after it is that of their noise.</summary>
        internal ulong Stream(int segment) => ((ulong)Number << 32 | (uint)segment) << 1;
    }

    private readonly struct FillJob(WordSampling sampling, WordBatch[] batches, Epoch epoch, int first) : IJob
    {
        public void Run(int part)
        {
            sampling.Fill(batches[part], first + part, epoch.Stream(first + part));
            batches[part].Sort(epoch.PartOf);
        }
    }
}

/// <summary>Where a run stands.</summary>
internal sealed record WordVectorPosition(
    string Identity, int Epoch, int Segment, double Seconds, double Loss, int Groups, WordVectorRecord[] Records);
