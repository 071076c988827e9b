using Crucible.Lab.Data;
using Crucible.Text;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class NumberWordsTests
{
    [Theory]
    [InlineData(342, "fr", "three hundred and forty-two", "trois cent quarante-deux")]
    [InlineData(0, "de", "zero", "null")]
    [InlineData(90, "fr", "ninety", "quatre-vingt-dix")]
    [InlineData(1_000_021, "es", "one million and twenty-one", "un millón veintiuno")]
    public void Pair_OfANumber_IsItInBothLanguages(int number, string language, string english, string other) =>
        Assert.Equal(new(english, other), NumberWords.Pair(number, language));

    [Fact]
    public void Pair_EveryLanguage_NamesDifferentNumbersDifferently()
    {
        using Culture culture = new();
        foreach (string language in NumberWords.Languages)
        {
            SentencePair[] pairs = [.. Enumerable.Range(0, 2000).Select(number => NumberWords.Pair(number, language))];
            Assert.Equal(2000, pairs.Select(pair => pair.Source).Distinct().Count());
            Assert.Equal(2000, pairs.Select(pair => pair.Target).Distinct().Count());
            Assert.DoesNotContain(pairs, pair => pair.Target.Any(char.IsAsciiDigit));
            Assert.NotEmpty(NumberWords.Pair(999_999_999, language).Target);
        }
    }

    [Fact]
    public void Sample_SameSeed_IsTheSameDifferentNumbersOfEveryLength()
    {
        SentencePair[] pairs = NumberWords.Sample("fr", 1000, 4, new(5));

        Assert.Equal(1000, pairs.Distinct().Count());
        Assert.Equal(10, pairs.Count(pair => pair.Source is "zero" or "one" or "two" or "three" or "four" or "five" or "six" or "seven"
            or "eight" or "nine"));
        // All of the 10 and 90 short ones, and half of the rest each of the two lengths left.
        Assert.Equal(450, pairs.Count(pair => pair.Source.Contains("thousand", StringComparison.Ordinal)));
        Assert.Equal(pairs, NumberWords.Sample("fr", 1000, 4, new(5)));
        Assert.NotEqual(pairs, NumberWords.Sample("fr", 1000, 4, new(6)));
        Assert.Equal(100, NumberWords.Sample("de", 100, 2, new(0)).Distinct().Count());
        Assert.Equal(50, NumberWords.Sample("de", 50, 9, new(0)).Distinct().Count());
    }

    [Fact]
    public void Sample_ForBothQuestions_Splits()
    {
        SentencePair[] pairs = NumberWords.Sample("fr", 3000, 6, new(0));
        PairSplit unseen = PairSplit.AtRandom(pairs, 0.05, 0.1, new(1)), longer = PairSplit.ByLength(pairs, 6, 0.1, new(1));

        Assert.Empty(unseen.Training.Intersect(unseen.Test));
        Assert.True(longer.Training.Max(pair => pair.SourceWords) < longer.Test.Min(pair => pair.SourceWords));
    }

    [Fact]
    public void Sample_WrongArgument_SaysTheRange()
    {
        Assert.Equal(
            "numbers in words: count must be from 1 to 100, for numbers of 2 digits at most, but is 101",
            Assert.Throws<OptionException>(() => NumberWords.Sample("fr", 101, 2, new(0))).Message);
        Assert.Equal(
            "numbers in words: mostDigits must be from 1 to 9, but is 10",
            Assert.Throws<OptionException>(() => NumberWords.Sample("fr", 1, 10, new(0))).Message);
        Assert.Equal(
            "numbers in words: number must be from 0 to 999999999, but is -1",
            Assert.Throws<OptionException>(() => NumberWords.Pair(-1, "fr")).Message);
        Assert.Equal(
            "numbers in words: the language must be one of cs, de, es, fr, it, ja, ko, pl, pt-BR, ru, tr, zh-Hans, zh-Hant, but is 'xx'",
            Assert.Throws<OptionException>(() => NumberWords.Pair(1, "xx")).Message);
    }
}
