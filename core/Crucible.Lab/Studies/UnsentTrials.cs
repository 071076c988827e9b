using System.Text.Json;
using Crucible.Files;

namespace Crucible.Lab.Studies;

/// <summary>Trials that ended when their store could not be reached, in a folder of this machine, until the study is opened again.</summary>
internal sealed class UnsentTrials(string folder)
{
    /// <summary>Keeps how a trial ended.</summary>
    internal void Keep(TrialRow ended) => AtomicFile.WriteText(Path.Combine(folder, Errors.Text($"trial-{ended.Number}-{ended.Claim}.json")), JsonSerializer.Serialize(ended));

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
