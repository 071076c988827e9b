using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>How far a loop of a run came, for its live page. One thread or several write to it, others read.</summary>
/// <param name="title">What is going on, in words.</param>
/// <param name="total">How many steps there are.</param>
internal sealed class LiveLoop(string title, long total)
{
    private readonly Lock gate = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private long done;
    private string? note;
    private bool isEnded;

    internal LiveCurve Losses { get; } = new(title);

    internal bool IsEnded
    {
        get
        {
            lock (gate) return isEnded;
        }
    }

    /// <summary>Takes in how many steps are done.</summary>
    internal void Show(long steps, string? says)
    {
        lock (gate) (done, note) = (steps, says ?? note);
    }

    /// <summary>Takes in the last state.</summary>
    internal void End(long steps, string? says)
    {
        Show(steps, says);
        lock (gate) isEnded = true;
        watch.Stop();
    }

    /// <summary><c>{"title", "done", "total", "note", "seconds", "isEnded"}</c>.</summary>
    internal JsonObject ToJson()
    {
        lock (gate)
        {
            return new()
            {
                ["title"] = title,
                ["done"] = done,
                ["total"] = total,
                ["note"] = note,
                ["seconds"] = watch.Elapsed.TotalSeconds,
                ["isEnded"] = isEnded,
            };
        }
    }
}

/// <summary>Values that a training goes through, thinned as they come: every second one is dropped whenever there are too many.</summary>
/// <param name="name">What the legend calls it.</param>
internal sealed class LiveCurve(string name)
{
    private const int Most = 400;
    private const double Early = 0.1; // of the points, which do not say how large the axis must be

    private readonly Lock gate = new();
    private readonly List<(double At, double Value)> points = [];
    private int stride = 1;
    private int met;
    private (double At, double Value) last = (double.NaN, double.NaN);

    internal string Name => name;

    internal bool IsEmpty
    {
        get
        {
            lock (gate) return points.Count == 0;
        }
    }

    /// <summary>The smallest value so far, or NaN.</summary>
    internal double Best { get; private set; } = double.NaN;

    /// <summary>The last value, or NaN.</summary>
    internal double Last
    {
        get
        {
            lock (gate) return last.Value;
        }
    }

    internal void Add(double at, double value)
    {
        if (!double.IsFinite(value)) return;
        lock (gate)
        {
            last = (at, value);
            if (!(value >= Best)) Best = value;
            if (met++ % stride != 0) return;
            points.Add(last);
            if (points.Count <= Most) return;
            for (int i = 0; 2 * i < points.Count; i++) points[i] = points[2 * i];
            points.RemoveRange((points.Count + 1) / 2, points.Count / 2);
            stride *= 2;
        }
    }

    /// <summary>The values between which an axis shall reach: those of the first tenth, often wild, do not count.</summary>
    internal IEnumerable<double> Settled()
    {
        lock (gate) return [.. points.Skip(points.Count < 5 ? 0 : (int)(Early * points.Count) + 1).Select(point => point.Value)];
    }

    internal IEnumerable<double> All()
    {
        lock (gate) return [.. points.Select(point => point.Value)];
    }

    internal JsonObject Trace(string? dash)
    {
        lock (gate)
        {
            IEnumerable<(double At, double Value)> drawn = points.Count > 0 && points[^1] != last ? points.Append(last) : points;
            JsonObject line =
                Figure.Line(drawn.Select(point => point.At), drawn.Select(point => point.Value), name, dash: dash);
            if (points.Count == 1) line["mode"] = "markers"; // a single point makes no line
            return line;
        }
    }
}
