using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Crucible.Kernels;

/// <summary>Work cut into numbered parts that may run in any order and at the same time.</summary>
internal interface IJob
{
    /// <summary>Does part number <paramref name="part"/>.</summary>
    void Run(int part);
}

/// <summary>
/// Threads that wait for jobs. Handing over an empty job takes about half a microsecond, and nothing is allocated.
/// </summary>
/// <remarks>
/// A job is published as a ticket: the number of the run and how many of its parts nobody has claimed. Caller and workers alike claim a part
/// by decrementing the ticket, so a worker that wakes late costs nothing: the caller simply takes its parts. A worker first spins (the next
/// job usually comes within microseconds), then yields its processor at each turn (the caller itself may be waiting for it), then sleeps.
/// One job runs at a time; a caller that finds the workers taken, or that is a part of a running job, does all its parts itself.
/// </remarks>
internal static unsafe class Workers
{
    private const int SpinTurns = 400; // some 20 us
    private const int YieldTurns = 300; // some 100 us when no one else wants the processor

    private static readonly Lock keeping = new();
    private static Board board;
    private static Worker[] crew = [];
    private static int busy;

    /// <summary>Runs every part of <paramref name="job"/> on at most <see cref="Threads.Count"/> threads and returns when all are done.</summary>
    /// <remarks>An exception of a part is thrown here, once no part is running any more: the one of the lowest part that failed.</remarks>
    internal static void Run<TJob>(ref TJob job, int parts) where TJob : struct, IJob
    {
        int helpers = Math.Min(Threads.Count, parts) - 1;
        if (helpers <= 0 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (int part = 0; part < parts; part++) job.Run(part);
            return;
        }

        ExceptionDispatchInfo? failure;
        try
        {
            if (crew.Length < helpers) Hire(helpers);
            fixed (byte* address = &Unsafe.As<TJob, byte>(ref job))
            {
                Publish(&RunPart<TJob>, address, parts, helpers);
                while (TryWork(-1)) { }
                AwaitOthers();
            }
            failure = board.Failure;
            board.Failure = null;
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
        failure?.Throw();
    }

    private static void RunPart<TJob>(void* job, int part) where TJob : struct, IJob => Unsafe.AsRef<TJob>(job).Run(part);

    private static void Publish(delegate*<void*, int, void> run, void* job, int parts, int helpers)
    {
        board.Run = run;
        board.Job = job;
        board.Parts = parts;
        board.Helpers = helpers;
        board.Pending = parts;
        long number = (board.Ticket >> 32) + 1;
        Interlocked.Exchange(ref board.Ticket, (number << 32) | (uint)parts); // a full fence: a worker seen awake below will see the ticket
        for (int i = 0; i < helpers; i++) crew[i].Wake();
    }

    private static bool HasWork(int index) => (int)Volatile.Read(ref board.Ticket) != 0 && index < Volatile.Read(ref board.Helpers);

    /// <summary>Claims one part and runs it; false if the ticket has none for this worker (-1 is the caller).</summary>
    private static bool TryWork(int index)
    {
        long ticket;
        do
        {
            ticket = Volatile.Read(ref board.Ticket);
            // Should Helpers belong to a later run than this ticket, the exchange below fails.
            if ((int)ticket == 0 || index >= Volatile.Read(ref board.Helpers)) return false;
        }
        while (Interlocked.CompareExchange(ref board.Ticket, ticket - 1, ticket) != ticket);

        int part = board.Parts - (int)ticket;
        try
        {
            board.Run(board.Job, part);
        }
        catch (Exception exception)
        {
            Keep(exception, part);
        }
        Interlocked.Decrement(ref board.Pending);
        return true;
    }

    private static void Keep(Exception exception, int part)
    {
        lock (keeping)
        {
            if (board.Failure != null && board.FailedPart < part) return;
            board.Failure = ExceptionDispatchInfo.Capture(exception);
            board.FailedPart = part;
        }
    }

    private static void AwaitOthers()
    {
        for (int turn = 0; Volatile.Read(ref board.Pending) != 0; turn++) Pause(turn);
    }

    private static void Pause(int turn)
    {
        if (turn < SpinTurns) Thread.SpinWait(1);
        else Thread.Yield();
    }

    private static void Hire(int helpers)
    {
        Worker[] larger = new Worker[helpers];
        crew.CopyTo(larger, 0);
        for (int i = crew.Length; i < helpers; i++) larger[i] = new Worker(i);
        crew = larger;
    }

    /// <summary>What the threads share. The ticket and the count of running parts, which all of them write, have a cache line pair each.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Board
    {
        [FieldOffset(0)] internal ExceptionDispatchInfo? Failure;
        [FieldOffset(8)] internal int FailedPart;
        [FieldOffset(128)] internal long Ticket;
        [FieldOffset(256)] internal int Pending;
        [FieldOffset(384)] internal delegate*<void*, int, void> Run;
        [FieldOffset(392)] internal void* Job;
        [FieldOffset(400)] internal int Parts;
        [FieldOffset(404)] internal int Helpers;
    }

    private sealed class Worker
    {
        private readonly object gate = new();
        private readonly int index;
        private volatile bool asleep;

        internal Worker(int index)
        {
            this.index = index;
            new Thread(Work) { IsBackground = true, Name = Errors.Text($"Crucible worker {index + 1}") }.Start();
        }

        internal void Wake()
        {
            if (!asleep) return;
            lock (gate)
            {
                asleep = false;
                Monitor.Pulse(gate);
            }
        }

        private void Work()
        {
            for (int turn = 0; ; turn++)
            {
                if (TryWork(index)) turn = -1;
                else if (turn < SpinTurns + YieldTurns) Pause(turn);
                else
                {
                    Sleep();
                    turn = -1;
                }
            }
        }

        private void Sleep()
        {
            lock (gate)
            {
                asleep = true;
                Interlocked.MemoryBarrier(); // a job published before this is seen below; the publisher of a later one sees us asleep
                if (HasWork(index)) asleep = false;
                while (asleep) Monitor.Wait(gate);
            }
        }
    }
}
