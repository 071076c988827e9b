using System.Globalization;
using Xunit.MicrosoftTestingPlatform;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>Searches by hand (<c>search --minutes 60 --seed 1</c>), or runs the tests, which search for a minute.</summary>
internal static class Program
{
    // Most of the time goes to the programs: bad arguments are soon all tried.
    private static readonly Dictionary<string, (double Part, Func<TimeSpan, int, Action<object>, int> Search)> Kinds = new()
    {
        ["arguments"] = (0.2, Abuse.For),
        ["files"] = (0.3, (time, seed, found) => FileSearch.For(time, seed, FileReader.All, found)),
        ["programs"] = (0.5, (time, seed, found) => Search.For(time, seed, OperationCase.All, found)),
    };

    private static Task<int> Main(string[] arguments) => arguments switch
    {
        ["search", .. string[] options] => Task.FromResult(SearchByHand(options)),
        _ => TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };

    private static int SearchByHand(string[] options)
    {
        double minutes = 1;
        int seed = Random.Shared.Next();
        string? only = null;
        for (int i = 0; i < options.Length; i += 2)
        {
            string? value = i + 1 < options.Length ? options[i + 1] : null;
            bool isRead = options[i] switch
            {
                "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes),
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "--only" => Kinds.ContainsKey(only = value ?? ""),
                _ => false,
            };
            if (isRead) continue;
            Console.Error.WriteLine("Usage: fuzz [--minutes N] [--seed S] [--only arguments|files|programs], N a number and S a whole one");
            return 2;
        }

        Console.WriteLine(Invariant($"Searching for {minutes} minutes with --seed {seed} ..."));
        int findings = 0;
        void Show(object finding)
        {
            findings++;
            Console.WriteLine(finding + "\n");
        }

        foreach ((string kind, (double part, Func<TimeSpan, int, Action<object>, int> search)) in Kinds)
        {
            if (only is not null && only != kind) continue;
            int count = search(TimeSpan.FromMinutes(minutes * (only is null ? part : 1)), seed, Show);
            Console.WriteLine(Invariant($"{count} {kind}, {findings} findings so far."));
        }

        return findings == 0 ? 0 : 1;
    }
}
