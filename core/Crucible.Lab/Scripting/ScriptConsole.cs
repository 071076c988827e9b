using Crucible.Lab.Reports;
using Spectre.Console;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>What a script says: in colours and with bars on a terminal, in plain lines elsewhere.</summary>
internal sealed class ScriptConsole
{
    private const int PlainWidth = 1000; // a file has no right edge to wrap at

    private readonly IAnsiConsole output;
    private readonly TextWriter plain;
    private readonly ProgressLog progress;
    private readonly LiveProgress? live;
    private readonly IAnsiConsole errors;

    internal ScriptConsole(TextWriter output, TextWriter errors)
    {
        plain = output;
        this.output = On(output);
        this.errors = On(errors);
        progress = new ProgressLog(this.output.WriteLine, TimeProvider.System);
        if (this.output.Profile.Capabilities is { Interactive: true, Ansi: true }) live = new LiveProgress(this.output, progress);
    }

    internal void Begin(RunRecord record) =>
        output.MarkupLineInterpolated(
            $"[bold]{record.Script}[/] [dim]seed {record.Seed}, {Numbers.Show((int?)record.Config["threads"])} threads{((bool?)record.Config["quick"] == true ? ", quick" : "")}[/]");

    internal IProgressView BeginProgress(string title, long total) => live?.Begin(title, total) ?? new PlainProgress(title, progress);

    internal void Table(TableData data)
    {
        Table table = new() { Border = TableBorder.Rounded };
        for (int column = 0; column < data.Columns.Length; column++)
        {
            TableColumn heading = new(new Spectre.Console.Text(data.Columns[column]));
            table.AddColumn(data.IsNumeric(column) ? heading.RightAligned() : heading);
        }

        foreach (object?[] row in data.Rows) table.AddRow(row.Select(value => new Spectre.Console.Text(Numbers.Cell(value))));
        output.Write(table);
    }

    /// <summary>Prints results and checks.</summary>
    internal void Results(RunRecord record)
    {
        if (record.Metrics.Count > 0)
            Table(new TableData(["result", record.Script], [.. record.Metrics.Select(metric =>
                new object?[] { record.TitleOf(metric.Key), metric.Value })]));
        if (record.Answer is not null) output.MarkupLineInterpolated($"[bold]{record.Answer}[/]");
        foreach (Check check in record.Checks)
        {
            string values = $"{check.Name}: {Numbers.Show(check.Actual)} (expected {Numbers.Show(check.Expected)})";
            if (check.IsOk) output.MarkupLineInterpolated($"[green]✓[/] {values}");
            else output.MarkupLineInterpolated($"[red]✗ {values}[/]");
        }

        foreach (Note entry in record.Notes) output.MarkupLineInterpolated($"[dim]· {entry.Name}: {entry.Text}[/]");
    }

    /// <summary>Prints how long it took and where the report is, if there is one.</summary>
    internal void End(RunRecord record, string? report, string? note)
    {
        if (report is not null && record.Status == RunStatus.Interrupted) Warn("Interrupted: the report shows what was done.");
        if (note is not null) Warn(note);
        plain.WriteLine(Invariant($"{record.Seconds:F1} s{(report is null ? "" : $", report: {report}")}"));
    }

    internal void Say(string text) => plain.WriteLine(text);

    internal void Warn(string line) => output.MarkupLineInterpolated($"[yellow]{line}[/]");

    internal void Fail(string line) => errors.MarkupLineInterpolated($"[red]{line}[/]");

    private static IAnsiConsole On(TextWriter writer)
    {
        AnsiConsoleOutput place = new(writer);
        AnsiConsoleSettings settings = new() { Out = place };
        if (!place.IsTerminal)
            (settings.Ansi, settings.ColorSystem, settings.Interactive) =
                (AnsiSupport.No, ColorSystemSupport.NoColors, InteractionSupport.No);
        IAnsiConsole console = AnsiConsole.Create(settings);
        if (!place.IsTerminal) console.Profile.Width = PlainWidth;
        return console;
    }
}
