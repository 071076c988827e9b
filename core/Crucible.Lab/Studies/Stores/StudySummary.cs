using System.Globalization;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>A study as a list of them shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its identity.</param>
/// <param name="Complete">Trials that have their value.</param>
/// <param name="Pruned">Trials that a pruner ended.</param>
/// <param name="Failed">Trials that failed.</param>
/// <param name="Open">Trials that were begun and have not ended.</param>
/// <param name="Latest">When the last trial began, if there is one.</param>
public sealed record StudySummary(string Name, string Id, int Complete, int Pruned, int Failed, int Open, DateTimeOffset? Latest)
{
    /// <summary>Complete trials that do not satisfy their constraints.</summary>
    public int Infeasible { get; init; }

    /// <summary>Trials that have ended.</summary>
    public int Ended => Complete + Pruned + Failed;

    /// <summary><c>60 trials of 21:23</c>, with the day unless it is today; <c>1 trial begun at 21:23</c> where none has ended.</summary>
    internal string Earlier
    {
        get
        {
            int count = Ended > 0 ? Ended : Open;
            DateTime latest = (Latest ?? default).LocalDateTime;
            string time = latest.ToString(latest.Date == DateTime.Today ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            return Invariant($"{count} {(count == 1 ? "trial" : "trials")} {(Ended > 0 ? "of" : "begun at")} {time}");
        }
    }

    /// <summary><c>mine: 55 complete, 3 pruned, 2 failed, 2026-11-28 21:23</c>, in the local time.</summary>
    public override string ToString()
    {
        string complete = Infeasible > 0 ? Invariant($"complete ({Infeasible} infeasible)") : "complete";
        (int Count, string Word)[] parts = [(Complete, complete), (Pruned, "pruned"), (Failed, "failed"), (Open, "not ended")];
        string counts = string.Join(", ", parts.Where(part => part.Count > 0).Select(part => Invariant($"{part.Count} {part.Word}")));
        string time = Latest is { } latest
            ? latest.LocalDateTime.ToString("', 'yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : "";
        return $"{Name}: {(counts.Length > 0 ? counts : "no trials")}{time}";
    }
}
