using System.Text.RegularExpressions;
using Xunit;

namespace Crucible.Lab.Tests.House;

/// <summary>How long a line may be: docs/style.md says why.</summary>
public partial class LinesTests
{
    public static TheoryData<string, int> Languages => new() { { "*.cs", 140 }, { "*.fs", 120 }, { "*.fsx", 120 } };

    [Theory]
    [MemberData(nameof(Languages))]
    public void Lines_AreShort(string pattern, int limit) => Assert.Empty(
        from file in Sources(pattern)
        from line in File.ReadLines(file).Index()
        where line.Item.Length > limit && !OneText().IsMatch(line.Item)
        select $"{Path.GetRelativePath(Rooms.Root, file)}:{line.Index + 1}: {line.Item.Length} characters");

    private static IEnumerable<string> Sources(string pattern) =>
        from place in (string[])["core", "scripts", "tests", "."]
        let depth = place == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories
        from file in Directory.GetFiles(Path.Combine(Rooms.Root, place), pattern, depth)
        where !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj")
        select file;

    // A text is not torn apart, so that one finds it whole: a line may be longer that is a text and a few characters
    // around it.
    [GeneratedRegex("""^\s*[^"]{0,20}".*"[^"\w]{0,8}$""")]
    private static partial Regex OneText();
}
