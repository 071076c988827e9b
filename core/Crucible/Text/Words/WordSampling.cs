using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Text;

/// <summary>
/// Makes examples of a text: reads frequent words in part only, draws each word's window, and takes the words within it as
/// inputs that predict it.
/// </summary>
/// <remarks>
/// Skip-gram is published the other way about, a word predicts those around it; the pairs are the same, since both ways a
/// pair is taken with the chance that the window reaches. word2vec.c and gensim take them in this order, too.
/// </remarks>
internal sealed class WordSampling
{
    /// <summary>Words of a segment: windows do not reach beyond it.</summary>
    internal const int Segment = 512;

    private const ulong All = 1UL << 32;

    private readonly WordCorpus corpus;
    private readonly WordVectorOptions options;
    private readonly ulong[] keeps; // of 2^32 occurrences of a word, those that are read

    internal WordSampling(WordCorpus corpus, WordVectorOptions options)
    {
        (this.corpus, this.options) = (corpus, options);
        double total = corpus.Counts.Sum();
        keeps = [.. corpus.Counts.Select(count => (ulong)(KeptPart(count / total, options.Subsampling) * All))];
    }

    /// <summary>The segments of the text.</summary>
    internal int Segments => (corpus.Tokens.Length + Segment - 1) / Segment;

    /// <summary>The part of a word's occurrences that is read: √(s/f) + s/f, or all.</summary>
    internal static double KeptPart(double frequency, double threshold) =>
        threshold == 0 ? 1 : Math.Min(1, Math.Sqrt(threshold / frequency) + (threshold / frequency));

    /// <summary>A batch with room for any segment.</summary>
    internal WordBatch CreateBatch(int parts)
    {
        int inputs = Segment * 2 * options.Window;
        return new(options.Kind == WordVectorKind.SkipGram ? inputs : Segment, inputs, parts);
    }

    /// <summary>Takes the examples of a segment.</summary>
    /// <param name="batch">Takes them.</param>
    /// <param name="segment">The segment's number.</param>
    /// <param name="stream">The random stream of this reading of the segment.</param>
    internal void Fill(WordBatch batch, int segment, ulong stream)
    {
        Generator generator = new(new GeneratorState(options.Seed, stream, 0));
        Span<int> words = stackalloc int[Segment];
        int count = 0;
        foreach (int token in corpus.Tokens.AsSpan(segment * Segment, Math.Min(Segment, corpus.Tokens.Length - (segment * Segment))))
            if (token == WordCorpus.ParagraphEnd || generator.NextUInt32() < keeps[token]) words[count++] = token;

        batch.Clear();
        for (int i = 0; i < count; i++)
        {
            if (words[i] == WordCorpus.ParagraphEnd) continue;
            int window = 1 + (int)(((ulong)generator.NextUInt32() * (uint)options.Window) >> 32);
            int first = i, end = i + 1;
            while (first > 0 && i - first < window && words[first - 1] != WordCorpus.ParagraphEnd) first--;
            while (end < count && end - 1 - i < window && words[end] != WordCorpus.ParagraphEnd) end++;
            Add(batch, words[first..end], i - first);
        }
    }

    private void Add(WordBatch batch, ReadOnlySpan<int> words, int middle)
    {
        if (words.Length == 1) return;
        if (options.Kind == WordVectorKind.Cbow) batch.BeginExample(words[middle]);
        for (int i = 0; i < words.Length; i++)
        {
            if (i == middle) continue;
            if (options.Kind == WordVectorKind.SkipGram) batch.BeginExample(words[middle]);
            batch.AddInput(words[i]);
        }
    }
}
