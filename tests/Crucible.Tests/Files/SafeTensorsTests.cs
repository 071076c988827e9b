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
    public void Load_OneBitFlippedAnywhere_IsRefusedUnlessItIsInTheHashesName()
    {
        Write();
        byte[] whole = File.ReadAllBytes(FilePath);
        int dataStart = 8 + (int)BitConverter.ToUInt64(whole);
        int name = whole.AsSpan().IndexOf("crucible.file.sha256"u8);
        for (int at = 0; at < whole.Length; at++)
        {
            if (at >= name && at < name + "crucible.file.sha256".Length) continue; // what it names is then another text
            foreach (int bit in new[] { 0, 2, 5 })
            {
                byte[] damaged = (byte[])whole.Clone();
                damaged[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(FilePath, damaged);
                CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));
                if (at >= dataStart)
                    Assert.EndsWith(" does not have the SHA-256 that was written with it", error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>The data is the float 1; its SHA-256 was computed by sha256sum.</summary>
    [Fact]
    public void Load_OlderFileWithTheHashOfItsDataAlone_IsCheckedByIt()
    {
        const string header =
            """{"__metadata__":{"crucible.sha256":"e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        WriteByHand(header, 0, 0, 0x80, 0x3F);
        (IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) = SafeTensors.Load(FilePath);
        Assert.Equal([1f], tensors["w"].ToArray<float>());
        Assert.Empty(metadata);

        WriteByHand(header, 0, 0, 0x80, 0x40);
        AssertRefused("is damaged: its data does not have the SHA-256 that was written with it");
    }

    [Theory]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[]",
        "is damaged: t must have two data_offsets, its first byte and the one behind its last, but has []")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]",
        "is damaged: t must have two data_offsets, its first byte and the one behind its last, but has [0]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]",
        "is damaged: t must have two data_offsets, its first byte and the one behind its last, but has [0,4,8]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]",
        "is damaged: t must have two data_offsets, its first byte and the one behind its last, but has [0,99999999999999999999]")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,4]", "is damaged: t is at bytes -4 to 4")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]", "is damaged: t is at bytes 4 to 0")]
    [InlineData("\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]", "is damaged: t [1] needs 8 bytes of F64, but has 4")]
    [InlineData("\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[0,4]",
        "is damaged: element 2 of t must be the bool 0 or 1, but is 128")]
    [InlineData("\"dtype\":\"F8\",\"shape\":[4],\"data_offsets\":[0,4]", "has an element type that cannot be read: t is F8")]
    [InlineData("\"dtype\":7,\"shape\":[4],\"data_offsets\":[0,4]", "has an element type that cannot be read: t is 7")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]",
        "is damaged: t must have a shape of integers, but has [1.5]")]
    [InlineData("\"dtype\":\"F32\",\"data_offsets\":[0,4]",
        "is damaged: t must have a dtype, a shape and data_offsets, but is {\"dtype\":\"F32\",\"data_offsets\":[0,4]}")]
    public void Load_ImpossibleEntry_IsRefusedByName(string entry, string problem)
    {
        WriteByHand("{\"t\":{" + entry + "}}", 0, 0, 0x80, 0x3F);
        AssertRefused(problem);
    }

    [Theory]
    [InlineData(0, 4, 0, 4, 4, "is damaged: b, at bytes 0 to 4, overlaps a, at 0 to 4")]
    [InlineData(4, 8, 2, 6, 8, "is damaged: the bytes 0 to 2 of the data, before b, belong to no tensor")]
    [InlineData(0, 4, 2, 6, 6, "is damaged: b, at bytes 2 to 6, overlaps a, at 0 to 4")]
    [InlineData(0, 4, 8, 12, 12, "is damaged: the bytes 4 to 8 of the data, before b, belong to no tensor")]
    [InlineData(4, 8, 0, 4, 12, "is damaged: its tensors take 8 bytes, but there are 12")]
    public void Load_OverlapsAndGaps_AreRefusedByName(int fromA, int toA, int fromB, int toB, int bytes, string problem)
    {
        WriteByHand(
            $"{{\"a\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{fromA},{toA}]}},"
            + $"\"b\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{fromB},{toB}]}}}}",
            new byte[bytes]);
        AssertRefused(problem);
    }

    /// <summary>300 tensors that share 1 MB: one after the other they would take 300 MB.</summary>
    [Fact]
    public void Load_OverlappingTensors_AllocatesNoMoreThanAMultipleOfTheFile()
    {
        IEnumerable<string> entries =
            Enumerable.Range(0, 300).Select(i => $"\"t{i}\":{{\"dtype\":\"F32\",\"shape\":[250000],\"data_offsets\":[0,1000000]}}");
        WriteByHand("{" + string.Join(',', entries) + "}", new byte[1_000_000]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused("is damaged: t1, at bytes 0 to 1000000, overlaps t0, at 0 to 1000000");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Load_TheSameNameTwice_IsRefusedByName()
    {
        const string entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
        WriteByHand($"{{\"twin\":{entry},\"twin\":{entry}}}", new byte[4]);
        CheckpointException error = Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath));
        Assert.Contains("twin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TooManyAxes_IsRefusedByName()
    {
        WriteByHand(
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[" + string.Join(',', Enumerable.Repeat(1, 300_000)) + "],\"data_offsets\":[0,4]}}",
            new byte[4]);
        AssertRefused("is damaged: t has a shape that no tensor can have: shape: a tensor must have at most 64 axes, but has 300000");
    }

    [Fact]
    public void Load_NestedHeader_IsRefused()
    {
        WriteByHand("{\"t\":" + new string('[', 1_000_000) + new string(']', 1_000_000) + "}", []);
        Assert.StartsWith(
            $"checkpoint: {FilePath} is damaged: its header cannot be read: ",
            Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LargeInteger_IsRefusedByName()
    {
        WriteByHand("{\"t\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 0, 0, 0, 0, 1, 0, 0, 0);
        AssertRefused("cannot be read: element 0 of t must fit in an int32, but is 4294967296");
    }

    [Theory]
    [InlineData("w", "w")]
    [InlineData("__metadata__", "v")]
    public void Save_NamesThatNoFileCanHold_AreRefused(string first, string second)
    {
        OptionException error = Assert.Throws<OptionException>(() => SafeTensors.Save(
            FilePath, [KeyValuePair.Create(first, Tensor.Ones(1)), KeyValuePair.Create(second, Tensor.Ones(1))]));
        Assert.Equal($"safetensors: a tensor's name must be distinct and not __metadata__, but is \"{first}\"", error.Message);
    }

    [Fact]
    public void Load_PipeOrDevice_SaysSoAtOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        System.Diagnostics.Process.Start("mkfifo", FilePath).WaitForExit();
        AssertRefused(
            $"cannot be read: {FilePath} is no regular file but a pipe, a device or a socket; copy what it holds into a file first");
        Assert.Throws<CheckpointException>(() => SafeTensors.Load("/dev/zero"));
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

    private void WriteByHand(string header, params byte[] data) =>
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. data]);

    private void AssertRefused(string problem) =>
        Assert.Equal($"checkpoint: {FilePath} {problem}", Assert.Throws<CheckpointException>(() => SafeTensors.Load(FilePath)).Message);

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
