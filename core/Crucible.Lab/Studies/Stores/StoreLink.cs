using System.Diagnostics;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>Does work on a store, again and again while the store cannot be reached.</summary>
internal abstract class StoreLink : IDisposable
{
    private static readonly TimeSpan WorthALine = TimeSpan.FromSeconds(1);

    private readonly ManualResetEvent stop = new(false);
    private int isAway; // 1 while the user knows that the store is away

    /// <summary>How the store is named in messages.</summary>
    private protected abstract string Name { get; }

    /// <summary>Makes whoever waits for the store give up.</summary>
    internal void StopWaiting() => stop.Set();

    public virtual void Dispose() => stop.Dispose();

    /// <summary>
    /// Does a piece of work. It may be done again after the store has already taken it: so it must be one that can be
    /// repeated.
    /// </summary>
    /// <exception cref="StudyException">The store was not to be reached for too long, or refuses.</exception>
    private protected T Insist<T>(Func<T> work, TimeSpan patience)
    {
        BackOff? outage = null;
        while (true)
        {
            try
            {
                T result = work();
                if (outage is not null && Interlocked.Exchange(ref isAway, 0) == 1) Console.Error.WriteLine(Invariant($"{Name} is back."));
                return result;
            }
            catch (Exception error) when (IsPassing(error))
            {
                outage ??= new BackOff(patience);
                if (outage.Elapsed > WorthALine && Interlocked.Exchange(ref isAway, 1) == 0)
                    Console.Error.WriteLine(Invariant($"Waiting for {Name}: {Reason(error)}"));
                if (outage.Wait(stop)) continue;
                StopWaiting(); // who comes after tries once
                throw GivenUp(outage.Elapsed.TotalSeconds, error);
            }
            catch (Exception error) when (IsRefusal(error))
            {
                throw StudyErrors.StoreUnusable(Name, Reason(error), error);
            }
        }
    }

    /// <summary>Whether an error is one of the store for which waiting helps.</summary>
    private protected abstract bool IsPassing(Exception error);

    /// <summary>Whether an error is another one of the store.</summary>
    private protected abstract bool IsRefusal(Exception error);

    /// <summary>What a user is told of an error.</summary>
    private protected abstract string Reason(Exception error);

    /// <summary>The end of all waiting.</summary>
    private protected abstract StudyException GivenUp(double seconds, Exception error);
}

/// <summary>
/// Waits between the attempts to reach a store: longer each time, and by chance, so that many workers do not come at
/// once.
/// </summary>
internal sealed class BackOff(TimeSpan patience)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    // Well below the grace period: whoever waits is back before it is given up
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan next = First;

    internal TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Waits.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Whether another attempt is worth it.</returns>
    internal bool Wait(WaitHandle stop)
    {
        if (watch.Elapsed >= patience) return false;
        TimeSpan delay = next * (0.5 + Random.Shared.NextDouble());
        next = next * 2 < Longest ? next * 2 : Longest;
        return !stop.WaitOne(delay);
    }
}
