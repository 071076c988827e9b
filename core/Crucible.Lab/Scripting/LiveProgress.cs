using System.Text;
using Spectre.Console;

namespace Crucible.Lab.Scripting;

/// <summary>
/// The bars on a terminal. All loops that run at a time share one display, which keeps itself below what is printed
/// meanwhile.
/// </summary>
/// <param name="console">The terminal.</param>
/// <param name="log">Takes the line that an ended bar leaves.</param>
internal sealed class LiveProgress(IAnsiConsole console, ProgressLog log)
{
    private readonly ProgressLog log = log;
    private readonly Lock gate = new();
    private ProgressContext? display;
    private TaskCompletionSource? end;
    private Task? drawing;
    private TextWriter? usual;
    private int open;

    /// <summary>A new bar.</summary>
    internal IProgressView Begin(string title, long total)
    {
        lock (gate)
        {
            if (open++ == 0) Start();
            return new Bar(this, title, display!.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total)));
        }
    }

    private void Start()
    {
        usual = Console.Out;
        end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<ProgressContext> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource over = end;
        drawing = Task.Run(() => console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context =>
            {
                started.SetResult(context);
                return over.Task;
            }));
        display = started.Task.GetAwaiter().GetResult();
        Console.SetOut(new LinesAbove(console));
    }

    private void Close()
    {
        lock (gate)
        {
            if (--open > 0) return;
            Console.Out.Flush();
            Console.SetOut(usual!);
            end!.SetResult();
            drawing!.GetAwaiter().GetResult();
        }
    }

    private sealed class Bar(LiveProgress owner, string title, ProgressTask task) : IProgressView
    {
        private readonly long start = owner.log.Time.GetTimestamp();

        public void Show(long done, long total, string? note)
        {
            task.Value = done;
            task.Description = Markup.Escape(note is null ? title : $"{title}  {note}");
        }

        public void End(long done, long total, string? note)
        {
            task.Value = task.MaxValue; // only a complete bar is taken away
            task.StopTask();
            owner.Close();
            owner.log.End(title, done, total, note, owner.log.Time.GetElapsedTime(start));
        }
    }
}

/// <summary>Stands in for the console while bars are drawn: whole lines go above them.</summary>
/// <param name="console">The terminal that draws the bars.</param>
internal sealed class LinesAbove(IAnsiConsole console) : TextWriter
{
    private readonly StringBuilder line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (line)
        {
            if (value == '\n') WriteAbove();
            else if (value != '\r') line.Append(value);
        }
    }

    public override void Flush()
    {
        lock (line)
        {
            if (line.Length > 0) WriteAbove();
        }
    }

    private void WriteAbove()
    {
        console.WriteLine(line.ToString());
        line.Clear();
    }
}
