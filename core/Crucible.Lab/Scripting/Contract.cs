using Argu;

namespace Crucible.Lab.Scripting;

/// <summary>What happens around a script's work: help, wrong options, errors, Ctrl-C.</summary>
/// <typeparam name="TRun">The run that the work is given.</typeparam>
/// <param name="call">How the script was called.</param>
/// <param name="console">Where it speaks.</param>
/// <param name="description">What the script does.</param>
/// <param name="usage">The usage of the script's own options, if it has such.</param>
/// <param name="start">Makes the run from the common options.</param>
internal sealed class Contract<TRun>(ScriptCall call, ScriptConsole console, string description, Func<string>? usage, Func<CommonOptions, TRun> start)
    where TRun : ExperimentRun
{
    /// <summary>Does the work and gives the exit code.</summary>
    internal int Execute(Action<TRun> body)
    {
        bool traces = false;
        try
        {
            CommonOptions common = CommonOptions.Parse(call.Arguments);
            traces = common.Trace;
            if (common.AsksForHelp)
            {
                console.Say(Usage());
                return 0;
            }

            return Work(start(common), body, traces);
        }
        catch (UsageException error)
        {
            console.Fail(UncaughtErrors.Describe(error, traces));
            return ExperimentRun.UsageError;
        }
    }

    private int Work(TRun run, Action<TRun> body, bool traces)
    {
        try
        {
            body(run);
            return run.Finish(null);
        }
        catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
        {
            return run.Finish(null);
        }
        catch (Exception thrown)
        {
            Exception error = thrown is AggregateException { InnerExceptions: [Exception only] } ? only : thrown;
            int exitCode = run.Finish(error);
            console.Fail(UncaughtErrors.Describe(error, traces));
            return error is ArguParseException or OptionException ? ExperimentRun.UsageError : exitCode;
        }
    }

    private string Usage() => $"""
        {call.Name}: {description}

        Usage: dotnet fsi {call.Name}.fsx [options]

        {(usage is null ? "" : $"Options of this script:\n\n{usage()}\n\n")}Options of every script:

        {CommonOptions.Usage}
        """;
}
