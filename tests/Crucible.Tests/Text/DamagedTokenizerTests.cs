using System.Text;
using Crucible.Tests.Files;
using Crucible.Text;
using Xunit;

namespace Crucible.Tests.Text;

/// <summary>Every format of tokenizers, damaged at random: a file is read or refused in one line that names it.</summary>
public sealed class DamagedTokenizerTests : IDisposable
{
    private const string Text = "The cat sat, the cat, the bat!\n<é> aaaaaaaa";

    private readonly string folder = Directory.CreateTempSubdirectory("crucible-text-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string PathOf(string name) => Path.Combine(folder, name);

    private static BytePairTokenizer Pairs() => BytePairTokenizer.Train([Text], new() { VocabularySize = 262, MinimumCount = 1 });

    [Theory]
    [InlineData("characters")]
    [InlineData("words")]
    [InlineData("pairs")]
    public void Load_MutatedAtRandom_IsReadOrRefused(string kind)
    {
        Tokenizer tokenizer = kind switch
        {
            "characters" => CharacterTokenizer.Train([Text], ["<end>"]),
            "words" => WordTokenizer.Train([Text], new() { SpecialTokens = ["<end>"] }),
            _ => Pairs(),
        };
        tokenizer.Save(PathOf("whole"));
        string json = File.ReadAllText(PathOf("whole"));
        byte[] unhashed = Encoding.UTF8.GetBytes(json[..json.LastIndexOf(',')] + "}"); // so that more than the hash is looked at
        AssertReadOrRefused(unhashed, path => Tokenizer.Load(path));
    }

    [Fact]
    public void LoadTiktoken_MutatedAtRandom_IsReadOrRefused()
    {
        Pairs().SaveTiktoken(PathOf("whole"));
        AssertReadOrRefused(File.ReadAllBytes(PathOf("whole")), path => BytePairTokenizer.LoadTiktoken(path, new()));
    }

    [Fact]
    public void LoadGpt2_MutatedAtRandom_IsReadOrRefused()
    {
        Pairs().SaveGpt2(PathOf("vocab.json"), PathOf("merges.txt"));
        AssertReadOrRefused(
            File.ReadAllBytes(PathOf("merges.txt")), path => BytePairTokenizer.LoadGpt2(PathOf("vocab.json"), path), PathOf("vocab.json"));
        AssertReadOrRefused(File.ReadAllBytes(PathOf("vocab.json")), path => BytePairTokenizer.LoadGpt2(path, PathOf("merges.txt")));
    }

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

    [Fact]
    public void TrainFile_Pipe_IsRefusedAtOnce()
    {
        if (OperatingSystem.IsWindows()) return;
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

    private void AssertReadOrRefused(byte[] whole, Action<string> read, string? other = null)
    {
        string path = PathOf("damaged");
        foreach (byte[] damaged in Mutations.Of(whole, 300, seed: 12))
        {
            File.WriteAllBytes(path, damaged);
            Mutations.AssertReadOrRefused(() => read(path), path, other);
        }
    }
}
