using System.Text;
using System.Text.Json.Nodes;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Reports;

/// <summary>
/// What the code of a literate page calls between its cells: it keeps what is printed and shown, cell by cell, in a file from
/// which the page is made. Outside of a page nothing happens.
/// </summary>
public static class Literate
{
    /// <summary>Names the file to which cells go.</summary>
    internal const string Variable = "CRUCIBLE_PAGE";

    private static readonly Lazy<CellRecorder?> Recorder = new(() =>
    {
        _ = ScriptSource.OfProcess; // which asks the environment too
        string? file = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null); // processes that the script starts are no pages
        return string.IsNullOrEmpty(file) ? null : new CellRecorder(file);
    });

    /// <summary>Whether this process makes a page.</summary>
    internal static bool IsUnderWay => Recorder.Value is not null;

    /// <summary>Begins to keep what is printed.</summary>
    public static void Begin() => _ = Recorder.Value;

    /// <summary>Shows the value that ends a cell: tensors, tables, charts and pictures as such, others as F# prints them.</summary>
    /// <param name="value">The value.</param>
    /// <typeparam name="T">Its type.</typeparam>
    public static void Show<T>(T value)
    {
        if (ValueView.Of(value) is { } block) Recorder.Value?.Add(block);
    }

    /// <summary>Ends a cell.</summary>
    /// <param name="cell">Its number among the cells of code, from 0.</param>
    public static void End(int cell) => Recorder.Value?.End(cell);

    /// <summary>Shows the body of a report where its run ended.</summary>
    internal static void Add(IEnumerable<Block> blocks)
    {
        foreach (Block block in blocks) Recorder.Value?.Add(block);
    }
}

/// <summary>
/// Keeps what cells print and show, a line of JSON a cell: <c>{"cell": 0, "outputs": [{"text": …}, {"html": …, "figures": […]}]}</c>.
/// </summary>
internal sealed class CellRecorder
{
    private readonly string file;
    private readonly StringBuilder page = new();
    private readonly BlockWriter writer;
    private readonly StringBuilder printed = new();
    private JsonArray outputs = [];
    private int next; // cell

    /// <summary>Begins to keep what is printed, which is printed all the same.</summary>
    /// <param name="file">Where the cells go.</param>
    internal CellRecorder(string file)
    {
        this.file = file;
        writer = new BlockWriter(page);
        Console.SetOut(new Tee(Console.Out, printed));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(next); // of a cell that ends the process
    }

    internal void Add(Block block)
    {
        TakePrinted();
        Block shown = block is AnswerBlock { Figure: { } figure, Caption: var caption } ? new FiguresBlock([figure], caption) : block;
        page.Clear();
        writer.Write(shown);
        if (page.Length == 0) return;
        JsonObject output = new() { ["html"] = page.ToString() };
        if (shown is FiguresBlock figures)
            output["figures"] = new JsonArray([.. figures.Figures.Select(one => JsonNode.Parse(one.ToJson()))]);
        if (BlockWriter.IsDrawn(shown)) output["drawn"] = true;
        outputs.Add(output);
    }

    internal void End(int cell)
    {
        TakePrinted();
        if (cell >= next) File.AppendAllText(file, new JsonObject { ["cell"] = cell, ["outputs"] = outputs }.ToJsonString() + "\n");
        (outputs, next) = ([], cell + 1);
    }

    private void TakePrinted()
    {
        string text;
        lock (printed)
        {
            text = printed.ToString();
            printed.Clear();
        }

        if (text.Trim().Length > 0) outputs.Add(new JsonObject { ["text"] = text.TrimEnd() });
    }

    /// <summary>Writes to two places.</summary>
    private sealed class Tee(TextWriter first, StringBuilder second) : TextWriter
    {
        public override Encoding Encoding => first.Encoding;

        public override void Write(char value)
        {
            first.Write(value);
            lock (second) second.Append(value);
        }

        public override void Write(string? value)
        {
            first.Write(value);
            lock (second) second.Append(value);
        }

        public override void Flush() => first.Flush();
    }
}
