using Crucible.Lab.Data;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.Data;

public sealed class PictureFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Refused(byte[] content, string name = "picture.png")
    {
        string path = folder.File(name);
        File.WriteAllBytes(path, content);
        string message = Assert.Throws<DataException>(() => PictureFile.Read(path)).Message;
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message[(path.Length + 2)..];
    }

    private static byte[] Header(int width, int height)
    {
        byte[] content = PictureFile.ToPng(Tensor.Ones(1, 1));
        foreach ((int at, int value) in new[] { (16, width), (20, height) })
            for (int i = 0; i < 4; i++) content[at + i] = (byte)(value >> (24 - (8 * i)));
        return content;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Write_AndRead_GiveTheSamePicture(int channels)
    {
        Tensor picture = (Tensor.Rand(new Generator(1), channels, 5, 7) * 255).Round() / 255;
        PictureFile.Write(folder.File("a.png"), picture);
        Tensor read = PictureFile.Read(folder.File("a.png"), channels);
        Assert.Equal([channels, 5, 7], read.Shape);
        Assert.True((read - picture).Abs().Max().ToDouble() < 1e-6);
    }

    [Fact]
    public void Write_WhatIsNoShade_IsCutOff()
    {
        PictureFile.Write(folder.File("a.png"), Tensor.Of(new[,] { { -1.0, 2.0, double.NaN } }));
        Assert.Equal([0, 1, 0], PictureFile.Read(folder.File("a.png")).ToArray());
        Assert.Equal(
            "picture: the tensor must be [height, width] or [1 or 3, height, width] with at least one pixel, but is [2, 3, 4]",
            Assert.Throws<ShapeException>(() => PictureFile.Write(folder.File("b.png"), Tensor.Ones(2, 3, 4))).Message);
    }

    [Fact]
    public void Read_ImpossibleSizes_AreRefusedBeforeDecoding()
    {
        const string Size = "a picture must have at least 1×1 and at most 50 million pixels, but has ";
        Assert.Equal(Size + "0×0", Refused(Header(0, 0)));
        Assert.Equal(Size + "20000×20000", Refused(Header(20_000, 20_000)));
        Assert.Equal(Size + "4294967295×4294967295", Refused(Header(-1, -1)));
        Assert.Equal(Size + "20000×20000", Refused([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0x4e, 0x20, 0x4e, 0x20, 1, 1, 0x11, 0], "a.jpg"));
    }

    [Fact]
    public void Read_WhatIsNoPicture_IsRefusedWithTheReason()
    {
        const string Kind = "the file must be a PNG or JPEG picture, but ";
        byte[] whole = PictureFile.ToPng(Tensor.Rand(new Generator(1), 30, 30));
        Assert.Equal(Kind + "is empty", Refused([]));
        Assert.Equal(Kind + "begins as neither of them does", Refused("GIF89a"u8.ToArray()));
        Assert.Equal(Kind + "is cut off", Refused(whole[..200]));
        Assert.Equal(Kind + "is cut off", Refused(whole[..30]));
        Assert.StartsWith(
            "the file must be readable, but is not",
            Assert.Throws<DataException>(() => PictureFile.Read(folder.File("none.png"))).Message[(folder.File("none.png").Length + 2)..],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FewerOrMorePixelsThanTheHeaderTells_IsRefusedBeforeMemoryIsTaken()
    {
        const string Kind = "the file must be a PNG or JPEG picture, but ";
        byte[] bomb = Png.File(3, 3, isColored: false, new byte[50_000_000]);
        Assert.True(bomb.Length < 100_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Kind + "its pixels take more than the 12 bytes of its size", Refused(bomb)); // 3 rows of 1 + 3
        Assert.Equal(Kind + "its pixels take only 2 of the 49007000 bytes of its size", Refused(Header(7000, 7000)));
        Assert.Equal(Kind + "has only 15 bytes for 7000×7000 pixels", Refused(Jpeg(7000, 7000), "a.jpg"));
        byte[] thin = [.. Jpeg(62_485, 1), .. new byte[500]]; // 7811 blocks, which take 977 bytes
        Assert.Equal(Kind + "has only 515 bytes for 62485×1 pixels", Refused(thin, "a.jpg"));
        byte[] scans = [.. Enumerable.Repeat(new byte[] { 0xff, 0xda }, 501).SelectMany(scan => scan)];
        Assert.Equal(Kind + "has 501 scans, more than 500", Refused([.. Jpeg(1, 1), .. scans], "a.jpg"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    /// <summary>The beginning of a gray picture.</summary>
    private static byte[] Jpeg(int width, int height) =>
        [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0];

    [Fact]
    public void Read_JpegSegmentBeyondTheEnd_EndsWithAnError() => // the decoder looked for the end of the file for ever
        Assert.StartsWith(
            "the file must be a PNG or JPEG picture, but ",
            Refused([0xff, 0xd8, 0xff, 0xed, 0xa0, 0x80], "a.jpg"),
            StringComparison.Ordinal);

    [Fact]
    public void Read_EveryByteDamaged_IsReadOrRefusedInOneLine()
    {
        byte[] whole = PictureFile.ToPng(Tensor.Rand(new Generator(1), 6, 6));
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] changed = [.. whole];
            changed[place] ^= 0x29;
            File.WriteAllBytes(folder.File("a.png"), changed);
            try
            {
                PictureFile.Read(folder.File("a.png"));
            }
            catch (DataException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    [Fact]
    public void Resize_SmallerAndLarger_KeepsTheMeanShade()
    {
        Tensor ramp = Tensor.Init([1, 8, 12], at => at[2] / 11.0);
        Assert.Equal([1, 4, 3], PictureShape.Resize(ramp, 4, 3).Shape);
        Assert.Equal(0.5, PictureShape.Resize(ramp, 4, 3).Mean().ToDouble(), 1e-5);
        Assert.Equal(0.5, PictureShape.Resize(ramp, 30, 40).Mean().ToDouble(), 1e-5);
        Assert.True((PictureShape.Resize(ramp, 8, 12) - ramp).Abs().Max().ToDouble() < 1e-6);
    }

    [Fact]
    public void Fit_AWidePicture_LiesInTheMiddleOnTheShadeOfItsEdge()
    {
        Tensor fitted = PictureShape.Fit(Tensor.Full([1, 10, 40], 0.25), 20);
        Assert.Equal([1, 20, 20], fitted.Shape);
        Assert.All(fitted.ToArray(), value => Assert.Equal(0.25, value, 1e-6));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AsDigit_DarkOnLightOrLightOnDark_IsLightOnDarkInTheMiddle(bool isDarkOnLight)
    {
        // A bar of 60 × 12 in a corner of 200 × 150, in shades that are not quite black and white.
        Tensor picture = Tensor.Init([1, 200, 150], at => at[1] is >= 20 and < 80 && at[2] is >= 100 and < 112 ? 0.8 : 0.1);
        Tensor digit = PictureShape.AsDigit(isDarkOnLight ? 1 - picture : picture);
        Assert.Equal([1, 28, 28], digit.Shape);
        Assert.Equal(1, digit[0, 14, 14].ToDouble(), 1e-5);
        Assert.Equal(0, digit[0, 0, 0].ToDouble(), 1e-5);
        double[] rows = digit.Sum([0, 2]).ToArray(), columns = digit.Sum([0, 1]).ToArray();
        Assert.Equal((4, 23), (Array.FindIndex(rows, sum => sum > 0.1), Array.FindLastIndex(rows, sum => sum > 0.1)));
        Assert.Equal(4, columns.Count(sum => sum > 0.1)); // 12 · 20 / 60
    }

    [Fact]
    public void ReadDigit_ABlankPicture_IsRefused()
    {
        PictureFile.Write(folder.File("blank.png"), Tensor.Full([9, 9], 0.9));
        Assert.Equal(
            $"{folder.File("blank.png")}: a digit must be drawn on the picture, but all of it is nearly one shade",
            Assert.Throws<DataException>(() => PictureShape.ReadDigit(folder.File("blank.png"))).Message);
    }

    [Fact]
    public void Folder_OfClasses_GivesPicturesLabelsAndNames()
    {
        (string, string, double)[] files = [("cat", "1.png", 0.2), ("cat", "2.PNG", 0.4), ("dog", "rex.png", 0.6)];
        foreach ((string kind, string name, double shade) in files)
        {
            Directory.CreateDirectory(folder.File(kind));
            PictureFile.Write(Path.Combine(folder.File(kind), name), Tensor.Full([4, 6], shade));
        }

        File.WriteAllText(Path.Combine(folder.File("cat"), "notes.txt"), "no picture");
        LabeledPictures set = PictureFolder.Read(folder.Location, size: 8, channels: 3);
        Assert.Equal([3, 3, 8, 8], set.Pictures.Shape);
        Assert.Equal(["cat", "dog"], set.Classes);
        Assert.Equal(["cat", "cat", "dog"], set.Names);
        Assert.Equal(0.6, set.Pictures[2, 1, 3, 3].ToDouble(), 1e-6);
        Assert.Equal(2, set.Take(2).Count);
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Equal(
            $"{folder.File("empty")}: the folder of a class must hold PNG or JPEG pictures, but there are none",
            Assert.Throws<DataException>(() => PictureFolder.Read(folder.Location)).Message);
        Assert.StartsWith(
            $"{folder.File("cat")}: the folder must hold a folder of pictures for each of at least 2 classes",
            Assert.Throws<DataException>(() => PictureFolder.Read(folder.File("cat"))).Message,
            StringComparison.Ordinal);
    }
}
