using System.Text;
using Crucible.Files;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Files;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("crucible").FullName;

    private string FilePath => Path.Combine(folder, "model.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Save_ThenLoad_GivesTheSameBits()
    {
        Write();
        (IReadOnlyDictionary<string, Tensor>? tensors, IReadOnlyDictionary<string, string>? metadata) = SafeTensors.Load(FilePath);
        Assert.Equal(["b", "i", "w", "x"], tensors.Keys.Order());
        Assert.Equal([1.5f, float.NaN, -0f], tensors["w"].ToArray<float>());
        Assert.Equal([0.1, 0.2], tensors["x"].ToArray());
        Assert.Equal([7], tensors["i"].ToArray<int>());
        Assert.Equal([true, false], tensors["b"].ToArray<bool>());
        Assert.Equal(Shape.From(1, 2), tensors["x"].Shape);
        Assert.Equal("wort", Assert.Single(metadata).Value);
    }

    [Fact]
    public void Load_OfAFileWrittenByHand_ReadsHalfPrecision()
    {
        string header =
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"l":{"dtype":"I64","shape":[1],"data_offsets":[4,12]},"z":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]}}""";
        // 1.0 and -2.0 in half precision, 5 as int64, 1.0 as bfloat16
        byte[] data = [0x00, 0x3C, 0x00, 0xC0, 5, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F];
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. data]);
        IReadOnlyDictionary<string, Tensor> tensors = SafeTensors.Load(FilePath).Tensors;
        Assert.Equal([1, -2], tensors["h"].ToArray());
        Assert.Equal([5], tensors["l"].ToArray<int>());
        Assert.Equal([1], tensors["z"].ToArray());
    }

    [Fact]
    public void Load_TruncatedAnywhere_IsRefused()
    {
        Write();
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));
        }
    }

    [Fact]
    public void Load_OneBitFlippedAnywhere_IsRefusedOrChangesNothingButTheText()
    {
        Write();
        byte[] whole = File.ReadAllBytes(FilePath);
        int dataStart = 8 + (int)BitConverter.ToUInt64(whole);
        for (int at = dataStart; at < whole.Length; at++)
        {
            byte[] damaged = (byte[])whole.Clone();
            damaged[at] ^= 1;
            File.WriteAllBytes(FilePath, damaged);
            CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));
            Assert.Equal($"checkpoint: {FilePath} is damaged: its data does not have the SHA-256 that was written with it", error.Message);
        }
    }

    [Theory]
    [InlineData("[1152921504606846976]", "[1152921504606846976]")] // 2⁶⁰
    [InlineData("[65536, 65536]", "[65536, 65536]")] // a product beyond 32 bits
    [InlineData("[2147483647, 2147483647, 2147483647]", "[2147483647, 2147483647, 2147483647]")] // and one beyond 64
    [InlineData("[-1]", "[-1]")]
    public void Load_HeaderThatClaimsMore_IsRefusedByNameAndAllocatesNothing(string shape, string shown)
    {
        byte[] header =
            System.Text.Encoding.UTF8.GetBytes("{\"big\": {\"dtype\": \"F32\", \"shape\": " + shape + ", \"data_offsets\": [0, 4]}}");
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((ulong)header.Length), .. header, 0, 0, 0, 0]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));

        Assert.Equal($"checkpoint: {FilePath} is damaged: big has shape {shown}, but 4 bytes", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Load_OffsetsThatClaimMore_AreRefusedByName()
    {
        byte[] header = System.Text.Encoding.UTF8.GetBytes(
            "{\"big\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 1152921504606846976]}}");
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((ulong)header.Length), .. header, 0, 0, 0, 0]);

        CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));

        Assert.Equal(
            $"checkpoint: {FilePath} is truncated: big ends at byte 1152921504606846976 of the data, but there are 4", error.Message);
    }

    [Fact]
    public void Load_TooShort_SaysSo()
    {
        File.WriteAllBytes(FilePath, [1, 2, 3]);
        CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));
        Assert.Equal($"checkpoint: {FilePath} is truncated: it has 3 bytes, fewer than the 8 of the header length", error.Message);
    }

    [Fact]
    public void Load_AnotherFormat_SaysSo()
    {
        File.WriteAllText(FilePath, "this is no checkpoint at all");
        CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));
        Assert.StartsWith(
            $"checkpoint: {FilePath} is not in the safetensors format: its header length is", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Missing_SaysSo()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));
        Assert.StartsWith($"checkpoint: {FilePath} cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_WhereAFolderIs_LeavesNoTemporaryFile()
    {
        Directory.CreateDirectory(FilePath);
        Assert.Throws<CheckpointException>(Write);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private void Write() => SafeTensors.Save(
        FilePath,
        new Dictionary<string, Tensor>
        {
            ["w"] = Tensor.From([1.5f, float.NaN, -0f]),
            ["x"] = Tensor.From([0.1, 0.2], 1, 2),
            ["i"] = Tensor.From([7]),
            ["b"] = Tensor.From([true, false]),
        },
        new Dictionary<string, string> { ["note"] = "wort" });
}
