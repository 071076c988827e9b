namespace Crucible.Text;

/// <summary>
/// chrF (M. Popović, 2015) exactly as sacreBLEU defines it: the F-score of character n-grams, n = 1 … 6, recall counting
/// twice as much as precision (chrF2), in percent. With words of order 2 as well it is chrF++ (M. Popović, 2017).
/// </summary>
public static class Chrf
{
    private const string Operation = "chrF";
    private const double Epsilon = 1e-16;

    /// <summary>The score of translations with one reference each.</summary>
    /// <param name="outputs">The translations.</param>
    /// <param name="references">The right translation of each.</param>
    /// <param name="options">Orders, weight and smoothing; chrF2 by default.</param>
    /// <returns>From 0 to 100.</returns>
    /// <exception cref="DataException">There are no outputs, more or fewer references, or an empty reference.</exception>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static double Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string> references, ChrfOptions? options = null) =>
        Corpus(outputs, References.Single(references), options);

    /// <summary>The score of translations with several references each, of which the one with the best score counts.</summary>
    /// <param name="outputs">The translations.</param>
    /// <param name="references">The right translations of each; empty ones are left out, and their number may vary.</param>
    /// <param name="options">Orders, weight and smoothing; chrF2 by default.</param>
    /// <returns>From 0 to 100.</returns>
    /// <exception cref="DataException">There are no outputs, more or fewer references, or an output without reference.</exception>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static double Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string[]> references, ChrfOptions? options = null)
    {
        ChrfOptions chosen = options ?? new();
        chosen.Check(Operation);
        Count[] sum = new Count[chosen.CharacterOrder + chosen.WordOrder];
        foreach ((string output, string[] known) in References.Pair(Operation, outputs, references))
        {
            Count[] best = known.Select(reference => Counts(output, reference, chosen)).MaxBy(counts => Score(counts, chosen))!;
            for (int i = 0; i < sum.Length; i++) sum[i] += best[i];
        }
        return Score(sum, chosen);
    }

    /// <summary>The score of one translation.</summary>
    /// <param name="output">The translation.</param>
    /// <param name="references">The right translations, of which the one with the best score counts.</param>
    /// <param name="options">Orders, weight and smoothing; chrF2 by default.</param>
    /// <returns>From 0 to 100.</returns>
    /// <exception cref="DataException">There is no reference that is not empty.</exception>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static double Sentence(string output, IEnumerable<string> references, ChrfOptions? options = null) =>
        Corpus([output], [[.. references]], options);

    private static Count[] Counts(string output, string reference, ChrfOptions options)
    {
        NGrams found = Characters(output), expected = Characters(reference);
        NGrams words = Words(output), expectedWords = Words(reference);
        return
        [
            .. Enumerable.Range(0, options.CharacterOrder).Select(order => Count.Of(found, expected, order)),
            .. Enumerable.Range(0, options.WordOrder).Select(order => Count.Of(words, expectedWords, order)),
        ];

        NGrams Characters(string text) =>
            NGrams.OfCharacters(options.KeepWhitespace ? text : string.Concat(BleuWords.Split(text)), options.CharacterOrder);

        NGrams Words(string text) => NGrams.OfWords([.. BleuWords.Split(text).SelectMany(CutSign)], options.WordOrder);
    }

    /// <summary>A sign of ASCII at the end of a word, or else at its beginning, is a word of its own.</summary>
    private static string[] CutSign(string word) =>
        word.Length == 1 ? [word]
        : IsSign(word[^1]) ? [word[..^1], word[^1..]]
        : IsSign(word[0]) ? [word[..1], word[1..]]
        : [word];

    private static bool IsSign(char character) =>
        char.IsAscii(character) && (char.IsPunctuation(character) || char.IsSymbol(character));

    private static double Score(Count[] counts, ChrfOptions options)
    {
        double factor = options.Beta * options.Beta;
        if (options.EpsilonSmoothing)
        {
            return 100 * counts.Average(count =>
                FScore(count.Found > 0 ? count.Precision : Epsilon, count.Expected > 0 ? count.Recall : Epsilon, Epsilon));
        }
        Count[] effective = [.. counts.Where(count => count is { Found: > 0, Expected: > 0 })];
        return effective.Length == 0
            ? 0
            : 100 * FScore(effective.Average(count => count.Precision), effective.Average(count => count.Recall), 0);

        double FScore(double precision, double recall, double otherwise)
        {
            double denominator = (factor * precision) + recall;
            return denominator > 0 ? (1 + factor) * precision * recall / denominator : otherwise;
        }
    }

    /// <summary>The n-grams of outputs and references, and those that both have.</summary>
    private readonly record struct Count(long Found, long Expected, long Both)
    {
        internal double Precision => (double)Both / Found;

        internal double Recall => (double)Both / Expected;

        public static Count operator +(Count a, Count b) => new(a.Found + b.Found, a.Expected + b.Expected, a.Both + b.Both);

        // What an output has of an order that its reference is too short for does not count.
        internal static Count Of(NGrams found, NGrams expected, int order) =>
            new(expected.Total(order) == 0 ? 0 : found.Total(order), expected.Total(order), found.Matches(order, expected));
    }
}

/// <summary>What <see cref="Chrf"/> counts; by default chrF2, as sacreBLEU.</summary>
public sealed class ChrfOptions
{
    /// <summary>The longest n-grams of characters; 6 by default.</summary>
    public int CharacterOrder { get; init; } = 6;

    /// <summary>The longest n-grams of words; 0 by default, 2 for chrF++.</summary>
    public int WordOrder { get; init; }

    /// <summary>How much more recall weighs than precision; 2 by default.</summary>
    public double Beta { get; init; } = 2;

    /// <summary>Whether white space counts as characters; false by default.</summary>
    public bool KeepWhitespace { get; init; }

    /// <summary>
    /// False by default: precision and recall are averaged over the orders that output and reference are long enough for.
    /// True as in chrF++.py: F-scores are averaged over all orders, an order without n-grams counting 10⁻¹⁶.
    /// </summary>
    public bool EpsilonSmoothing { get; init; }

    internal void Check(string operation)
    {
        if (CharacterOrder is < 1 or > 100) throw Errors.Option(operation, nameof(CharacterOrder), "from 1 to 100", CharacterOrder);
        if (WordOrder is < 0 or > 100) throw Errors.Option(operation, nameof(WordOrder), "from 0 to 100", WordOrder);
        if (!(Beta > 0 && double.IsFinite(Beta * Beta))) throw Errors.Option(operation, nameof(Beta), "above 0", Beta);
    }
}
