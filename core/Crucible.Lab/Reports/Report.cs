using Plotly.NET;

namespace Crucible.Lab.Reports;

/// <summary>The body of a report's page, written from top to bottom: each call adds below what is there.</summary>
/// <remarks>Title, results, checks, configuration and machine come from the run itself and need no call here.</remarks>
public sealed partial class Report
{
    private readonly Lock gate = new();
    private readonly List<Block> blocks = [];

    private readonly string? folder;
    private readonly Action<string> say;

    /// <summary>A report without anything in it.</summary>
    /// <param name="folder">Where charts are saved, or null for nowhere.</param>
    /// <param name="say">Takes a line for the person who runs the script.</param>
    internal Report(string? folder = null, Action<string>? say = null) => (this.folder, this.say) = (folder, say ?? (_ => { }));

    /// <summary>What was added, in order; safe to ask for while others add.</summary>
    internal Block[] Blocks
    {
        get
        {
            lock (gate) return [.. blocks];
        }
    }

    /// <summary>Starts a section; what follows belongs to it.</summary>
    public void Section(string title) => Add(new HeadingBlock(title));

    /// <summary>Adds a paragraph. It is plain text: nothing in it is taken as markup, but an address becomes a link.</summary>
    public void Text(string paragraph) => Add(new TextBlock(paragraph));

    /// <summary>
    /// Adds a formula in a line of its own, set as in a book: <c>report.Formula "p ← p − ∇f / max(100, ‖∇f‖₁)"</c>.
    /// <c>a/b</c> is a fraction of two factors, <c>√x</c> a root, <c>x²</c> and <c>x₁</c> (or <c>x^k</c>, <c>x_i</c>) a
    /// power and an index; parentheses that only group are left out.
    /// </summary>
    /// <param name="formula">The formula, in a line of text.</param>
    /// <param name="where">A sentence below it: what the letters are.</param>
    public void Formula(string formula, string? where = null) => Add(new FormulaBlock(formula, where));

    /// <summary>Adds text whose spaces and line ends stay as they are: samples of a language model, a model's summary.</summary>
    public void Preformatted(string text) => Add(new PreformattedBlock(text));

    /// <summary>
    /// Adds a chart of Plotly.NET. NaN and ∞ are gaps, texts are plain (a line may be broken with \n), and the colours
    /// are the page's where the chart names none: series of one name, or of one legend group, have one colour through the
    /// page. A colour "palette 0" to "palette 6" is one of the page's.
    /// </summary>
    /// <param name="chart">The chart, which stays as it is.</param>
    /// <param name="caption">A sentence below it: what to see in it.</param>
    /// <param name="saveAs">The name of a file beside the report to save it as: <c>loss</c> or <c>loss.svg</c>, or
    /// <c>loss.png</c>. It takes a Chromium or Chrome on the PATH; without one the run says so in a line.</param>
    /// <exception cref="ShapeException">The values of a trace differ in number; the message names the chart and the trace.</exception>
    public void Chart(GenericChart chart, string? caption = null, string? saveAs = null)
    {
        Add(new FiguresBlock([ChartAdapter.Read(chart)], caption));
        if (saveAs is not null && folder is not null && ChartImage.Save(chart, folder, saveAs, ChartImage.FindBrowser()) is { } problem)
            say(problem);
    }

    /// <summary>Adds charts of Plotly.NET side by side, one below the other where the page is narrow.</summary>
    /// <param name="charts">The charts, which stay as they are.</param>
    /// <param name="caption">A sentence below them.</param>
    /// <exception cref="ShapeException">The values of a trace differ in number; the message names the chart and the trace.</exception>
    public void Charts(IEnumerable<GenericChart> charts, string? caption = null) =>
        Add(new FiguresBlock([.. charts.Select(ChartAdapter.Read)], caption));

    /// <summary>Adds a table: <c>report.Table([ "model"; "test error" ], [ "ridge", 23.7; "network", 9.5 ])</c>.</summary>
    /// <param name="columns">The headings.</param>
    /// <param name="rows">Rows as tuples or sequences.</param>
    /// <param name="caption">A sentence above it.</param>
    /// <exception cref="ShapeException">A row does not have one value a column.</exception>
    public void Table<TRow>(IEnumerable<string> columns, IEnumerable<TRow> rows, string? caption = null) =>
        Add(new TableBlock(TableData.From(columns, rows), caption));

    /// <summary>Puts the answer before all that there is; a second one takes the first one's place.</summary>
    internal void Lead(AnswerBlock answer)
    {
        lock (gate)
        {
            if (blocks.Count > 0 && blocks[0] is AnswerBlock) blocks[0] = answer;
            else blocks.Insert(0, answer);
        }
    }

    internal void Add(Block block)
    {
        lock (gate) blocks.Add(block);
    }
}

/// <summary>A piece of a report, as data.</summary>
internal abstract record Block;

internal sealed record HeadingBlock(string Title) : Block;

internal sealed record TextBlock(string Text) : Block;

internal sealed record FormulaBlock(string Formula, string? Where) : Block;

internal sealed record PreformattedBlock(string Text) : Block;

internal sealed record TableBlock(TableData Table, string? Caption) : Block;

internal sealed record FiguresBlock(Figure[] Figures, string? Caption) : Block;

/// <summary>The answer to the script's question: the page begins with it.</summary>
internal sealed record AnswerBlock(string Sentence, IReadOnlyList<Estimate> Estimates, Figure? Figure, string? Caption) : Block;

/// <summary>Figures of a study, and what is shown of each trial on pointing at it.</summary>
internal sealed record PanelsBlock(Panel[] Panels, string[] Trials) : Block;
