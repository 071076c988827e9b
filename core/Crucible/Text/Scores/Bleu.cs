namespace Crucible.Text;

/// <summary>
/// BLEU (K. Papineni et al., 2002) exactly as sacreBLEU defines it (M. Post, 2018): the brevity penalty times the
/// geometric mean of the precisions of word n-grams, n = 1 … 4, in percent. A corpus has one score from the counts of
/// all its sentences; the order of the sentences does not matter.
/// </summary>
public static class Bleu
{
    internal const int Orders = 4;

    private const string Operation = "BLEU";

    /// <summary>The score of translations with one reference each.</summary>
    /// <param name="outputs">The translations, plain sentences; an empty one counts as such.</param>
    /// <param name="references">The right translation of each.</param>
    /// <param name="options">Tokenization, smoothing and order; sacreBLEU's defaults by default.</param>
    /// <returns>The score with its counts.</returns>
    /// <exception cref="DataException">There are no outputs, more or fewer references, or an empty reference.</exception>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string> references, BleuOptions? options = null) =>
        Corpus(outputs, References.Single(references), options);

    /// <summary>
    /// The score of translations with several references each: an n-gram may occur as often as in the reference that has
    /// most of it, and the length is compared with the closest reference's, the shorter of two.
    /// </summary>
    /// <param name="outputs">The translations, plain sentences; an empty one counts as such.</param>
    /// <param name="references">The right translations of each; empty ones are left out, and their number may vary.</param>
    /// <param name="options">Tokenization, smoothing and order; sacreBLEU's defaults by default.</param>
    /// <returns>The score with its counts.</returns>
    /// <exception cref="DataException">There are no outputs, more or fewer references, or an output without reference.</exception>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string[]> references, BleuOptions? options = null) =>
        Score(outputs, references, options ?? new(), (options ?? new()).EffectiveOrder);

    /// <summary>
    /// The score of one translation, with the effective order: orders that the sentence is too short for do not count.
    /// BLEU is made for corpora; that of one sentence tells little.
    /// </summary>
    /// <param name="output">The translation.</param>
    /// <param name="references">The right translations.</param>
    /// <param name="options">Tokenization and smoothing; sacreBLEU's defaults by default.</param>
    /// <returns>The score with its counts.</returns>
    /// <exception cref="DataException">There is no reference that is not empty.</exception>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static BleuScore Sentence(string output, IEnumerable<string> references, BleuOptions? options = null) =>
        Score([output], [[.. references]], options ?? new(), hasEffectiveOrder: true);

    private static BleuScore Score(
        IReadOnlyList<string> outputs, IReadOnlyList<string[]> references, BleuOptions options, bool hasEffectiveOrder)
    {
        options.Check(Operation);
        long[] matches = new long[Orders], totals = new long[Orders];
        long length = 0, referenceLength = 0;
        foreach ((string output, string[] known) in References.Pair(Operation, outputs, references))
        {
            NGrams found = Count(output);
            NGrams[] expected = [.. known.Select(Count)];
            length += found.Length;
            // Of the closest lengths the shortest.
            referenceLength += expected.Select(reference => reference.Length)
                .OrderBy(other => Math.Abs(other - found.Length)).ThenBy(other => other).First();
            for (int order = 0; order < Orders; order++)
            {
                totals[order] += found.Total(order);
                matches[order] += found.Matches(order, expected);
            }
        }
        return BleuScore.Of(matches, totals, length, referenceLength, options, hasEffectiveOrder);

        NGrams Count(string sentence) => NGrams.OfWords(BleuWords.Of(sentence, options.Tokenization), Orders);
    }
}

/// <summary>How <see cref="Bleu"/> cuts sentences into words and smooths precisions; the defaults are sacreBLEU's.</summary>
public sealed class BleuOptions
{
    /// <summary>What a word is; by default that of mteval-v13a, the one of published scores.</summary>
    public BleuTokenization Tokenization { get; init; } = BleuTokenization.Mteval13a;

    /// <summary>What an order without a match counts; exponentially less by default.</summary>
    public BleuSmoothing Smoothing { get; init; } = BleuSmoothing.Exponential;

    /// <summary>
    /// What <see cref="BleuSmoothing.Floor"/> takes for a match (0.1 by default), or <see cref="BleuSmoothing.AddK"/> adds
    /// (1 by default).
    /// </summary>
    public double? SmoothingValue { get; init; }

    /// <summary>
    /// Whether orders that all sentences are too short for are left out of the mean; false by default: such a corpus
    /// scores 0. A sentence alone always has them left out.
    /// </summary>
    public bool EffectiveOrder { get; init; }

    internal double Value => SmoothingValue ?? (Smoothing == BleuSmoothing.Floor ? 0.1 : 1);

    internal void Check(string operation)
    {
        if (!Enum.IsDefined(Tokenization))
            throw Errors.Option(operation, nameof(Tokenization), "Mteval13a, Spaces or Characters", Tokenization);
        if (!Enum.IsDefined(Smoothing))
            throw Errors.Option(operation, nameof(Smoothing), "Exponential, Floor, AddK or None", Smoothing);
        if (SmoothingValue is { } value && !(value >= 0 && double.IsFinite(value)))
            throw Errors.Option(operation, nameof(SmoothingValue), "0 or more", value);
    }
}

/// <summary>What BLEU counts where an order of n-grams has no match (B. Chen and C. Cherry, 2014).</summary>
public enum BleuSmoothing
{
    /// <summary>Half a match for the first such order, a quarter for the next, and so on, as in mteval-v13a.</summary>
    Exponential,

    /// <summary><see cref="BleuOptions.SmoothingValue"/> of a match.</summary>
    Floor,

    /// <summary>
    /// <see cref="BleuOptions.SmoothingValue"/> is added to matches and totals of every order above 1, matched or not.
    /// </summary>
    AddK,

    /// <summary>Nothing: the score is 0.</summary>
    None,
}

/// <summary>What is a word to BLEU.</summary>
public enum BleuTokenization
{
    /// <summary>
    /// As in mteval-v13a: signs are words of their own, but for dots and commas between digits, and hyphens and
    /// apostrophes between letters. It does not cut Chinese or Japanese, which have no spaces.
    /// </summary>
    Mteval13a,

    /// <summary>What stands between white space.</summary>
    Spaces,

    /// <summary>Every character: for scripts without spaces.</summary>
    Characters,
}
