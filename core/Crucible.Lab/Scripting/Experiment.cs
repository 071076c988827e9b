using System.Globalization;
using Argu;

namespace Crucible.Lab.Scripting;

/// <summary>Runs a script's work under the contract that all scripts share: options, progress, checks, report, exit code.</summary>
/// <remarks>
/// Exit codes: 0 all well, 1 a failed check or an error, 2 a wrong command line, 130 Ctrl-C. An error of Crucible shows its message only; <c>--trace</c> shows the stack.
/// In an interactive session nothing ends the process, and <see cref="Start(string)"/> gives a run to work with line by line.
/// </remarks>
public static class Experiment
{
    /// <summary>Runs an experiment without options of its own.</summary>
    /// <param name="description">What the script does, in a sentence.</param>
    /// <param name="body">The work.</param>
    public static void Run(string description, Action<ExperimentRun> body) =>
        Leave((call, console) => new Contract<ExperimentRun>(call, console, description, null, common => Start(call, common, description, console)).Execute(body));

    /// <summary>Runs an experiment whose options are an F# union for Argu.</summary>
    /// <typeparam name="TOptions">The union.</typeparam>
    /// <param name="description">What the script does, in a sentence.</param>
    /// <param name="body">The work.</param>
    public static void Run<TOptions>(string description, Action<ExperimentRun<TOptions>> body)
        where TOptions : IArgParserTemplate =>
        Leave((call, console) =>
        {
            ScriptOptions<TOptions> options = new();
            return new Contract<ExperimentRun<TOptions>>(
                call, console, description, () => options.Usage, common => Start(call, common, options, description, console)).Execute(body);
        });

    /// <summary>Starts a run to work with line by line in an interactive session; <see cref="ExperimentRun.Finish()"/> ends it.</summary>
    /// <param name="description">What the work is, in a sentence.</param>
    public static ExperimentRun Start(string description) => Start(ScriptCall.Session, new CommonOptions(), description, Here());

    /// <summary>Starts a run to work with line by line, with the options of a script at their defaults.</summary>
    /// <typeparam name="TOptions">The F# union of the script's options.</typeparam>
    /// <param name="description">What the work is, in a sentence.</param>
    public static ExperimentRun<TOptions> Start<TOptions>(string description)
        where TOptions : IArgParserTemplate =>
        Start(ScriptCall.Session, new CommonOptions(), new ScriptOptions<TOptions>(), description, Here());

    private static ExperimentRun Start(ScriptCall call, CommonOptions common, string description, ScriptConsole console) =>
        common.Rest is [string unknown, ..] ? throw Errors.UnknownArgument(unknown) : new ExperimentRun(call, common, description, console);

    private static ExperimentRun<TOptions> Start<TOptions>(
        ScriptCall call, CommonOptions common, ScriptOptions<TOptions> options, string description, ScriptConsole console)
        where TOptions : IArgParserTemplate => new(call, common, options.Parse(common.Rest), description, console);

    private static void Leave(Func<ScriptCall, ScriptConsole, int> execute)
    {
        ScriptCall call = ScriptCall.OfProcess();
        int exitCode = execute(call, Here());
        if (exitCode != 0 && !call.IsSession) Environment.Exit(exitCode);
    }

    /// <summary>This process's console; from here on numbers are read and written one way on every machine.</summary>
    private static ScriptConsole Here()
    {
        (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.CurrentCulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
        return new ScriptConsole(Console.Out, Console.Error);
    }
}
