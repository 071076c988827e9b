using System.Globalization;
using Crucible.Files;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Tests.Studies;

/// <summary>
/// What a worker process does. Arguments: the store, a folder for checkpoints, the number of trials, milliseconds a
/// trial.
/// </summary>
internal static class WorkerProgram
{
    internal const string Command = "worker";

    internal const string Deletion = "delete";

    private const int Steps = 5;

    internal static int Work(string[] arguments)
    {
        using Study study = Open(StudyStore.Open(arguments[0]), arguments[1]);
        Console.WriteLine("ready");
        study.Optimize(int.Parse(arguments[2], CultureInfo.InvariantCulture), trial =>
            Objective(trial, int.Parse(arguments[3], CultureInfo.InvariantCulture)));
        Console.WriteLine($"table\n{Table(study)}");
        return 0;
    }

    /// <summary>Deletes a study. Arguments: the store, the study.</summary>
    internal static int Delete(string address, string study)
    {
        using IStudyStore store = StudyStore.Open(address);
        Console.WriteLine("ready");
        Study.Delete(study, store);
        Console.WriteLine("deleted");
        return 0;
    }

    /// <summary>Opens the study, and sets down what is known already, as every worker does at every start.</summary>
    internal static Study Open(IStudyStore store, string folder)
    {
        Study study = new("shared", new StudyOptions
        {
            Store = store,
            Folder = folder,
            Workers = 1,
            Window = 16,
            Seed = 5,
            Sampler = new TpeSampler(),
            Pruner = new MedianPruner(),
        });
        study.Enqueue([new("x", 0.25), new("kind", "long")]);
        study.Enqueue([new("kind", "round"), new("y", -0.5)]);
        return study;
    }

    /// <summary>All that must be the same however often workers and server went away.</summary>
    internal static string Table(Study study) => string.Join('\n', study.Trials.Select(trial => string.Join(' ', [
        trial,
        .. trial.Reports.Select(report => report.Value.ToString("R", CultureInfo.InvariantCulture)),
        trial.UserAttributes["begun"],
        .. study.Artifacts(trial.Number).Select(kept => $"{kept.Name} {kept.Sha256}"),
    ])));

    /// <summary>Takes its time, reports on the way, and goes on from its checkpoint, as training does.</summary>
    internal static double Objective(Trial trial, int milliseconds)
    {
        double x = trial.SuggestFloat("x", -1, 1);
        double y = trial.SuggestCategorical("kind", ["round", "long"]) == "round" ? trial.SuggestFloat("y", -1, 1) : 0.5;
        trial.SetConstraint("sum", 0.1 - x - y);
        string checkpoint = Path.Combine(trial.Folder, "deep", "checkpoint");
        int first = File.Exists(checkpoint) ? int.Parse(File.ReadAllText(checkpoint), CultureInfo.InvariantCulture) : 0;
        if (first > 0) Console.WriteLine($"resumed {trial.Number} at {first}");
        else trial.SetUserAttribute("begun", trial.Number);
        if (trial.ShouldPrune()) trial.Prune(); // it may have been cut off between a report and the answer
        for (int step = first; step < Steps; step++)
        {
            Thread.Sleep(milliseconds / Steps);
            AtomicFile.WriteText(checkpoint, (step + 1).ToString(CultureInfo.InvariantCulture));
            trial.Report(step, (x * x) + (y * y) + (1.0 / (step + 1)));
            if (trial.ShouldPrune()) trial.Prune();
        }

        if (trial.Number % 7 == 2) trial.UploadArtifact(checkpoint);
        return trial.Number % 13 == 4 ? throw new InvalidOperationException("boom") : (x * x) + (y * y);
    }
}
