using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Crucible.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

public class SplitterTests
{
    // (?i:s) covers ſ (U+017F) by Unicode's case folding, but not in .NET, so it is written out.
    private static readonly Dictionary<SplitPattern, Regex> Patterns = new()
    {
        [SplitPattern.Gpt2] = new(
            @"\G(?:'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", RegexOptions.CultureInvariant),
        [SplitPattern.Cl100k] = new(
            @"\G(?:'(?i:[sſdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
            RegexOptions.CultureInvariant),
        [SplitPattern.O200k] = new(
            @"\G(?:[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'[sſ]|'t|'re|'ve|'m|'ll|'d)?"
            + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'[sſ]|'t|'re|'ve|'m|'ll|'d)?"
            + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
            RegexOptions.CultureInvariant),
    };

    [Theory]
    [InlineData(SplitPattern.Gpt2)]
    [InlineData(SplitPattern.Cl100k)]
    [InlineData(SplitPattern.O200k)]
    public void Pieces_OfAnyText_AreThePatternsMatches(SplitPattern split) =>
        Prop.ForAll(UnicodeTexts.Any.ToArbitrary(), text =>
            Assert.Equal(Matches(Patterns[split], text), NaiveBytePairs.Pieces(text, split)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Pieces_OfGpt2_EqualHandValues() => Assert.Equal(
        ["We", "'ll", " see", ",", " it", "'s", " 12345", " it", "'", "S", "\n\n ", " x"],
        NaiveBytePairs.Pieces("We'll see, it's 12345 it'S\n\n  x", SplitPattern.Gpt2));

    [Fact]
    public void Pieces_OfCl100k_EqualHandValues() => Assert.Equal(
        ["We", "'ll", " see", ",", " it", "'S", " ", "123", "45", "\t", "\tx", " !?\r\n\n", " \n", " ", " (", "y", ")"],
        NaiveBytePairs.Pieces("We'll see, it'S 12345\t\tx !?\r\n\n \n  (y)", SplitPattern.Cl100k));

    [Fact]
    public void Pieces_OfO200k_EqualHandValues() => Assert.Equal(
        ["We'll", " see", ",", " it'S", " HTTPServer字", "ABc字", " ", "123", "45", "\t", "\tx", " //!\n/\n", " \n", " ", " (", "y", ")'", "s"],
        NaiveBytePairs.Pieces("We'll see, it'S HTTPServer字ABc字 12345\t\tx //!\n/\n \n  (y)'s", SplitPattern.O200k));

    [Property]
    public Property IsBoundary_WhereTrue_LetsTextBeCut() => Prop.ForAll(UnicodeTexts.Any.ToArbitrary(), text =>
    {
        foreach (SplitPattern split in Patterns.Keys)
        {
            Splitter splitter = Splitter.From(split);
            for (int i = 1; i < text.Length; i++)
            {
                if (!splitter.IsBoundary(text[i - 1], text[i])) continue;
                Assert.Equal(NaiveBytePairs.Pieces(text, split), [
                    .. NaiveBytePairs.Pieces(text[..i], split),
                    .. NaiveBytePairs.Pieces(text[i..], split)
                ]);
            }
        }
    });

    // .NET's \p{L} looks at UTF-16 units. So each character beyond them is given to it as a unit of the same class, and
    // the matches are carried back.
    private static List<string> Matches(Regex pattern, string text)
    {
        List<int> starts = [];
        StringBuilder units = new();
        for (int i = 0; i < text.Length; i += char.IsSurrogate(text[i]) ? 2 : 1)
        {
            starts.Add(i);
            units.Append(
                char.IsSurrogate(text[i]) ? Stand(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[i], text[i + 1]))) : text[i]);
        }
        starts.Add(text.Length);
        MatchCollection matches = pattern.Matches(units.ToString());
        Assert.Equal(units.Length, matches.Sum(match => match.Length));
        return [.. matches.Select(match => text[starts[match.Index]..starts[match.Index + match.Length]])];
    }

    private static char Stand(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => 'Ā',
        UnicodeCategory.LowercaseLetter => 'ā',
        UnicodeCategory.TitlecaseLetter => 'ǅ',
        UnicodeCategory.ModifierLetter => 'ʰ',
        UnicodeCategory.OtherLetter => '中',
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => '\u0301',
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '²',
        _ => '§',
    };
}
