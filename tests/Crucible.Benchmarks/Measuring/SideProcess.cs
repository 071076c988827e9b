using System.Diagnostics;
using System.Globalization;
using Crucible.Benchmarks.Sides;

namespace Crucible.Benchmarks.Measuring;

/// <summary>A process that does the work of one side under one setting, a burst at a time.</summary>
internal sealed class SideProcess : IDisposable
{
    private readonly Process process;

    /// <summary>Starts the process and waits until its library is loaded.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="setting">The setting.</param>
    internal SideProcess(IReadOnlyList<string> command, SideSetting setting)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in setting.Environment()) start.Environment[name] = value;
        process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        Description = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"{command[^1]} of {command[^2]} ended at once");
    }

    /// <summary>Whether it can answer no more.</summary>
    internal bool HasEnded => process.HasExited;

    /// <summary>What the side runs on.</summary>
    internal string Description { get; }

    /// <summary>Keeps the thread that works on the last processor.</summary>
    /// <remarks>
    /// Neighbours on the machine can make one processor a quarter slower than the other for seconds, and the comparison would be of
    /// processors.
    /// </remarks>
    internal void Pin()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            process.ProcessorAffinity = (nint)1 << (Math.Min(Environment.ProcessorCount, 63) - 1);
    }

    /// <summary>Seconds of one call of the work, repeated for <paramref name="seconds"/>.</summary>
    /// <exception cref="NotSupportedException">The side lacks such work.</exception>
    internal double SecondsPerCall(string work, double seconds, Clock clock) => double.Parse(
        Ask(string.Create(CultureInfo.InvariantCulture, $"burst {clock} {seconds} {work}"), work), CultureInfo.InvariantCulture);

    /// <summary>The numbers that the work finds.</summary>
    /// <exception cref="NotSupportedException">The side lacks such work.</exception>
    internal Answer[] Answers(string work)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Ask($"answers {file} {work}", work);
            return Answer.Read(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Ends the process by ending its input.</summary>
    public void Dispose()
    {
        if (!HasEnded) process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private string Ask(string line, string work)
    {
        string answer;
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
            answer = process.StandardOutput.ReadLine() ?? "error: the process ended";
        }
        catch (IOException)
        {
            answer = "error: the process has ended";
        }

        if (answer.StartsWith("unavailable: ", StringComparison.Ordinal)) throw new NotSupportedException(answer);
        if (answer.StartsWith("error: ", StringComparison.Ordinal)) throw new InvalidOperationException($"{work}: {answer}");
        return answer;
    }
}
