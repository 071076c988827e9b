using System.Text.Json;
using Crucible.Files;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>The ended trials of a study up to the first that has not ended, read from the store once each.</summary>
internal sealed class TrialArchive(IStudyStore store, StudyDefinition study, Func<string, Distribution> find)
{
    // Segments handed out stay as they are: a full array is replaced, not changed.
    private FrozenTrial[] trials = new FrozenTrial[64];
    private int count;

    /// <summary>The first trials, at least as many as asked if these have ended.</summary>
    internal ArraySegment<FrozenTrial> First(int needed)
    {
        if (count < needed) Load();
        return new ArraySegment<FrozenTrial>(trials, 0, Math.Min(needed, count));
    }

    /// <summary>All there are.</summary>
    internal ArraySegment<FrozenTrial> All()
    {
        Load();
        return new ArraySegment<FrozenTrial>(trials, 0, count);
    }

    private void Load()
    {
        foreach (TrialRow row in store.Ended(study.Name, count))
        {
            if (count == trials.Length) Array.Resize(ref trials, 2 * count);
            trials[count++] = new FrozenTrial(row, ParameterSet.Parse(row.Parameters ?? "{}", find), study.Seed);
        }
    }
}

/// <summary>
/// Trials that ended when their store could not be reached, in a folder of this machine, until the study is opened
/// again.
/// </summary>
internal sealed class UnsentTrials(string folder)
{
    /// <summary>Keeps how a trial ended.</summary>
    internal void Keep(TrialRow ended) =>
        AtomicFile.WriteText(Path.Combine(folder, Invariant($"trial-{ended.Number}-{ended.Claim}.json")), JsonSerializer.Serialize(ended));

    /// <summary>Writes what was kept, but for trials that another worker has taken over since.</summary>
    internal void Send(Action<TrialRow> finish)
    {
        if (!Directory.Exists(folder)) return;
        foreach (string file in Directory.GetFiles(folder, "*.json"))
        {
            try
            {
                finish(JsonSerializer.Deserialize<TrialRow>(File.ReadAllText(file))!);
            }
            catch (TrialLostException)
            {
                // The other's result is the same.
            }

            File.Delete(file);
        }
    }
}
