using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Crucible.Diagnostics;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using Crucible.Training;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// What a run has come to, for the page that follows it: its loops, the losses of what it trains, what a language model
/// writes, what diagnostics find, its study and the machine. Any thread may tell it something; nothing of it waits.
/// </summary>
/// <param name="title">The run's question, or what stands for it.</param>
/// <param name="facts">Script, seed and begin in a line.</param>
internal sealed class LiveRun(string title, string facts)
{
    private const int MostTrainings = 3; // curves of that many are shown, the latest
    private const int MostLoops = 6;
    private const int MostTexts = 4;
    private const int MostFindings = 8;

    private static readonly TimeSpan FindingsEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastBetween = TimeSpan.FromSeconds(0.5); // two looks at the processor's time

    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly List<LiveLoop> loops = [];
    private readonly List<Trained> trainings = [];
    private readonly List<(string Title, string Text)> texts = [];
    private string[]? findings;
    private TimeSpan found = -FindingsEvery;
    private LiveStudy? study;
    private string? end;
    private (TimeSpan Wall, TimeSpan Busy) before = (TimeSpan.Zero, Environment.CpuUsage.TotalTime);
    private double processors; // at work, between two answers

    internal string Title => title;

    internal string Facts => facts;

    internal LiveStudy? Study
    {
        get
        {
            lock (gate) return study;
        }
    }

    /// <summary>A new loop.</summary>
    internal LiveLoop Begin(string name, long total)
    {
        LiveLoop loop = new(name, total);
        lock (gate)
        {
            loops.Add(loop);
            while (loops.Count > MostLoops && loops.FindIndex(one => one.IsEnded) is >= 0 and int old) loops.RemoveAt(old);
        }

        return loop;
    }

    /// <summary>Takes in a record of a training: a listener of <see cref="Trainer.Recorded"/>.</summary>
    internal void Record(int number, TrainingRecord record)
    {
        Trained training;
        lock (gate)
        {
            training = trainings.Find(one => one.Number == number) ?? new(number, trainings.Count == 0 && number == 1);
            trainings.Remove(training);
            trainings.Add(training); // the last are those that were heard of last
            if (trainings.Count > MostTrainings) trainings.RemoveAt(0);
        }

        training.Training.Add(record.Updates, record.Loss);
        training.Validation.Add(record.Updates, record.ValidationLoss);
    }

    /// <summary>Takes in what a look at a model found: a listener of <see cref="TrainingDiagnostics.Looked"/>.</summary>
    internal void Look(TrainingDiagnostics diagnostics)
    {
        lock (gate)
        {
            if (clock.Elapsed - found < FindingsEvery) return;
            found = clock.Elapsed;
            findings = [.. diagnostics.Findings().Take(MostFindings).Select(finding => finding.ToString())];
        }
    }

    /// <summary>Takes in a text that a model wrote.</summary>
    internal void Write(string heading, string text)
    {
        lock (gate)
        {
            texts.Add((heading, text));
            if (texts.Count > MostTexts) texts.RemoveAt(0);
        }
    }

    /// <summary>Shows a study from now on; one that was shown before stays as it is.</summary>
    internal void Follow(Study followed, IReadOnlyList<string>? objectives)
    {
        LiveStudy next = new(followed, objectives);
        LiveStudy? previous;
        lock (gate) (previous, study) = (study, next);
        previous?.End();
    }

    /// <summary>Says that the run is over, and where its report is.</summary>
    internal void End(string? report)
    {
        Study?.End();
        lock (gate) end = report is null ? "" : $"The report is {report}";
    }

    /// <summary>
    /// All but the study's figures as JSON: <c>{"isEnded", "summary", "study", "seconds", "loops", "losses", "texts",
    /// "findings", "machine"}</c>, study being the version of its figures.
    /// </summary>
    internal byte[] ToJson()
    {
        lock (gate)
        {
            (string Version, string Summary)? figures = study?.Look();
            JsonObject json = new()
            {
                ["isEnded"] = end is not null,
                ["summary"] = $"{figures?.Summary ?? Summary()} {end}".Trim(),
                ["study"] = figures?.Version,
                ["seconds"] = clock.Elapsed.TotalSeconds,
                ["loops"] = new JsonArray([.. loops.Select(loop => loop.ToJson())]),
                ["losses"] = Losses(),
                ["texts"] = new JsonArray([.. texts.Select(text => new JsonObject { ["title"] = text.Title, ["text"] = text.Text })]),
                ["findings"] = findings is null ? null : new JsonArray([.. findings.Select(finding => JsonValue.Create(finding))]),
                ["machine"] = Machine(),
            };
            return Encoding.UTF8.GetBytes(json.ToJsonString());
        }
    }

    private string Summary()
    {
        LiveCurve? curve = Curves().LastOrDefault().Curve;
        return curve is null ? "" : $"Loss ({curve.Name}): {Numeral.Of(curve.Last)} now, {Numeral.Of(curve.Best)} at best so far.";
    }

    /// <summary>The losses that loops tell, step by step; where none does, those of the records. And those on validation data.</summary>
    private IEnumerable<(LiveCurve Curve, string? Dash)> Curves()
    {
        Trained[] learned = [.. trainings.OrderBy(one => one.Number)];
        LiveCurve[] told = [.. loops.Select(loop => loop.Losses).Where(curve => !curve.IsEmpty)];
        IEnumerable<LiveCurve> training = told.Length > 0 ? told : learned.Select(one => one.Training);
        return training.Select(curve => (curve, (string?)"dot")).Concat(learned.Select(one => (one.Validation, (string?)null)))
            .Where(one => !one.Item1.IsEmpty);
    }

    /// <summary><c>{"figure", "says"}</c>, or null while there is no loss.</summary>
    private JsonObject? Losses()
    {
        (LiveCurve Curve, string? Dash)[] curves = [.. Curves()];
        if (curves.Length == 0) return null;
        double[] all = [.. curves.SelectMany(one => one.Curve.All())], settled = [.. curves.SelectMany(one => one.Curve.Settled())];
        (double low, double high) = (settled.Min(), settled.Max());
        double room = high > low ? 0.05 * (high - low) : Math.Max(0.1 * Math.Abs(high), 0.01);
        int beyond = all.Count(value => value > high + room || value < low - room);
        string says = beyond == 0 ? "" : $"{Words.Count(beyond, "early value lies", "early values lie")} beyond the edge.";
        Figure figure = Figure.Over(
            "", Figure.Axis("updates"), Figure.Axis("loss", range: (low - room, high + room)),
            curves.Select(one => one.Curve.Trace(one.Dash)), height: 360);
        return new() { ["figure"] = JsonNode.Parse(figure.ToJson()), ["says"] = says };
    }

    private JsonArray Machine()
    {
        (TimeSpan wall, TimeSpan busy) = (clock.Elapsed, Environment.CpuUsage.TotalTime);
        if (wall - before.Wall > LeastBetween) (processors, before) = ((busy - before.Busy) / (wall - before.Wall), (wall, busy));
        JsonArray rows = [];
        Add("processors at work", Invariant($"{processors:F1} of {Environment.ProcessorCount}"));
        Add("memory of the process", Invariant($"{Environment.WorkingSet / 1048576.0:F0} MiB"));
        Add("threads of the run", Numeral.Of(Crucible.Threads.Count));
        return rows;

        void Add(string name, string value) => rows.Add((JsonNode)new JsonArray(name, value));
    }

    /// <summary>The curves of one call of Fit.</summary>
    private sealed class Trained(int number, bool isOnly)
    {
        internal int Number => number;

        internal LiveCurve Training { get; } = new(isOnly ? "training" : Invariant($"training {number}"));

        internal LiveCurve Validation { get; } = new(isOnly ? "validation" : Invariant($"validation {number}"));
    }
}
