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
            trials[count++] = new FrozenTrial(row, ParameterSet.Of(row, find), study.Seed) { Study = study.Id };
        }
    }
}
