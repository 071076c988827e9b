using Crucible.Lab.Commands;
using Crucible.Lab.Reports;

namespace Crucible.Lab.Tests.Commands;

/// <summary>A folder of runs and what commands say about it.</summary>
public abstract class CommandTests : IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected StringWriter Output { get; } = new();

    private protected StringWriter Errors { get; } = new();

    private protected string Reports => Folder.File("reports");

    public void Dispose()
    {
        Folder.Dispose();
        Output.Dispose();
        Errors.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected int Run(params string[] arguments) => CommandLine.Run(arguments, new CommandPlace(Reports, Output, Errors), "run");

    private protected string Said => Output.ToString().TrimEnd();

    private protected string Complaint => Errors.ToString().TrimEnd();

    /// <summary>A run of a script, as its run.json says.</summary>
    private protected string Write(string script, string run, string record)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Reports, script, run)).FullName;
        File.WriteAllText(Path.Combine(folder, RunRecord.FileName), record);
        return folder;
    }

    private protected string Write(string script, string run, ulong seed = 0, double mse = 1, int epochs = 10)
    {
        RunRecord record = new() { Script = script, Description = "A question?", Seed = seed, Started = DateTimeOffset.UnixEpoch };
        record.Command = $"scripts/{script}.fsx --epochs {epochs}";
        record.Config["Epochs"] = epochs;
        record.SetMetric("test_mse", mse);
        record.Status = RunStatus.Completed;
        return Write(script, run, record.ToJson());
    }
}
