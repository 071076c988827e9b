using System.Net;
using System.Runtime.InteropServices;
using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Commands;

/// <summary>The dashboard of a store, served until the process is told to end.</summary>
internal static class ServeCommand
{
    private const string Usage = """
        studies serve [options]

          Serves pages over a store: its studies, their figures and trials, and several compared. Ctrl-C ends it.
        """;

    internal sealed record Options(
        [property: Option("a SQLite file or postgres://user@host/database; reports/studies.db when not given", IsFile = true)]
        string? Store = null,
        [property: Option("the port; 0 for any that is free", Min = 0, Max = 65535)] int Port = 0,
        [property: Option("an address of this machine to serve others too, who need the token in the address; 0.0.0.0 for all")]
        string Host = "127.0.0.1",
        [property: Option("opens the page")] bool Open = false);

    internal static int Run(string[] arguments, CommandPlace place)
    {
        using ManualResetEventSlim end = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        return Run(arguments, place, end);

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end.Set();
        }
    }

    /// <summary>Serves until the event is set.</summary>
    internal static int Run(string[] arguments, CommandPlace place, ManualResetEventSlim end)
    {
        if (place.Read(Usage, new Options(), arguments) is not { } read) return 0;
        if (read.Words is [{ } word, ..]) throw CommandErrors.ServeWord(word);
        Options options = read.Options;
        string named = options.Host == "localhost" ? "127.0.0.1" : options.Host;
        if (!IPAddress.TryParse(named, out IPAddress? host)) throw ReportErrors.Host(options.Host);
        using Dashboard dashboard = Dashboard.Start(StoreReader.Open(options.Store ?? SqliteStore.DefaultFile), options.Port, host);
        place.Output.WriteLine($"The studies: {dashboard.Address}");
        if (options.Open && Viewer.Open(dashboard.Address.AbsoluteUri) is { } problem) place.Console.Warn(problem);
        end.Wait();
        return 0;
    }
}
