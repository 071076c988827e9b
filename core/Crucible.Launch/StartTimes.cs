using static System.FormattableString;

namespace Crucible.Launch;

/// <summary>With the environment variable <c>CRUCIBLE_TIMES</c> set, how long each phase of a script's start took.</summary>
internal static class StartTimes
{
    /// <summary>Whether somebody wants to know.</summary>
    internal static bool AreTold { get; } = Environment.GetEnvironmentVariable("CRUCIBLE_TIMES") is { Length: > 0 };

    /// <summary>Says how long a phase took that ends now.</summary>
    /// <param name="phase">What was done.</param>
    /// <param name="begun">When it began, UTC.</param>
    /// <returns>Now, when the next one begins.</returns>
    internal static DateTime Tell(string phase, DateTime begun)
    {
        DateTime now = DateTime.UtcNow;
        if (AreTold) Console.Error.WriteLine(Invariant($"{(now - begun).TotalSeconds,6:F2} s {phase}"));
        return now;
    }
}
