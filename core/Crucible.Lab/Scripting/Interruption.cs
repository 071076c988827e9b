using System.Runtime.InteropServices;

namespace Crucible.Lab.Scripting;

/// <summary>Ctrl-C and the signals that ask a process to end: the first cancels, a later one abandons.</summary>
internal sealed class Interruption : IDisposable
{
    // One key press can reach a process twice: from the terminal and from the command that started it.
    private static readonly TimeSpan SamePress = TimeSpan.FromMilliseconds(700);

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Action first;
    private readonly Action<int> second;
    private long firstTicks;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="isListening">False in an interactive session, whose Ctrl-C is F# Interactive's.</param>
    /// <param name="first">What to do beside cancelling.</param>
    /// <param name="second">What to do, given the exit code, for a user who does not want to wait.</param>
    internal Interruption(bool isListening, Action first, Action<int> second)
    {
        this.first = first;
        this.second = second;
        PosixSignal[] signals = isListening ? [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP] : [];
        registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>Whether this process was asked to end and is at it.</summary>
    internal static bool IsUnderWay { get; private set; }

    internal CancellationToken Token => source.Token;

    /// <summary>128 and the signal's number, as shells count; 0 while there was none.</summary>
    internal int ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        IsUnderWay = true;
        context.Cancel = true; // the script ends by itself, after its report
        lock (registrations)
        {
            if (ExitCode == 0)
            {
                firstTicks = Environment.TickCount64;
                ExitCode = 128 + context.Signal switch { PosixSignal.SIGHUP => 1, PosixSignal.SIGINT => 2, _ => 15 };
            }
            else
            {
                if (Environment.TickCount64 - firstTicks > SamePress.TotalMilliseconds) second(ExitCode);
                return;
            }
        }

        first();
        source.Cancel();
    }
}
