using System.IO.Compression;
using Crucible.Files;
using Crucible.Lab.Data;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A header of bytes, big-endian sizes, then the values 0, 1, 2, …</summary>
    private static byte[] Idx(params int[] sizes) =>
    [
        0, 0, 8, (byte)sizes.Length,
        .. sizes.SelectMany(size => new[] { (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size }),
        .. Enumerable.Range(0, sizes.Aggregate((a, b) => a * b)).Select(value => (byte)value),
    ];

    private static byte[] Packed(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream packing = new(packed, CompressionLevel.Optimal)) packing.Write(content);
        return packed.ToArray();
    }

    private string Write(byte[] content, string name = "digits")
    {
        File.WriteAllBytes(folder.File(name), content);
        return folder.File(name);
    }

    private string Refused(byte[] content)
    {
        string path = Write(content), message = Assert.Throws<DataException>(() => IdxFile.Read(path)).Message;
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message[(path.Length + 2)..];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_PlainOrPacked_GivesSizesAndBytes(bool isPacked)
    {
        byte[] content = Idx(3, 4, 5);
        IdxArray read = IdxFile.Read(Write(isPacked ? Packed(content) : content));
        Assert.Equal([3, 4, 5], read.Sizes);
        Assert.Equal(content[16..], read.Values);
        Assert.Equal(59 / 255.0, read.ToFractions()[2, 3, 4].ToDouble(), 1e-7);
        Assert.Equal(59, read.ToIntegers()[2, 3, 4].ToDouble());
    }

    [Theory]
    [InlineData(0, 4, 5)]
    [InlineData(3, 4, 0)]
    [InlineData(65536, 65536, 0)]
    public void Read_AxisOfZero_GivesNoBytesWhateverTheOthersAre(params int[] sizes)
    {
        byte[] header = Idx(sizes);
        Assert.All([header, Packed(header)], content => Assert.Empty(IdxFile.Read(Write(content)).Values));
        Assert.EndsWith("= 0 bytes, but goes on behind them; fetch it again", Refused([.. header, 0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedFiles_AreRefusedWithTheReason()
    {
        const string Magic = "an IDX file of bytes must begin with 0, 0, 8 and the number of its axes, 1 to 4, but this one begins with ";
        const string Length = "behind its header the file must hold 3 × 4 × 5 = 60 bytes, but ";
        byte[] whole = Idx(3, 4, 5), packed = Packed(whole);
        Assert.Equal(Magic + "nothing", Refused([]));
        Assert.Equal(Magic + "80, 75, 3, 4", Refused([80, 75, 3, 4, 9, 9]));
        Assert.Equal(Magic + "0, 0, 13, 3", Refused([0, 0, 13, .. whole[3..]])); // floats
        Assert.Equal(Magic + "0, 0, 8, 0", Refused([0, 0, 8, 0]));
        Assert.Equal(Magic + "less than a header", Refused(whole[..10]));
        Assert.Equal(Length + "ends after 59; fetch it again", Refused(whole[..^1]));
        Assert.Equal(Length + "goes on behind them; fetch it again", Refused([.. whole, 0]));
        Assert.Equal(Length + "goes on behind them; fetch it again", Refused(Packed([.. whole, 0])));
        Refused(packed[..^12]);
        byte[] flipped = [.. packed];
        flipped[^6] ^= 1; // the checksum
        Assert.StartsWith("the file must be a whole gzip file, but is damaged", Refused(flipped), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryByteDamaged_IsReadOrRefusedInOneLine()
    {
        foreach (byte[] content in new[] { Idx(2, 3, 2), Packed(Idx(2, 3, 2)) })
        {
            for (int place = 0; place < content.Length; place++)
            {
                byte[] changed = [.. content];
                changed[place] ^= 0x55;
                string path = Write(changed);
                try
                {
                    IdxFile.Read(path);
                }
                catch (DataException error)
                {
                    Assert.DoesNotContain('\n', error.Message);
                }
            }
        }
    }

    [Fact]
    public void Read_HeaderOfTwoGigabytesInASmallFile_TakesNoMemory()
    {
        byte[] header = [0, 0, 8, 3, 0, 1, 0, 0, 0, 0, 100, 0, 0, 0, 1, 0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("the file is too short for that", Refused([.. header, 1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("the file is too short for that", Refused(Packed([.. header, 1, 2, 3])), StringComparison.Ordinal);
        Assert.Contains("the file is too short for that", Refused([0, 0, 8, 2, 255, 255, 255, 255, 0, 0, 0, 1]), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void FromIdx_PicturesAndLabels_MustFitEachOther()
    {
        string pictures = Write(Idx(2, 3, 3), "pictures"), labels = Write(Idx(2), "labels"), more = Write(Idx(3), "more");
        LabeledPictures set = Mnist.FromIdx(pictures, labels);
        Assert.Equal([2, 1, 3, 3], set.Pictures.Shape);
        Assert.Equal(["0", "1"], set.Names);
        Assert.Equal(
            $"{more}: there must be a label for each of the 2 pictures of {pictures}, but there are 3",
            Assert.Throws<DataException>(() => Mnist.FromIdx(pictures, more)).Message);
        Assert.Equal(
            $"{labels}: the file must have 3 axes, but has 1", Assert.Throws<DataException>(() => Mnist.FromIdx(labels, labels)).Message);
    }

    [Fact]
    public void Load_NowhereToBeHad_SaysWhatToDo()
    {
        DataSourceOptions options = new() { FirstFolder = null, Folder = folder.Location, Timeout = TimeSpan.FromMilliseconds(1) };
        string message = Assert.Throws<DataException>(() => Mnist.Load(options, npm: null)).Message;
        Assert.StartsWith("MNIST: the file must be downloaded once, but https://ossci-datasets", message, StringComparison.Ordinal);
        Assert.EndsWith(folder.File("train-images-idx3-ubyte.gz"), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileWithAnotherHash_IsRefused()
    {
        Write(Idx(2, 3, 3), "train-images-idx3-ubyte");
        DataSourceOptions options = new() { FirstFolder = null, Folder = folder.Location };
        string message = Assert.Throws<DataException>(() => Mnist.Load(options, npm: null)).Message;
        Assert.Contains("must have SHA-256 ba891046", message, StringComparison.Ordinal);
    }
}
