using Crucible.Lab.Scripting;

namespace Crucible.Lab.Commands;

/// <summary>A sweep of any script without a script of its own.</summary>
internal static class SweepCommand
{
    private const string Question = "Which options of a script are best?";

    internal sealed record Options(SearchOptions Search, ScriptSweepOptions Sweep);

    /// <param name="arguments">The script, which may also be named by <c>--script</c>, and the options.</param>
    /// <param name="place">Where the command speaks.</param>
    internal static int Run(string[] arguments, CommandPlace place)
    {
        if (arguments is [{ } first, ..] && first.EndsWith(".fsx", StringComparison.OrdinalIgnoreCase))
            arguments = ["--script", .. arguments];
        ScriptCall call = new("sweep", arguments, IsSession: false) { IsCommand = true };
        return Experiment.Execute(
            call, place.Console, Question, new Options(new SearchOptions(), new ScriptSweepOptions()), run =>
                ScriptSweep.Run(run, run.Options.Search, run.Options.Sweep));
    }
}
