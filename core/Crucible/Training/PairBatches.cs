using Crucible.Models;
using Crucible.Tensors;
using Crucible.Text;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// Sentences and their translations to train a <see cref="Translator"/> on: every pair once an epoch, in batches of
/// similar length, so that little is padding. Pairs are sorted by length and cut into batches of so many tokens; which of
/// equally long ones come together, and the order of the batches, are drawn anew for every epoch, and so is how words are
/// cut where merges of byte pairs are left out.
/// </summary>
/// <example><code>
/// let trainer = Trainer.OfBatches(model, optimizer, fun batch pass -> model.Loss(batch.Inputs, batch.Targets, pass, 0.1)) // F#
/// let history = trainer.Fit(PairBatches(vocabulary, pairs), PairBatches(vocabulary, others), TrainerOptions(Epochs = 10))
/// </code></example>
public sealed class PairBatches : IBatches
{
    private readonly PairVocabulary vocabulary;
    private readonly (SentencePair Pair, int[] Source, int[] Target)[] pairs; // by length
    private readonly double dropout;
    private readonly int longest;
    private readonly List<Range> batches = []; // of the sorted pairs
    private readonly string identity;
    private EpochOrder? last; // replaced as a whole, so that several runs may share the pairs

    /// <summary>The batches of some pairs.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="pairs">Sentences and translations.</param>
    /// <param name="batchTokens">
    /// The most tokens of a batch's sentences, and of its translations, padding counted; a pair that is longer comes alone.
    /// </param>
    /// <param name="longest">The most tokens that the model can take, <c>model.Longest</c>: longer pairs are refused.</param>
    /// <param name="dropout">
    /// The probability with which a merge of byte pairs is left out (BPE-dropout, Provilkov et al. 2020), at least 0 and at
    /// most 1; <see cref="InOrder"/> leaves none out. A pair that would become too long is cut as usual.
    /// </param>
    /// <exception cref="DataException">
    /// There are no pairs, or one is empty, has a word that is not in the vocabulary, or is too long; the message has its
    /// number, from 0.
    /// </exception>
    /// <exception cref="OptionException">A number is below 1.</exception>
    public PairBatches(
        PairVocabulary vocabulary, IEnumerable<SentencePair> pairs, int batchTokens = 2048, int longest = int.MaxValue, double dropout = 0.0)
    {
        (this.vocabulary, this.longest, this.dropout) = (vocabulary, longest, dropout);
        if (batchTokens < 1) throw Errors.Option("pairs", nameof(batchTokens), "1 or more", batchTokens);
        if (longest < 1) throw Errors.Option("pairs", nameof(longest), "1 or more", longest);
        if (dropout is not (>= 0.0 and <= 1.0)) throw Errors.Option("pairs", nameof(dropout), "from 0 to 1", dropout);
        this.pairs = [.. pairs.Select(Encode).OrderBy(pair => pair.Target.Length).ThenBy(pair => pair.Source.Length)];
        if (this.pairs.Length == 0) throw Errors.TooFew("pairs", "pairs", 1, 0);
        Cut(batchTokens);
        TargetCount = this.pairs.Sum(pair => (long)pair.Target.Length - 1);
        string cut = dropout == 0.0 ? "" : Invariant($", BPE-dropout {dropout}");
        identity = Invariant(
            $"{batchTokens} tokens a batch of {this.pairs.Length} pairs ({Hash(this.pairs)}), {vocabulary.Sizes.Fingerprint}{cut}");
    }

    /// <summary>The number of pairs.</summary>
    public int PairCount => pairs.Length;

    /// <summary>The tokens that are predicted in an epoch: those of the translations, and their ends.</summary>
    public long TargetCount { get; }

    /// <summary>The batches of an epoch.</summary>
    public int Count => batches.Count;

    /// <inheritdoc/>
    public string Description => identity;

    /// <summary>The batch of an update.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="update">The update's number, from 0.</param>
    /// <returns>int32 sentences [B, S] and translations [B, T], padded behind; the items are the tokens to predict.</returns>
    public Batch At(ulong seed, int update)
    {
        EpochOrder order = Order(seed, update / Count);
        int[] numbers = order.Pairs[batches[order.Batches[update % Count]]];
        if (dropout == 0.0) return ToBatch(numbers.Select(Ids));
        Generator generator = new Generator(new Generator(seed).Split(2).NextUInt64()).Split((ulong)update);
        return ToBatch(numbers.Select(number => CutAnew(number, generator)));
    }

    /// <inheritdoc/>
    public IEnumerable<Batch> InOrder() => batches
        .Select(range => ToBatch(Enumerable.Range(range.Start.Value, range.End.Value - range.Start.Value).Select(Ids)));

    private static Batch ToBatch(IEnumerable<(int[] Source, int[] Target)> chosen)
    {
        (int[] Source, int[] Target)[] ids = [.. chosen];
        return new(
            ids.Sum(pair => pair.Target.Length - 1),
            Translator.Pad([.. ids.Select(pair => pair.Source)]),
            Translator.Pad([.. ids.Select(pair => pair.Target)]));
    }

    private (int[] Source, int[] Target) Ids(int number) => (pairs[number].Source, pairs[number].Target);

    /// <summary>A pair whose words are cut at random.</summary>
    private (int[] Source, int[] Target) CutAnew(int number, Generator generator)
    {
        (SentencePair pair, int[] usualSource, int[] usualTarget) = pairs[number];
        int[] source = vocabulary.EncodeSource(pair.Source, dropout, generator);
        int[] target = vocabulary.EncodeTarget(pair.Target, dropout, generator);
        return (source.Length <= longest ? source : usualSource, target.Length <= longest ? target : usualTarget);
    }

    private void Cut(int batchTokens)
    {
        for (int start = 0, end; start < pairs.Length; start = end)
        {
            int longest = 0;
            for (end = start; end < pairs.Length; end++)
            {
                longest = Math.Max(longest, Math.Max(pairs[end].Source.Length, pairs[end].Target.Length));
                if (end > start && (long)longest * (end - start + 1) > batchTokens) break;
            }

            batches.Add(start..end);
        }
    }

    /// <summary>
    /// The pairs and the batches in the order of an epoch. Equally long pairs change places among themselves only, so that
    /// every epoch is cut at the same places.
    /// </summary>
    private EpochOrder Order(ulong seed, int epoch)
    {
        if (last is { } known && known.Seed == seed && known.Epoch == epoch) return known;
        Generator generator = new Generator(new Generator(seed).Split(1).NextUInt64()).Split((ulong)epoch);
        int[] places = generator.Permutation(pairs.Length);
        int[] numbers = [.. places.OrderBy(number => pairs[number].Target.Length).ThenBy(number => pairs[number].Source.Length)];
        return last = new(seed, epoch, numbers, generator.Permutation(Count));
    }

    private (SentencePair Pair, int[] Source, int[] Target) Encode(SentencePair pair, int number)
    {
        return (pair, Checked(pair.Source, () => vocabulary.EncodeSource(pair.Source)),
            Checked(pair.Target, () => vocabulary.EncodeTarget(pair.Target)));

        int[] Checked(string sentence, Func<int[]> encode)
        {
            try
            {
                int[] tokens = encode();
                return tokens.Length <= longest ? tokens : throw Errors.SentenceTooLong(longest, tokens.Length);
            }
            catch (DataException error)
            {
                throw Errors.Pair(number, sentence, error);
            }
        }
    }

    /// <summary>FNV-1a of all ids: another run's pairs are noticed.</summary>
    private static string Hash(IEnumerable<(SentencePair Pair, int[] Source, int[] Target)> pairs)
    {
        ulong hash = 14695981039346656037;
        foreach ((_, int[] source, int[] target) in pairs)
            foreach (int id in source.Append(-1).Concat(target).Append(-1)) hash = (hash ^ (uint)id) * 1099511628211;
        return Invariant($"{hash:x16}");
    }

    private sealed record EpochOrder(ulong Seed, int Epoch, int[] Pairs, int[] Batches);
}
