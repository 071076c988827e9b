using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Crucible.Files;
using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Scripting;

/// <summary>One run of an experiment: its seed and options, what it measures, checks and shows, and the report it leaves.</summary>
/// <remarks>Measures and checks may come from several threads at once.</remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "Finish releases the folder and the signal handlers, and every run is finished.")]
public class ExperimentRun
{
    /// <summary>The exit code of a wrong command line.</summary>
    internal const int UsageError = 2;

    private readonly Lock gate = new();
    private readonly RunRecord record;
    private readonly Interruption interruption;
    private readonly RunFolder folder;
    private readonly RunWriter writer;
    private readonly ScriptConsole console;
    private readonly LivePage? page; // that follows the run
    private readonly UsageCurve usage = new();
    private readonly ScriptCall call;
    private readonly Task<RunOrigin?>? origin; // collected while the script works
    private int finished;
    private bool isWritten = true;
    private string[] files = [];

    internal ExperimentRun(ScriptCall call, CommonOptions options, string description, ScriptConsole console)
    {
        (this.call, this.console) = (call, console);
        (Script, Seed, Quick) = (call.Name, options.Seed, options.Quick);
        if (options.Threads is { } threads) Crucible.Threads.Count = Threads = threads;
        record = new RunRecord
        {
            Script = call.Name,
            Description = description,
            Seed = options.Seed,
            Command = call.Describe(options.Out is null ? [] : [options.Out], options.Private),
            IsPrivate = options.Private,
            ScriptHash = call.IsSession || call.IsCommand ? null : ScriptSource.Hash(call.File),
            Started = DateTimeOffset.UtcNow,
            Machine = Machine.Describe(),
            Versions = Machine.Versions(),
            Config = { ["quick"] = options.Quick, ["threads"] = Threads },
        };
        folder = options.Out is null ? RunFolder.New(Folders.Reports, record) : RunFolder.Named(options.Out, record);
        Out = folder.Location;
        Report = new Report(Out, console.Warn);
        writer = new RunWriter(folder, record, Report, options.Open);
        if (!call.IsSession && !call.IsCommand && !options.Private) origin = Task.Run(() => RunOrigin.Collect(call.File));
        console.Begin(record);
        ScriptInputs.Current = new Dictionary<string, string> { ["--quick"] = Quick ? "on" : "off" };
        if (options.Live)
        {
            page = LivePage.Start(new LiveRun(description, $"{Script} · seed {Seed} · {record.Started.ToLocalTime():HH:mm} ·"));
            console.Say($"The run as it goes on: {page.Address}");
        }

        interruption =
            new Interruption(!call.IsSession, () => console.Warn("Stopping at the next step ... (once more stops at once)"), Abandon);
    }

    /// <summary>The script's name.</summary>
    public string Script { get; }

    /// <summary>The seed of everything random, from <c>--seed</c>; 0 by default.</summary>
    public ulong Seed { get; }

    /// <summary>Whether <c>--quick</c> asks for the same code on less work, under 20 s on two cores.</summary>
    public bool Quick { get; }

    /// <summary>Threads to use, from <c>--threads</c>: the count of <see cref="Crucible.Threads"/>.</summary>
    public int Threads { get; } = Crucible.Threads.Count;

    /// <summary>The folder of this run's report, which exists; further files of the run go there too.</summary>
    public string Out { get; }

    /// <summary>The body of the report.</summary>
    public Report Report { get; }

    /// <summary>Cancelled by Ctrl-C: long work ends early, and the report shows what was done.</summary>
    public CancellationToken Token => interruption.Token;

    /// <summary>Chooses by <see cref="Quick"/>: <c>let epochs = run.Pick(full = 200, quick = 5)</c>.</summary>
    public T Pick<T>(T full, T quick) => Quick ? quick : full;

    /// <summary>Records the settings of the run: the properties of a record, an anonymous record or an options object.</summary>
    public void Config(object settings)
    {
        lock (gate)
        {
            foreach ((string name, JsonNode? value) in Settings.Of(settings)) record.Config[name] = value;
        }
    }

    /// <summary>
    /// Answers the script's question: the report begins with the sentence, the two or three figures that matter and the
    /// chart that shows it. <c>lab.Answer($"…", [ Estimate("test error (MSE)", mse, "($1000s)²", 0.4) ], chart)</c>. A
    /// second answer takes the place of the first.
    /// </summary>
    /// <param name="sentence">The answer, made from the run's own numbers.</param>
    /// <param name="estimates">The figures that matter, with units and uncertainty.</param>
    /// <param name="chart">The chart that shows it.</param>
    /// <param name="caption">A sentence below the chart.</param>
    /// <exception cref="ShapeException">The values of a trace of the chart differ in number.</exception>
    public void Answer(string sentence, IEnumerable<Estimate> estimates, Plotly.NET.GenericChart? chart = null, string? caption = null) =>
        Answer(sentence, [.. estimates], chart is null ? null : ChartAdapter.Read(chart), caption);

    internal void Answer(string sentence, Estimate[] estimates, Figure? figure, string? caption = null)
    {
        Report.Lead(new AnswerBlock(sentence, estimates, figure, caption));
        lock (gate) (record.Answer, record.Estimates) = (sentence, estimates);
    }

    /// <summary>
    /// Records a result under a name; a second value of the same name replaces the first. NaN and ∞ are null in
    /// run.json.
    /// </summary>
    /// <param name="name">The name, as <c>test_mse</c>.</param>
    /// <param name="value">The result.</param>
    /// <param name="isHeadline">Whether it answers the script's question, so that the gallery of all runs shows it.</param>
    /// <param name="title">What people call it, as <c>test error (MSE)</c>; by default the name's own words.</param>
    public void Metric(string name, double value, bool isHeadline = false, string? title = null)
    {
        lock (gate)
        {
            record.SetMetric(name, value);
            if (isHeadline && !record.Headlines.Contains(name)) record.Headlines.Add(name);
            if (title is not null) record.Titles[name] = title;
        }
    }

    /// <summary>Records what depends on the speed of the machine: it stands beside the checks and never fails.</summary>
    /// <param name="name">What was measured, in words.</param>
    /// <param name="value">What came: a number or a text.</param>
    /// <param name="expected">What came elsewhere, in words, for comparison.</param>
    public void Note(string name, object value, string? expected = null)
    {
        string shown = Numbers.Show(value);
        lock (gate) record.Notes.Add(new Note(name, expected is null ? shown : $"{shown} (elsewhere {expected})"));
    }

    /// <summary>
    /// Says what somebody should notice: the console, the report and the gallery show it.
    /// <c>if loss > 2.0 * best then lab.Alert("loss rose", $"to {loss} after {step} steps")</c>
    /// </summary>
    /// <param name="title">What happened, in a few words.</param>
    /// <param name="text">More about it.</param>
    public void Alert(string title, string? text = null)
    {
        RunAlert alert = new((DateTimeOffset.UtcNow - record.Started).TotalSeconds, title, text ?? "");
        lock (gate) record.Alerts.Add(alert);
        console.Warn($"! {alert.Line}");
    }

    /// <summary>Records whether an expected result came; one that did not makes the exit code 1.</summary>
    /// <param name="name">What is expected, in words.</param>
    /// <param name="expected">The expected value, or words for it.</param>
    /// <param name="actual">What came.</param>
    /// <param name="ok">Whether it is as expected.</param>
    public void Check(string name, object expected, object actual, bool ok)
    {
        lock (gate) record.Checks.Add(new Check(name, expected, actual, ok));
    }

    /// <summary>Checks actual ≤ limit; NaN fails.</summary>
    public void CheckAtMost(string name, double actual, double limit) =>
        Check(name, $"at most {Numbers.Show(limit)}", actual, actual <= limit);

    /// <summary>Checks actual ≥ limit; NaN fails.</summary>
    public void CheckAtLeast(string name, double actual, double limit) =>
        Check(name, $"at least {Numbers.Show(limit)}", actual, actual >= limit);

    /// <summary>Checks low ≤ actual ≤ high; NaN fails.</summary>
    public void CheckBetween(string name, double actual, double low, double high) =>
        Check(name, $"{Numbers.Show(low)} to {Numbers.Show(high)}", actual, low <= actual && actual <= high);

    /// <summary>
    /// Shows how far a loop came, and lets Ctrl-C end it: <c>use progress = run.Progress("training", epochs)</c>, then
    /// <c>progress.Step()</c> a round.
    /// </summary>
    /// <param name="title">What is going on.</param>
    /// <param name="total">How many steps there are.</param>
    public Progress Progress(string title, long total) =>
        new(console.BeginProgress(title, total), total, Token, page?.Run.Begin(title, total));

    /// <summary>Shows a text that a model wrote, where the run is followed with <c>--live</c>: the latest few stay.</summary>
    /// <param name="heading">When it was written, as <c>After 100 updates</c>.</param>
    /// <param name="text">The text.</param>
    public void ShowText(string heading, string text) => page?.Run.Write(heading, text);

    /// <summary>Shows a study with <c>--live</c>.</summary>
    internal void Follow(Study study, string value) => page?.Run.Follow(study, study.Directions.Count == 1 ? [value] : null);

    /// <summary>Does independent pieces of work on all of the run's threads, each with one thread for its own arithmetic.</summary>
    /// <param name="title">What is going on, for the progress bar.</param>
    /// <param name="items">What each piece of work is about.</param>
    /// <param name="work">The work: a function of its item alone (draw randomness from <see cref="SeedOf"/>), so that
    /// the order of the pieces changes nothing.</param>
    /// <returns>The results in the order of the items.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed. An exception of the work is thrown as it is; of
    /// several, one.</exception>
    public TResult[] InParallel<TItem, TResult>(string title, IEnumerable<TItem> items, Func<TItem, TResult> work)
    {
        TItem[] all = [.. items];
        TResult[] results = new TResult[all.Length];
        using Progress progress = Progress(title, all.Length);
        try
        {
            Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = Token }, i =>
            {
                using IDisposable single = Crucible.Threads.Use(1);
                results[i] = work(all[i]);
                progress.Step();
            });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerException!);
        }

        return results;
    }

    /// <summary>A seed for one part of the run: another for every <see cref="Seed"/> and every sequence of numbers.</summary>
    /// <param name="part">The part's place, as <c>run.SeedOf(2, fold, repeat)</c>.</param>
    public ulong SeedOf(params int[] part) => part.Aggregate(Seed + 17, (seed, number) => (seed * 1_000_003) + (ulong)number + 1);

    /// <summary>Prints a table; the report has <see cref="Reports.Report.Table"/>.</summary>
    /// <param name="columns">The headings.</param>
    /// <param name="rows">Rows as tuples or sequences.</param>
    /// <exception cref="ShapeException">A row does not have one value a column.</exception>
    public void Table<TRow>(IEnumerable<string> columns, IEnumerable<TRow> rows) => console.Table(TableData.From(columns, rows));

    /// <summary>
    /// Ends the run: writes the report, prints results and checks. <see cref="Experiment"/> calls it; only a
    /// line-by-line session does so itself.
    /// </summary>
    /// <returns>The exit code: 0, 1 for a failed check or an error, 128 + n after signal n.</returns>
    public int Finish() => Finish(null);

    internal int Finish(Exception? error)
    {
        if (Interlocked.Exchange(ref finished, 1) == 1) return ExitCode();
        ScriptInputs.Current = new Dictionary<string, string>();
        lock (gate)
        {
            usage.Dispose();
            if (error is OptionException && record.Metrics.Count + record.Checks.Count + Report.Blocks.Length == 0)
            {
                folder.Discard();
                page?.End(null);
                interruption.Dispose();
                return UsageError;
            }

            record.Status = interruption.ExitCode != 0 ? RunStatus.Interrupted : error is null ? RunStatus.Completed : RunStatus.Failed;
            record.Seconds = (DateTimeOffset.UtcNow - record.Started).TotalSeconds;
            foreach (IGrouping<string, string> file in DataFiles.Read.ToLookup(file => file.Name, file => file.Sha256))
                record.Data[file.Key] = string.Join(", ", file);
            if (record.Status == RunStatus.Failed && error is not null)
                record.Error = NamedFile.WithoutPlaces(record.IsPrivate ? Folders.WithoutPaths(error.Message) : error.Message, files);
            record.Usage = usage.ToJson();
            record.Origin = origin?.GetAwaiter().GetResult()?.Of(call.ArgumentsWith(files));
            console.Results(record); // first: whatever happens to the disk, what was found is told
            isWritten = Writes(RunRecord.FileName, writer.WriteRecord);
            bool hasPage = Writes(ReportPage.FileName, writer.WritePage);
            isWritten &= hasPage;
            console.End(record, hasPage ? Literate.IsUnderWay ? ReportPage.FileName : writer.ReportFile : null, writer.Note);
            if (Literate.IsUnderWay) Literate.Add(Report.Blocks);
            folder.Dispose();
            page?.End(hasPage ? writer.ReportFile : null);
        }

        interruption.Dispose();
        return ExitCode();
    }

    /// <summary>Takes note of the files and folders that the user named: the run tells their names, not where they lie.</summary>
    private protected void NameFiles(string[] named)
    {
        files = named;
        record.Command = call.Describe(named, record.IsPrivate);
    }

    /// <summary>Tells whoever watches the run a line.</summary>
    internal void Tell(string line) => console.Warn(line);

    private int ExitCode() => interruption.ExitCode != 0 ? interruption.ExitCode
        : record.Status == RunStatus.Failed || record.HasFailedCheck || !isWritten ? 1 : 0;

    /// <summary>Writes a file of the run; one that cannot be written is a line, and the exit code says so.</summary>
    private bool Writes(string file, Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception error)
        {
            console.Fail($"{Path.Combine(Out, file)} cannot be written: {error.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }

    /// <summary>Leaves at once, from the thread of the signal, while the script still works.</summary>
    private void Abandon(int exitCode)
    {
        Finish(null);
        Environment.Exit(exitCode);
    }
}
