using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>Printing, as F# Interactive and <c>%A</c> show it.</summary>
public sealed partial class Tensor
{
    private const int SummarizeFrom = 1000;
    private const int EdgeItems = 3;
    private const int LineWidth = 100;

    /// <summary>
    /// The values in brackets with four digits after the point, then shape and element type. Of tensors with more than
    /// 1000 elements only three at each edge are shown along every axis.
    /// </summary>
    /// <returns>The text: <c>tensor([[1.0000, 2.0000]], [1, 2] float32)</c>.</returns>
    public override string ToString()
    {
        if (Storage.IsReleased) return Invariant($"tensor(released, {Shape} {DType.ToName()})");
        ElementFormat format = new(this, Shown());
        StringBuilder text = new("tensor(");
        Append(text, format, 0, 0, 7);
        text.Append(", ").Append(Shape).Append(' ').Append(DType.ToName());
        if (source is not null) text.Append(", from ").Append(source.Name);
        else if (IsMarked) text.Append(", parameter");
        return text.Append(')').ToString();
    }

    // A size of 0 counts as 1: the brackets of empty rows are printed, too.
    private bool IsSummarized => Shape.Aggregate(1, (product, size) => product * Math.Max(1, size)) > SummarizeFrom;

    private IEnumerable<double> Shown() => Positions(0, 0).Select(Element);

    private IEnumerable<int> Positions(int axis, int start)
    {
        if (axis == Rank) return [start];
        int stride = Shape.Product(axis + 1, Rank);
        return Visible(Shape[axis]).Where(i => i >= 0).SelectMany(i => Positions(axis + 1, start + (i * stride)));
    }

    /// <summary>The indices that are shown along an axis; -1 stands for the gap.</summary>
    private IEnumerable<int> Visible(int size) => IsSummarized && size > (2 * EdgeItems) + 1
        ? [.. Enumerable.Range(0, EdgeItems), -1, .. Enumerable.Range(size - EdgeItems, EdgeItems)]
        : Enumerable.Range(0, size);

    private void Append(StringBuilder text, ElementFormat format, int axis, int start, int indent)
    {
        if (axis == Rank)
        {
            text.Append(format.Text(Element(start)));
            return;
        }

        int stride = Shape.Product(axis + 1, Rank);
        bool isRow = axis == Rank - 1;
        int lineStart = text.Length;
        bool first = true;
        text.Append('[');
        foreach (int i in Visible(Shape[axis]))
        {
            if (!first) text.Append(',');
            if (!first && !isRow) text.Append('\n', Rank - 1 - axis).Append(' ', indent + axis + 1);
            else if (!first && text.Length - lineStart + format.Width > LineWidth)
            {
                text.Append('\n');
                lineStart = text.Length;
                text.Append(' ', indent + axis + 1);
            }
            else if (!first) text.Append(' ');
            first = false;
            if (i < 0) text.Append('…');
            else Append(text, format, axis + 1, start + (i * stride), indent);
        }

        text.Append(']');
    }

    /// <summary>One format for all elements of a tensor: equal width, scientific when fixed notation would lose digits.</summary>
    private sealed class ElementFormat
    {
        private readonly DType dtype;
        private readonly string format;

        public ElementFormat(Tensor tensor, IEnumerable<double> shown)
        {
            dtype = tensor.DType;
            double[] values = shown.ToArray();
            double[] magnitudes = values.Where(double.IsFinite).Select(Math.Abs).Where(value => value > 0).DefaultIfEmpty(1).ToArray();
            bool isScientific = magnitudes.Max() >= 1e8 || magnitudes.Max() < 1e-3 || magnitudes.Max() / magnitudes.Min() > 1e7;
            format = isScientific ? "0.0000e+00" : "0.0000";
            Width = values.Length == 0 ? 0 : values.Max(value => Plain(value).Length);
        }

        public int Width { get; }

        public string Text(double value) => Plain(value).PadLeft(Width);

        private string Plain(double value) => dtype switch
        {
            DType.Bool => value != 0 ? "true" : "false",
            DType.Int32 => value.ToString("0", CultureInfo.InvariantCulture),
            _ when double.IsNaN(value) => "nan",
            _ when double.IsInfinity(value) => value > 0 ? "inf" : "-inf",
            _ => value.ToString(format, CultureInfo.InvariantCulture),
        };
    }
}
