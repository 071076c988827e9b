using System.Text;

namespace Crucible.Text;

/// <summary>Lets text through as it is made, but for what may be the beginning of a stop string, and ends where one is complete.</summary>
/// <param name="stops">The texts that end the generation.</param>
/// <param name="onText">Is given every piece that is certain.</param>
internal sealed class StopStrings(IReadOnlyList<string> stops, Action<string>? onText)
{
    private readonly StringBuilder text = new();
    private int passed;

    /// <summary>What was made, without a stop string that ended it.</summary>
    internal string Text => text.ToString();

    /// <summary>Takes the next piece; true when a stop string is complete and the text ends before it.</summary>
    internal bool Add(string piece)
    {
        int seen = Math.Max(0, text.Length - Longest + 1);
        text.Append(piece);
        string recent = text.ToString(seen, text.Length - seen);
        int end = stops.Select(stop => recent.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        if (end >= 0) text.Length = seen + end;
        Pass(end >= 0 ? text.Length : text.Length - Withheld(recent));
        return end >= 0;
    }

    /// <summary>Lets the rest through: nothing more comes.</summary>
    internal void Finish() => Pass(text.Length);

    private int Longest => stops.Select(stop => stop.Length).DefaultIfEmpty(1).Max();

    /// <summary>The length of the longest end of the text that begins a stop string.</summary>
    private int Withheld(string recent)
    {
        for (int length = Math.Min(Longest - 1, recent.Length); length > 0; length--)
            if (stops.Any(stop => stop.AsSpan().StartsWith(recent.AsSpan(recent.Length - length), StringComparison.Ordinal))) return length;
        return 0;
    }

    private void Pass(int end)
    {
        if (end > passed) onText?.Invoke(text.ToString(passed, end - passed));
        passed = Math.Max(passed, end);
    }
}
