namespace Crucible.Lab.Scripting;

/// <summary>Errors that a script without <see cref="Experiment"/> does not catch: shown as all scripts show theirs, in a line, and the exit code is 1. <c>--trace</c> shows the stack.</summary>
public static class UncaughtErrors
{
    /// <summary>From here on errors of this process are shown so; <c>scripts/crucible.fsx</c> says it for every script.</summary>
    public static void ShowInALine() => AppDomain.CurrentDomain.UnhandledException += (_, uncaught) =>
    {
        bool traces = Environment.GetCommandLineArgs().Contains("--trace");
        Experiment.Here().Fail(Describe((Exception)uncaught.ExceptionObject, traces));
        Environment.Exit(1);
    };

    /// <summary>What a user is told: an error of Crucible says all by itself.</summary>
    internal static string Describe(Exception error, bool traces) => error switch
    {
        _ when traces => error.ToString(),
        CrucibleException => error.Message,
        Argu.ArguParseException parse => Errors.WrongArgument(parse).Message,
        _ => $"{error.GetType().Name}: {error.Message} (--trace shows where.)",
    };
}
