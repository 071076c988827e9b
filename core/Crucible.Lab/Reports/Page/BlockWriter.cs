using System.Text;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>Writes blocks into a page, whose figures and sections it numbers.</summary>
/// <param name="page">The page.</param>
internal sealed class BlockWriter(StringBuilder page)
{
    private int charts;
    private int studies;
    private int sections;

    /// <summary>Whether a block draws anything, and so needs plotly.js.</summary>
    internal static bool IsDrawn(Block block) => block is FiguresBlock or PanelsBlock or AnswerBlock { Figure: not null };

    /// <summary>Writes a block. An answer is the page's own affair.</summary>
    internal void Write(Block block)
    {
        switch (block)
        {
            case HeadingBlock heading:
                page.Markup($"<h2 id=\"section-{++sections}\">{heading.Title}</h2>");
                break;
            case TextBlock text:
                page.Markup($"<p>{Html.Linked(text.Text)}</p>");
                break;
            case FormulaBlock formula:
                page.Markup($"<div class=\"formula\" tabindex=\"0\">{new Html.Raw(MathMl.Of(formula.Formula))}</div>");
                if (formula.Where is not null) page.Markup($"<p class=\"where\">{formula.Where}</p>");
                break;
            case PreformattedBlock text:
                bool isTable = text.Text.Contains("    ", StringComparison.Ordinal); // columns stay below each other, and scroll
                page.Markup($"<pre{new Html.Raw(isTable ? " class=\"columns\"" : "")}>{text.Text}</pre>");
                break;
            case TableBlock table:
                page.Table(table.Table, table.Caption);
                break;
            case FiguresBlock figure:
                Write(figure);
                break;
            case PicturesBlock pictures:
                page.Append(pictures.Grid.Markup(pictures.Caption).Markup);
                break;
            case PanelsBlock panels:
                Panel.Append(page, panels, Invariant($"study-{++studies}"));
                break;
        }
    }

    private void Write(FiguresBlock figure)
    {
        page.Append("<figure>\n<div class=\"charts\">\n");
        foreach (Figure one in figure.Figures)
        {
            charts++;
            string label = one.Title.Length > 0 ? one.Title : Invariant($"Chart {charts}");
            page.Markup($"<div class=\"plot\" id=\"chart-{charts}\" role=\"figure\" aria-label=\"{label}\"></div>");
            page.Markup($"<script type=\"application/json\" id=\"chart-{charts}-data\">{new Html.Raw(one.ToJson())}</script>");
        }

        page.Append("</div>\n");
        if (figure.Caption is not null) page.Markup($"<figcaption>{Html.Linked(figure.Caption)}</figcaption>");
        page.Append("</figure>\n");
    }
}
