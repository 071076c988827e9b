using System.Text;
using Crucible.Lab.Data;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// Pictures side by side, each perhaps with a caption: <c>PictureGrid(digits.Test.Pictures.Slice(0, 0, 10))</c>. A session
/// prints it in characters, a notebook and <see cref="Report.Pictures"/> show it.
/// </summary>
public sealed class PictureGrid
{
    private const int MostPictures = 1000;
    private const int LineWidth = 110; // characters
    private const int MostPrinted = 20; // pictures in characters
    private const int PrintedWidth = 28; // characters of one
    private const int Height = 84; // pixels on a page

    private readonly Tensor[] pictures;
    private readonly string[]? captions;

    /// <summary>A grid.</summary>
    /// <param name="pictures">
    /// From 0 (dark) to 1: [N, 1 or 3, height, width], [N, height, width], or one picture [height, width].
    /// </param>
    /// <param name="captions">One for each picture, or null for none.</param>
    /// <param name="height">The height of a picture on a page, in pixels of the screen.</param>
    /// <exception cref="ShapeException">
    /// The tensor is of another shape, has no or more than 1000 pictures, or the number of captions is another.
    /// </exception>
    public PictureGrid(Tensor pictures, IEnumerable<string>? captions = null, int height = Height)
    {
        Tensor all = pictures.Rank switch
        {
            2 => pictures.Reshape(1, 1, pictures.Shape[0], pictures.Shape[1]),
            3 => pictures.Unsqueeze(1),
            _ => pictures,
        };
        if (all.Rank != 4 || all.Shape[1] is not (1 or 3) || all.Shape[2] * all.Shape[3] == 0)
            throw PictureErrors.NotSeveral(pictures.Shape);
        if (all.Shape[0] is < 1 or > MostPictures) throw PictureErrors.TooMany(MostPictures, all.Shape[0]);
        this.pictures = [.. Enumerable.Range(0, all.Shape[0]).Select(place => all.Select(0, place).Detach())];
        this.captions = captions is null ? null : [.. captions];
        if (this.captions is not null && this.captions.Length != this.pictures.Length)
            throw PictureErrors.Captions(this.pictures.Length, this.captions.Length);
        PageHeight = height;
    }

    /// <summary>Pictures with the names of their classes.</summary>
    /// <param name="set">The pictures.</param>
    public PictureGrid(LabeledPictures set)
        : this(set.Pictures, set.Names)
    {
    }

    internal int PageHeight { get; }

    /// <summary>
    /// The pictures in characters, two rows of pixels a line, dark to light as ' ', '░', '▒', '▓', '█'; large ones are made
    /// smaller, and of many only the first are shown.
    /// </summary>
    /// <returns>The lines.</returns>
    public string Draw()
    {
        string[][] drawn = [.. pictures.Take(MostPrinted).Select(Lines)];
        int width = drawn.Max(lines => lines[0].Length) + 2, abreast = Math.Max(1, LineWidth / width);
        StringBuilder text = new();
        for (int first = 0; first < drawn.Length; first += abreast)
        {
            int end = Math.Min(first + abreast, drawn.Length);
            if (captions is not null) Line(place => captions[place].Length < width ? captions[place] : captions[place][..(width - 2)]);
            for (int line = 0; line < drawn[first].Length; line++) Line(place => drawn[place][line]);
            void Line(Func<int, string> part) => text.AppendLine(
                string.Concat(Enumerable.Range(first, end - first).Select(place => part(place).PadRight(width))).TrimEnd());
        }

        if (pictures.Length > MostPrinted) text.AppendLine(Invariant($"… and {pictures.Length - MostPrinted} more"));
        return text.ToString().TrimEnd('\n', '\r');
    }

    /// <summary>The grid as a figure of a page, every picture in it as data.</summary>
    /// <param name="caption">A sentence below it.</param>
    internal Html.Raw Markup(string? caption = null)
    {
        StringBuilder page = new();
        page.Append("<figure class=\"pictures\">\n<div style=\"display:flex;flex-wrap:wrap;gap:10px\">\n");
        for (int place = 0; place < pictures.Length; place++)
        {
            string data = Convert.ToBase64String(PictureFile.ToPng(pictures[place]));
            string name = captions?[place] ?? Invariant($"picture {place + 1}");
            string style = Invariant($"height:{PageHeight}px;image-rendering:pixelated;outline:1px solid #8a94a3;display:block");
            page.Append("<div style=\"text-align:center;break-inside:avoid\">");
            page.Markup($"<img alt=\"{name}\" style=\"{style}\" src=\"data:image/png;base64,{new Html.Raw(data)}\">");
            if (captions is not null) page.Markup($"<div class=\"name\">{name}</div>");
            page.Append("</div>\n");
        }

        page.Append("</div>\n");
        if (caption is not null) page.Markup($"<figcaption>{Html.Linked(caption)}</figcaption>");
        page.Append("</figure>\n");
        return new(page.ToString());
    }

    /// <summary>A picture in characters: a pixel is a character wide, and as high as two of a line's halves.</summary>
    private static string[] Lines(Tensor picture)
    {
        Tensor gray = picture.To(DType.Float32).Mean(0); // [height, width]
        int width = Math.Min(PrintedWidth, gray.Shape[1]);
        int lines = Math.Max(1, (int)Math.Round(gray.Shape[0] * (double)width / gray.Shape[1] / 2));
        float[] shades = PictureShape.Resize(gray, lines, width).ToArray<float>();
        return [.. shades.Chunk(width).Select(row => string.Concat(row.Select(Shade)))];
    }

    private static char Shade(float value) => " ░▒▓█"[float.IsNaN(value) ? 0 : Math.Clamp((int)(value * 5), 0, 4)];
}

/// <content>Pictures.</content>
public sealed partial class Report
{
    /// <summary>Adds pictures side by side: <c>report.Pictures(PictureGrid(worst, names), "The worst mistakes")</c>.</summary>
    /// <param name="grid">The pictures.</param>
    /// <param name="caption">A sentence below them.</param>
    public void Pictures(PictureGrid grid, string? caption = null) => Add(new PicturesBlock(grid, caption));
}

/// <summary>Pictures side by side.</summary>
internal sealed record PicturesBlock(PictureGrid Grid, string? Caption) : Block;
