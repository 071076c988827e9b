using System.Globalization;
using Argu;

namespace Crucible.Lab.Scripting;

/// <summary>Runs a script's work under the contract that all scripts share: options, progress, checks, report, exit code.</summary>
/// <remarks>
/// <c>Experiment.Run("Fits a line.", fun run -&gt; …)</c>, or with options of the script's own <c>Experiment&lt;Options&gt;.Run("Fits a line.", fun run -&gt; …)</c>.
/// Exit codes: 0 all well, 1 a failed check or an error, 2 a wrong command line or an option out of range, 130 Ctrl-C. An error of Crucible shows its message only; <c>--trace</c> shows the stack.
/// In an interactive session nothing ends the process, and <see cref="Start(string)"/> gives a run to work with line by line.
/// </remarks>
public static class Experiment
{
    /// <summary>Runs an experiment without options of its own.</summary>
    /// <param name="description">What the script does, in a sentence.</param>
    /// <param name="body">The work.</param>
    public static void Run(string description, Action<ExperimentRun> body) =>
        Leave((call, console) => new Contract<ExperimentRun>(call, console, description, null, common => Start(call, common, description, console)).Execute(body));

    /// <summary>Starts a run to work with line by line in an interactive session; <see cref="ExperimentRun.Finish()"/> ends it.</summary>
    /// <param name="description">What the work is, in a sentence.</param>
    public static ExperimentRun Start(string description) => Start(ScriptCall.Session, new CommonOptions(), description, Here());

    internal static void Leave(Func<ScriptCall, ScriptConsole, int> execute)
    {
        ScriptCall call = ScriptCall.OfProcess();
        int exitCode = execute(call, Here());
        if (exitCode != 0 && !call.IsSession) Environment.Exit(exitCode);
    }

    /// <summary>This process's console; from here on numbers are read and written one way on every machine.</summary>
    internal static ScriptConsole Here()
    {
        (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.CurrentCulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
        return new ScriptConsole(Console.Out, Console.Error);
    }

    private static ExperimentRun Start(ScriptCall call, CommonOptions common, string description, ScriptConsole console) =>
        common.Rest is [string unknown, ..] ? throw Errors.UnknownArgument(unknown) : new ExperimentRun(call, common, description, console);
}

/// <summary>Runs a script whose own options are an F# union for Argu; all else is as in <see cref="Experiment"/>.</summary>
/// <typeparam name="TOptions">The union.</typeparam>
public static class Experiment<TOptions>
    where TOptions : IArgParserTemplate
{
    /// <summary>Runs an experiment.</summary>
    /// <param name="description">What the script does, in a sentence.</param>
    /// <param name="body">The work.</param>
    public static void Run(string description, Action<ExperimentRun<TOptions>> body) => Experiment.Leave((call, console) =>
    {
        ScriptOptions<TOptions> options = new();
        return new Contract<ExperimentRun<TOptions>>(
            call, console, description, () => options.Usage, common => Start(call, common, options, description, console)).Execute(body);
    });

    /// <summary>Starts a run to work with line by line in an interactive session, the options at their defaults.</summary>
    /// <param name="description">What the work is, in a sentence.</param>
    public static ExperimentRun<TOptions> Start(string description) =>
        Start(ScriptCall.Session, new CommonOptions(), new ScriptOptions<TOptions>(), description, Experiment.Here());

    private static ExperimentRun<TOptions> Start(
        ScriptCall call, CommonOptions common, ScriptOptions<TOptions> options, string description, ScriptConsole console) =>
        new(call, common, options.Parse(common.Rest), description, console);
}
