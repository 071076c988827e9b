using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using static System.FormattableString;

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
/// Every thread has a share of the parts, the same one from job to job, so that what it wrote last is in its own caches
/// when the next job reads it. A share is published as a ticket: the number of the run and how many of the share's
/// parts nobody has claimed. Parts are claimed by decrementing a ticket: first those of a thread's own share, then
/// those of the others. So a worker that wakes late costs nothing: the caller simply takes its parts. A worker first
/// spins (the next job usually comes within microseconds), then yields its processor at each turn (the caller itself
/// may be waiting for it), then sleeps. One job runs at a time; a caller that finds the workers taken, or that is a
/// part of a running job, does all its parts itself.
/// </remarks>
internal static unsafe class Workers
{
    private const int SpinTurns = 400; // some 20 us
    private const int YieldTurns = 300; // some 100 us when no one else wants the processor

    private static readonly Lock keeping = new();
    // the caller's, then the workers'
    private static readonly Share* shares = (Share*)NativeMemory.AllocZeroed(Threads.Most, (nuint)sizeof(Share));
    private static Board board;
    private static Worker[] crew = [];
    private static int busy;

    /// <summary>
    /// Runs every part of <paramref name="job"/> on at most <see cref="Threads.Count"/> threads and returns when all
    /// are done.
    /// </summary>
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
                while (TryWork(0)) { }
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
        board.Threads = helpers + 1;
        board.Pending = parts;
        int size = (parts + helpers) / (helpers + 1);
        for (int thread = 0; thread <= helpers; thread++)
        {
            Share* share = shares + thread;
            share->End = Math.Min((thread + 1) * size, parts);
            long number = (share->Ticket >> 32) + 1;
            Volatile.Write(ref share->Ticket, (number << 32) | (uint)Math.Max(0, share->End - thread * size));
        }
        Interlocked.MemoryBarrier(); // a worker seen awake below will see the tickets
        for (int i = 0; i < helpers; i++) crew[i].Wake();
    }

    private static bool HasWork(int thread)
    {
        int threads = Volatile.Read(ref board.Threads);
        if (thread >= threads) return false;
        for (int owner = 0; owner < threads; owner++)
            if ((int)Volatile.Read(ref shares[owner].Ticket) != 0) return true;
        return false;
    }

    /// <summary>Claims one part and runs it; false if there is none for this thread (0 is the caller, 1 the first worker).</summary>
    private static bool TryWork(int thread)
    {
        int threads = Volatile.Read(ref board.Threads);
        for (int turn = 0, owner = thread; turn < threads && thread < threads; turn++, owner = owner + 1 < threads ? owner + 1 : 0)
            if (TryWork(thread, shares + owner)) return true;
        return false;
    }

    private static bool TryWork(int thread, Share* share)
    {
        long ticket;
        do
        {
            ticket = Volatile.Read(ref share->Ticket);
            // Should the number of threads belong to a later run than this ticket, the exchange below fails.
            if ((int)ticket == 0 || thread >= Volatile.Read(ref board.Threads)) return false;
        }
        while (Interlocked.CompareExchange(ref share->Ticket, ticket - 1, ticket) != ticket);

        int part = share->End - (int)ticket;
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
        for (int i = crew.Length; i < helpers; i++) larger[i] = new Worker(i + 1);
        crew = larger;
    }

    /// <summary>
    /// The parts of one thread, on cache lines of their own: those before <see cref="End"/> that the ticket counts are
    /// still to be claimed.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        [FieldOffset(0)] internal long Ticket;
        [FieldOffset(8)] internal int End;
    }

    /// <summary>
    /// What the threads share. The count of parts that are not done, which all of them write, has a cache line pair of
    /// its own.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Board
    {
        [FieldOffset(0)] internal ExceptionDispatchInfo? Failure;
        [FieldOffset(8)] internal int FailedPart;
        [FieldOffset(128)] internal int Pending;
        [FieldOffset(256)] internal delegate*<void*, int, void> Run;
        [FieldOffset(264)] internal void* Job;
        [FieldOffset(272)] internal int Threads;
    }

    private sealed class Worker
    {
        private readonly object gate = new();
        private readonly int thread;
        private volatile bool asleep;

        internal Worker(int thread)
        {
            this.thread = thread;
            new Thread(Work) { IsBackground = true, Name = Invariant($"Crucible worker {thread}") }.Start();
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
                if (TryWork(thread)) turn = -1;
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
                if (HasWork(thread)) asleep = false;
                while (asleep) Monitor.Wait(gate);
            }
        }
    }
}
