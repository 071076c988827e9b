using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>Tokenizers' files that are damaged on purpose; Crucible.Fuzz damages them at random.</summary>
public sealed class DamagedTokenizerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible-text-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string PathOf(string name) => Path.Combine(folder, name);

    [Fact]
    public void LoadTiktoken_IdWithANullCharacter_IsRefused()
    {
        File.WriteAllText(PathOf("ranks"), "YQ== 1\0\n");
        Assert.Equal(
            $"tokenizer: {PathOf("ranks")}, line 1: a line must be a token in base 64, a space and an id, but is 'YQ== 1\0'",
            Assert.Throws<DataException>(() => BytePairTokenizer.LoadTiktoken(PathOf("ranks"), new())).Message);
    }

    /// <summary>40 merges of the last token with itself stand for 2⁴⁰ bytes.</summary>
    [Fact]
    public void Load_MergesThatDouble_AreRefusedBeforeTheyFillTheMemory()
    {
        IEnumerable<string> merges = Enumerable.Range(256, 40).Select(id => id == 256 ? "[97,97,256]" : $"[{id - 1},{id - 1},{id}]");
        File.WriteAllText(
            PathOf("bomb"),
            "{\"format\":\"crucible-tokenizer-1\",\"kind\":\"byte pairs\",\"specialTokens\":{},\"split\":\"None\","
            + $"\"bytes\":[{string.Join(',', Enumerable.Range(0, 256))}],\n\"merges\":[{string.Join(",\n", merges)}]}}");
        long before = GC.GetAllocatedBytesForCurrentThread();

        string message = Assert.Throws<DataException>(() => Tokenizer.Load(PathOf("bomb"))).Message;

        Assert.StartsWith($"tokenizer: {PathOf("bomb")}, line ", message, StringComparison.Ordinal);
        Assert.Contains(": the tokens' bytes must be in proportion to the file's ", message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60_000_000);
    }

    /// <summary>An array has room for each id, so a file of 3 kB has none in the millions.</summary>
    [Fact]
    public void Load_IdOutOfProportionToTheFile_IsRefusedBeforeItFillsTheMemory()
    {
        BytePairTokenizer pairs = BytePairTokenizer.Train(["aaaa"], new() { VocabularySize = 257, MinimumCount = 1 });
        pairs.Save(PathOf("a.json"));
        pairs.SaveTiktoken(PathOf("a.tiktoken"));
        pairs.SaveGpt2(PathOf("vocab.json"), PathOf("merges.txt"));
        string json = File.ReadAllText(PathOf("a.json"));
        File.WriteAllText(PathOf("a.json"), json[..json.LastIndexOf(',')].Replace(",256]", ",9999999]", StringComparison.Ordinal) + "}");
        foreach (string name in new[] { "a.tiktoken", "vocab.json" })
            File.WriteAllText(PathOf(name), File.ReadAllText(PathOf(name)).Replace("256", "9999999", StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();

        foreach (Action load in new Action[]
        {
            () => Tokenizer.Load(PathOf("a.json")), () => BytePairTokenizer.LoadTiktoken(PathOf("a.tiktoken"), new()),
            () => BytePairTokenizer.LoadGpt2(PathOf("vocab.json"), PathOf("merges.txt")),
        })
            Assert.Matches(
                ": an id must be in proportion to the file's [0-9]+ bytes, but is 9999999$", Assert.Throws<DataException>(load).Message);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void TrainFile_Pipe_IsRefusedAtOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        System.Diagnostics.Process.Start("mkfifo", PathOf("pipe")).WaitForExit();
        File.CreateSymbolicLink(PathOf("link"), PathOf("pipe"));
        foreach (string path in new[] { PathOf("pipe"), PathOf("link"), "/dev/zero" })
        {
            string message = $"{path} must be readable, but is not: {path} is no regular file but a pipe, a device or a socket;"
                + " copy what it holds into a file first";
            Assert.Equal("tokenizer: " + message, Assert.Throws<DataException>(() => Tokenizer.Load(path)).Message);
            DataException error = Assert.Throws<DataException>(() => CharacterTokenizer.TrainFile(path));
            Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        }
    }
}
