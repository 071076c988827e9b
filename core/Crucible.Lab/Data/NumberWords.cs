using System.Globalization;
using Crucible.Tensors;
using Crucible.Text;
using Humanizer;
using static System.FormattableString;

namespace Crucible.Lab.Data;

/// <summary>
/// Numbers in words, in English and another language: 342 is "three hundred and forty-two", "trois cent quarante-deux".
/// Sentence pairs without end, whose lengths are under control, with a right answer for each; the words are Humanizer's.
/// </summary>
/// <remarks>
/// Questions of generalization: numbers never seen (<see cref="PairSplit.AtRandom"/>), and lengths never seen
/// (<see cref="PairSplit.ByLength"/>). Chinese and Japanese have no spaces between the words.
/// </remarks>
public static class NumberWords
{
    /// <summary>The most digits of a number.</summary>
    public const int MostDigits = 9; // Humanizer's Italian goes no further

    private const int Largest = 999_999_999;

    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <summary>The languages that English is paired with: those of an SDK's messages.</summary>
    public static IReadOnlyList<string> Languages { get; } =
        ["cs", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "ru", "tr", "zh-Hans", "zh-Hant"];

    /// <summary>A number in English and in another language.</summary>
    /// <param name="number">From 0 to 999 999 999.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <returns>The pair.</returns>
    /// <exception cref="OptionException">The number or the language is none of those.</exception>
    public static SentencePair Pair(int number, string language)
    {
        if (number is < 0 or > Largest) throw DataErrors.Number(nameof(number), Invariant($"from 0 to {Largest}"), number);
        return new(number.ToWords(English), number.ToWords(Culture(language)));
    }

    /// <summary>Different numbers, as many of each number of digits as there are, or as an equal share is.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="mostDigits">Numbers have from 1 to so many digits; at most 9.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The pairs, shorter numbers first; the same for the same state of the generator.</returns>
    /// <exception cref="OptionException">There are not so many numbers, or an argument is outside its range.</exception>
    public static SentencePair[] Sample(string language, int count, int mostDigits, Generator generator)
    {
        if (mostDigits is < 1 or > MostDigits)
            throw DataErrors.Number(nameof(mostDigits), Invariant($"from 1 to {MostDigits}"), mostDigits);
        int most = Power(mostDigits);
        if (count < 1 || count > most)
            throw DataErrors.Number(nameof(count), Invariant($"from 1 to {most}, for numbers of {mostDigits} digits at most"), count);
        List<SentencePair> pairs = [];
        for (int digits = 1; digits <= mostDigits; digits++)
        {
            int first = digits == 1 ? 0 : Power(digits - 1), available = Power(digits) - first;
            // Later lengths make up for what a short one lacks; the last has all that is left.
            int share = (count - pairs.Count) / (mostDigits - digits + 1);
            pairs.AddRange(Distinct(first, available, Math.Min(share, available), generator).Select(number => Pair(number, language)));
        }
        return [.. pairs];
    }

    private static int Power(int exponent) => (int)Math.Round(Math.Pow(10, exponent));

    /// <summary>Different numbers of a range, in order (R. Floyd's sampling: none is drawn for nothing).</summary>
    private static SortedSet<int> Distinct(int first, int available, int count, Generator generator)
    {
        SortedSet<int> chosen = [];
        for (int last = available - count; last < available; last++)
        {
            int drawn = first + generator.NextInt(last + 1);
            if (!chosen.Add(drawn)) chosen.Add(first + last);
        }
        return chosen;
    }

    private static CultureInfo Culture(string language) => Languages.Contains(language)
        ? CultureInfo.GetCultureInfo(language)
        : throw DataErrors.NumberLanguage(language, Languages);
}
