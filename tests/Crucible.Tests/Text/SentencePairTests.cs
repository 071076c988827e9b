using System.Text;
using Crucible.Tensors;
using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

public sealed class SentencePairTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("crucible pairs ").FullName, "pairs.tsv");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private string Refused(string content) => Refused(Encoding.UTF8.GetBytes(content));

    private string Refused(byte[] content)
    {
        File.WriteAllBytes(path, content);
        string message = Assert.Throws<DataException>(() => PairFile.Read(path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static SentencePair[] Numbered(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new SentencePair(string.Join(' ', Enumerable.Repeat($"w{i}", 1 + (i % 5))), $"t{i}"))];

    [Fact]
    public void Read_LinesOfAnyKind_ArePairs()
    {
        File.WriteAllText(path, "\uFEFFgood day\tbonjour\r\n  yes \t oui\u00A0\n😀\tü");

        Assert.Equal([new("good day", "bonjour"), new("yes", "oui"), new("😀", "ü")], PairFile.Read(path));
    }

    [Fact]
    public void Read_MoreThanABlock_HasEveryLine()
    {
        string[] lines = [.. Enumerable.Range(0, 150_000).Select(i => $"line {i}\tligne {i}")];
        File.WriteAllText(path, string.Join('\n', lines) + "\n"); // 3.6 MB, in blocks of 1 MB

        SentencePair[] pairs = PairFile.Read(path);

        Assert.Equal(lines, pairs.Select(pair => $"{pair.Source}\t{pair.Target}"));
    }

    [Fact]
    public void Read_WrongLine_IsNamed()
    {
        const string form = "a line must be a sentence, one tab and the translation, but this one";

        Assert.Equal($"pairs: {path}, line 2: {form} has no tab", Refused("a\tb\nc d\n"));
        Assert.Equal($"pairs: {path}, line 1: {form} has 2 tabs", Refused("a\tb\tc\n"));
        Assert.Equal($"pairs: {path}, line 2: {form} has no tab", Refused("a\tb\n\nc\td\n"));
        Assert.Equal($"pairs: {path}, line 2: {form} has no tab", Refused("a\tb\n\n"));
        Assert.Equal($"pairs: {path}, line 1: the sentence before the tab must not be empty, but is", Refused(" \tb\n"));
        Assert.Equal($"pairs: {path}, line 3: the translation behind the tab must not be empty, but is", Refused("a\tb\nc\td\ne\t\r\n"));
    }

    [Fact]
    public void Read_WrongFile_IsNamed()
    {
        Assert.Equal(
            $"pairs: {path} must have a line with a sentence, a tab and its translation, but is empty", Refused(""));
        Assert.StartsWith($"pairs: {path} must be UTF-8, but line 2, ", Refused([(byte)'a', 9, (byte)'b', 10, 0xFF, 9, (byte)'c']));
        File.Delete(path);
        Assert.StartsWith($"pairs: {path} must be readable, but is not: ", Assert.Throws<DataException>(() => PairFile.Read(path)).Message);
    }

    [Fact]
    public void Read_PipeOrDevice_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        System.Diagnostics.Process.Start("mkfifo", [path]).WaitForExit();
        foreach (string file in new[] { path, "/dev/zero", Path.GetDirectoryName(path)! })
            Assert.StartsWith($"pairs: {file} must be readable", Assert.Throws<DataException>(() => PairFile.Read(file)).Message);
    }

    [Fact]
    public void AtRandom_SameSeed_DealsOutEveryPairTheSameWay()
    {
        SentencePair[] pairs = Numbered(200);
        PairSplit split = PairSplit.AtRandom(pairs, 0.1, 0.2, new Generator(3));

        Assert.Equal("140 pairs for training, 20 for validation, 40 for testing", split.ToString());
        Assert.Equal(pairs.ToHashSet(), split.Training.Concat(split.Validation).Concat(split.Test).ToHashSet());
        Assert.Equal(split.Test, PairSplit.AtRandom(pairs, 0.1, 0.2, new Generator(3)).Test);
        Assert.NotEqual(split.Test, PairSplit.AtRandom(pairs, 0.1, 0.2, new Generator(4)).Test);
    }

    [Fact]
    public void ByLength_LongSentences_AreTheTestAlone()
    {
        PairSplit split = PairSplit.ByLength(Numbered(200), 3, 0.25, new Generator(1));

        Assert.Equal("90 pairs for training, 30 for validation, 80 for testing", split.ToString());
        Assert.All(split.Training.Concat(split.Validation), pair => Assert.InRange(pair.SourceWords, 1, 3));
        Assert.All(split.Test, pair => Assert.InRange(pair.SourceWords, 4, 5));
        Assert.Equal(
            "pair split: mostWords must be between the lengths of the sentences (1 to 5 words), but is 5",
            Assert.Throws<OptionException>(() => PairSplit.ByLength(Numbered(200), 5, 0.1, new Generator(1))).Message);
    }

    [Theory]
    [InlineData(-0.1, 0.1)]
    [InlineData(0.5, 0.5)]
    [InlineData(double.NaN, 0.1)]
    public void AtRandom_SharesOutsideTheirRange_AreRefused(double validation, double test) =>
        Assert.Throws<OptionException>(() => PairSplit.AtRandom(Numbered(9), validation, test, new Generator(1)));
}
