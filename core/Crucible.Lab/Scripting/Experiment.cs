using System.Globalization;
using Crucible.Lab.Reports;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Scripting;

/// <summary>Runs a script's work under the contract that all scripts share: options, progress, checks, report, exit code.</summary>
/// <remarks>
/// <c>Experiment.Run("Fits a line.", fun lab -&gt; …)</c>, or with options of the script's own: a record, its defaults,
/// and a help text for each field.
/// <code>
/// type Options =
///     { [&lt;Option("passes over the training rows", Min = 1)&gt;] Epochs: int
///       [&lt;Option "sizes of the hidden layers, as 40,40"&gt;] Hidden: int list }
///
/// Experiment.Run("Fits a line.", { Epochs = 100; Hidden = [ 40; 40 ] }, fun lab -&gt; … lab.Options.Epochs …)
/// </code>
/// A field is a flag (bool), a number, a text, an enumeration or F# union without fields (by name), a list of these (by
/// commas), or an F# option (None when it is not given).
/// Exit codes: 0 all well, 1 a failed check or an error, 2 a wrong command line or an option out of range, 130 Ctrl-C.
/// An error of Crucible shows its message only;
/// <c>--trace</c> shows the stack. In an interactive session nothing ends the process, and <see cref="Start(string)"/>
/// gives a run to work with line by line.
/// </remarks>
public static class Experiment
{
    /// <summary>Runs an experiment without options of its own.</summary>
    /// <param name="description">What the script does, in a sentence.</param>
    /// <param name="body">The work.</param>
    public static void Run(string description, Action<ExperimentRun> body) => Leave((call, console) =>
        new Contract<ExperimentRun>(call, console, description, null, common => Start(call, common, description, console)).Execute(body));

    /// <summary>Runs an experiment with options of its own.</summary>
    /// <param name="description">What the script does, in a sentence.</param>
    /// <param name="defaults">The options when none are given.</param>
    /// <param name="body">The work.</param>
    /// <typeparam name="TOptions">A record whose fields have an <see cref="OptionAttribute"/>.</typeparam>
    public static void Run<TOptions>(string description, TOptions defaults, Action<ExperimentRun<TOptions>> body)
        where TOptions : notnull => Leave((call, console) => Execute(call, console, description, defaults, body));

    /// <summary>Starts a run to work with line by line in an interactive session; <see cref="ExperimentRun.Finish()"/> ends it.</summary>
    /// <param name="description">What the work is, in a sentence.</param>
    public static ExperimentRun Start(string description) => Start(ScriptCall.Session, new CommonOptions(), description, Here());

    /// <summary>Starts a run with options to work with line by line in an interactive session.</summary>
    /// <param name="description">What the work is, in a sentence.</param>
    /// <param name="options">The options.</param>
    public static ExperimentRun<TOptions> Start<TOptions>(string description, TOptions options)
        where TOptions : notnull => new(ScriptCall.Session, new CommonOptions(), options, description, Here());

    internal static int Execute<TOptions>(
        ScriptCall call, ScriptConsole console, string description, TOptions defaults, Action<ExperimentRun<TOptions>> body)
        where TOptions : notnull
    {
        ScriptOptions reader = new(defaults, CommonOptions.Names);
        return new Contract<ExperimentRun<TOptions>>(call, console, description, () => reader.Usage, common =>
            new(call, common, (TOptions)common.Read(reader), description, console)).Execute(body);
    }

    internal static void Leave(Func<ScriptCall, ScriptConsole, int> execute)
    {
        ScriptCall call = ScriptCall.OfProcess();
        int exitCode = execute(call, Here());
        if (exitCode != 0 && !call.IsSession) Environment.Exit(exitCode);
    }

    /// <summary>This process's console.</summary>
    internal static ScriptConsole Here()
    {
        SetCulture();
        return new ScriptConsole(Console.Out, Console.Error);
    }

    /// <summary>From here on numbers are read and written one way on every machine.</summary>
    internal static void SetCulture() => (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.CurrentCulture) =
        (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);

    private static ExperimentRun Start(ScriptCall call, CommonOptions common, string description, ScriptConsole console)
    {
        common.RefuseRest();
        return new ExperimentRun(call, common, description, console);
    }
}

/// <summary>A run of a script with options of its own.</summary>
/// <typeparam name="TOptions">The record of the script's options.</typeparam>
public sealed class ExperimentRun<TOptions> : ExperimentRun
    where TOptions : notnull
{
    internal ExperimentRun(ScriptCall call, CommonOptions common, TOptions options, string description, ScriptConsole console)
        : base(call, common, description, console)
    {
        Options = options;
        Config(options);
        NameFiles([.. NamedFile.In(options), .. common.Out is null ? Array.Empty<string>() : [common.Out]]);
        ScriptInputs.Current = NamedFile.ByOption(options).Append(("--quick", Quick ? "on" : "off")).ToDictionary();
    }

    /// <summary>
    /// The script's options, as given or by default; run.json has them too, and <see cref="ExperimentRun.Config"/>
    /// replaces those that the script chose otherwise.
    /// </summary>
    public TOptions Options { get; }
}

/// <summary>What happens around a script's work: help, wrong options, errors, Ctrl-C.</summary>
/// <typeparam name="TRun">The run that the work is given.</typeparam>
/// <param name="call">How the script was called.</param>
/// <param name="console">Where it speaks.</param>
/// <param name="description">What the script does.</param>
/// <param name="usage">The usage of the script's own options, if it has such.</param>
/// <param name="start">Makes the run from the common options.</param>
internal sealed class Contract<TRun>(
    ScriptCall call, ScriptConsole console, string description, Func<string>? usage, Func<CommonOptions, TRun> start)
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

            if (common.Page && !Literate.IsUnderWay && !call.IsSession && !call.IsCommand) return WritePage();
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
            return error is OptionException ? ExperimentRun.UsageError : exitCode;
        }
    }

    private int WritePage() => new PageRun(Path.GetFullPath(call.File)).Run(
        call.Arguments.Where(argument => argument != "--page"), PageRun.NameFor(call.File), console, Console.Out);

    private string Usage() => $"""
        {call.Name}: {description}

        Usage: {call.Typed} [options]

        {(usage?.Invoke() is { Length: > 0 } own ? $"Options of this script:\n\n{own}\n\n" : "")}Options of every script:

        {CommonOptions.Usage}
        """;
}
