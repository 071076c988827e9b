using System.Text.Json;
using Crucible.Files;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Trials that ended when their store could not be reached, in a folder of this machine, until the study is opened
/// again.
/// </summary>
internal sealed class UnsentTrials(string folder)
{
    private static readonly JsonSerializerOptions Whole = new() { RespectNullableAnnotations = true, AllowDuplicateProperties = false };

    /// <summary>Keeps how a trial ended.</summary>
    internal void Keep(TrialRow ended) => AtomicFile.WriteText(Place(ended), JsonSerializer.Serialize(ended));

    /// <summary>
    /// Writes what was kept, but for trials that another worker has taken over since. A file that cannot be read is
    /// named and set aside.
    /// </summary>
    internal void Send(Action<TrialRow> finish)
    {
        if (!Directory.Exists(folder)) return;
        foreach (string file in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (Read(file) is not { } row)
            {
                File.Move(file, $"{file}.damaged", overwrite: true);
                Console.Error.WriteLine(
                    $"{file} holds no result of a trial: it is set aside with .damaged behind its name, and the trial is done again.");
                continue;
            }

            try
            {
                finish(row);
            }
            catch (TrialLostException)
            {
                // The other's result is the same.
            }

            File.Delete(file);
        }
    }

    private string Place(TrialRow ended) => Path.Combine(folder, Invariant($"trial-{ended.Number}-{ended.Claim}.json"));

    private TrialRow? Read(string file)
    {
        try
        {
            TrialRow? row = JsonSerializer.Deserialize<TrialRow>(File.ReadAllText(file), Whole);
            bool isWhole = row is { State: TrialState.Complete or TrialState.Pruned or TrialState.Failed };
            return isWhole && Place(row!) == file ? row : null;
        }
        catch (Exception damage) when (damage is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}
