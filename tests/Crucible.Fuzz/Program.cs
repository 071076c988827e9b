using System.Globalization;
using Xunit.MicrosoftTestingPlatform;

namespace Crucible.Fuzz;

/// <summary>Searches by hand (<c>search --minutes 60 --seed 1</c>), or runs the tests, which search for a minute.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        ["search", .. string[] options] => Task.FromResult(SearchByHand(options)),
        _ => TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };

    private static int SearchByHand(string[] options)
    {
        double minutes = 1;
        int seed = Random.Shared.Next();
        for (int i = 0; i < options.Length; i += 2)
        {
            string? value = i + 1 < options.Length ? options[i + 1] : null;
            bool isRead = options[i] switch
            {
                "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes),
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (isRead) continue;
            Console.Error.WriteLine("Usage: fuzz [--minutes N] [--seed S], a number and a whole number");
            return 2;
        }

        Console.WriteLine(FormattableString.Invariant($"Searching for {minutes} minutes with --seed {seed} ..."));
        int findings = 0;
        void Show(object finding)
        {
            findings++;
            Console.WriteLine(finding + "\n");
        }

        // Most of the time goes to the programs: bad arguments are soon all tried.
        int calls = Abuse.For(TimeSpan.FromMinutes(minutes * 0.25), seed, Show);
        int programs = Search.For(TimeSpan.FromMinutes(minutes * 0.75), seed, OperationCase.All, Show);
        Console.WriteLine(FormattableString.Invariant($"{calls} calls of bad arguments, {programs} programs, {findings} findings."));
        return findings == 0 ? 0 : 1;
    }
}
