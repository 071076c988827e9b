using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Crucible.Tests.Text;

/// <summary>Random texts of whole characters: any code point, and often those that split patterns look at.</summary>
internal static class UnicodeTexts
{
    private static readonly string[] Telling =
    [
        "a", "B", "HTTPs", "é", "Ǆ", "ǅ", "ʰ", "中", "ß", "K", "1", "²", "٣", "Ⅷ", "'", "’", "'s", "'S", "'ſ", "'ll", "'Ve", "'re", "'T", ".", "!", "/", "-", "_", "€", "§",
        "\u0301", "\u200D", "\uFEFF",
        " ", "  ", "\n", "\r", "\r\n", "\t", "\u0085", "\u00A0", "\u2028", "\u3000", "\u180E", "\u001C", "\0", "😀", "👩‍👩‍👧", "𝒜", "𐐀",
        "𝟘", "𒐀", "\U000E0001", "<|endoftext|>", "\\",
    ];

    internal static Gen<string> Any { get; } = Gen.Frequency(
        (6, Gen.Elements(Telling)),
        (2, Gen.Choose(' ', '~').Select(code => ((char)code).ToString())),
        (1, Gen.Choose(0, 0xD7FF).Select(Character)),
        (1, Gen.Choose(0xE000, 0x10FFFF).Select(Character))).ListOf().Select(string.Concat);

    private static string Character(int codePoint) => new Rune(codePoint).ToString();
}
