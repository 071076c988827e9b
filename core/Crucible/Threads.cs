using System.Globalization;

namespace Crucible;

/// <summary>The one switch of parallelism: how many threads one operation may use. Results are bitwise the same for every count.</summary>
/// <remarks>The default is the environment variable <c>CRUCIBLE_THREADS</c> or, when it is not set, the number of processors.</remarks>
public static class Threads
{
    /// <summary>The largest count that can be set.</summary>
    internal const int Most = 256;

    private const string Variable = "CRUCIBLE_THREADS";

    private static int processCount; // 0 until first asked for
    [ThreadStatic] private static int threadCount; // 0 = as the process

    /// <summary>
    /// Threads an operation called from this thread may use, the calling one included. Setting it changes the default
    /// of the whole process.
    /// </summary>
    /// <exception cref="OptionException">The count, or the environment variable, is not a whole number from 1 to 256.</exception>
    public static int Count
    {
        get => threadCount != 0 ? threadCount
            : processCount != 0 ? processCount
            : processCount = InitialCount(Environment.GetEnvironmentVariable(Variable));
        set => processCount = Checked(nameof(Count), value);
    }

    /// <summary>
    /// Limits operations called from this thread to <paramref name="count"/> threads until the result is disposed, on
    /// this same thread.
    /// </summary>
    /// <param name="count">1 to 256; 1 suits a trial of a sweep whose trials already run in parallel.</param>
    /// <exception cref="OptionException"><paramref name="count"/> lies outside 1 to 256.</exception>
    public static IDisposable Use(int count)
    {
        Scope scope = new(threadCount);
        threadCount = Checked(nameof(count), count);
        return scope;
    }

    /// <summary>The default that the text of the environment variable asks for.</summary>
    internal static int InitialCount(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Math.Min(Environment.ProcessorCount, Most);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= Most
            ? count
            : throw Errors.Option("threads", Variable, $"a whole number from 1 to {Most}", text);
    }

    private static int Checked(string name, int count) =>
        count is >= 1 and <= Most ? count : throw Errors.Option("threads", name, $"from 1 to {Most}", count);

    private sealed class Scope(int before) : IDisposable
    {
        public void Dispose() => threadCount = before;
    }
}
