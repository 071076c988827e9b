using Crucible.Lab.Reports;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class PictureGridTests
{
    [Fact]
    public void Draw_InCharacters_IsTwoRowsOfPixelsALine()
    {
        Tensor pictures = Tensor.Init([2, 4, 6], at => at[0] == 0 ? (at[2] < 3 ? 1 : 0) : 0.5);
        Assert.Equal("one     two\n███     ▒▒▒▒▒▒\n███     ▒▒▒▒▒▒", new PictureGrid(pictures, ["one", "two"]).Draw().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Markup_IsDataOfThePageAndEncodesCaptions()
    {
        string page = new PictureGrid(Tensor.Ones(1, 3, 4, 4), ["<b>"]).Markup("a <i>").Markup;
        Assert.Contains("src=\"data:image/png;base64,iVBOR", page, StringComparison.Ordinal);
        Assert.Contains("alt=\"&lt;b&gt;\"", page, StringComparison.Ordinal);
        Assert.Contains("<figcaption>a &lt;i&gt;</figcaption>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_WhatIsNoPictures_IsRefusedInOneLine()
    {
        Assert.Equal(
            "pictures: they must be [N, 1 or 3, height, width], [N, height, width] or [height, width], but are [2, 2, 5, 5]",
            Assert.Throws<ShapeException>(() => new PictureGrid(Tensor.Ones(2, 2, 5, 5))).Message);
        Assert.Equal(
            "pictures: there must be a caption for each of the 2, but there are 1",
            Assert.Throws<ShapeException>(() => new PictureGrid(Tensor.Ones(2, 5, 5), ["one"])).Message);
        Assert.Equal(
            "pictures: there must be 1 to 1000, but there are 0; show a part of them",
            Assert.Throws<ShapeException>(() => new PictureGrid(Tensor.Ones(0, 5, 5))).Message);
    }
}
