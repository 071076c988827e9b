using Crucible.Lab.Tests.Scripting;
using static Crucible.Lab.Tests.House.Claims.Source;

namespace Crucible.Lab.Tests.House.Claims;

/// <summary>The numbers of README.md.</summary>
internal static class ReadmeClaims
{
    private const string Housing = "dotnet fsi scripts/housing.fsx", Sweep = "dotnet fsi scripts/sweep.fsx";
    private const string Shakespeare = "dotnet fsi scripts/shakespeare.fsx", Translate = "dotnet fsi scripts/translate.fsx";
    private const string Digits = "dotnet fsi scripts/digits.fsx", Words = "dotnet fsi scripts/words.fsx";
    private const string FirstRuns = "19.3 and 18.3 s now (the library has grown meanwhile); a second run takes 3.2 s";
    private const string Blanks = "13.2 % of blanks in unseen speeches named, the causal one 8.2 %";

    internal static string File { get; } = Path.Combine(Rooms.Root, "README.md");

    internal static Claim[] All { get; } =
    [
        new("3 seconds on two quiet cores, and 19 the first time", Log(FirstRuns), Log(FirstRuns)),
        new("A failed check exits with 1", new Held(typeof(ContractTests), nameof(ContractTests.Execute_FailedCheck_GivesOne))),
        new("prices from 300 rows?", new Metric(Housing, "TrainRows")),
        new("test MSE 8.8, mean of seeds 0 to 9 (least squares 23.4)",
            new Metric(Housing, "test_mse", Seeds: 10), Named, Named, new Metric(Housing, "ols_test_mse", Seeds: 10)),
        new("MSE 10.9 at seed 0 (random 11.9)",
            new Metric(Sweep, "best_test_mse"), Named, new Metric(Sweep, "random_best_test_mse")),
        new("seeds 0 to 5: 10.3, 9.6",
            Named, Named, new Metric(Sweep, "best_test_mse", Seeds: 6), new Metric(Sweep, "random_best_test_mse", Seeds: 6)),
        new("weights to 5e-9", new Metric("dotnet fsi scripts/gates.fsx", "adder_max_weight_error")),
        new("the course slipped at 8 places", new Metric("dotnet fsi scripts/attention.fsx", "slips")),
        new("1.77 nats a character", new Metric(Shakespeare, "val_loss")),
        new("nanoGPT's way 1.915 (PyTorch 1.906)",
            new Metric(Shakespeare + " --preset nano", "val_loss"),
            new Recorded("scripts/README.md", "where nanoGPT in PyTorch reaches 1.906 and 1.916")),
        new("one vector gets 57 % right, attention 100, the Transformer 99.7",
            Longest("fixed"), Longest("attention"), Longest("transformer")),
        new("98.8 % of digits never seen, convolutions 99.4",
            new Metric(Digits, "vit.accuracy", 100), new Metric(Digits, "conv.accuracy", 100)),
        new("a related word at place 21 of 3323", new Metric(Words, "pair_rank"), new Metric(Words, "words")),
        new("13 % of blanks, one side 8", Log(Blanks), Log(Blanks)),
        new("ahead of time: 7 MB, 0.1 s",
            new Metric(ClaimsCommand.Aot, "megabytes", Seeds: 0), new Metric(ClaimsCommand.Aot, "seconds", Seeds: 0)),
    ];

    /// <summary>What commands measure.</summary>
    internal static IEnumerable<Metric> Metrics => All.SelectMany(claim => claim.Sources).OfType<Metric>();

    private static Recorded Log(string sentence) => new("docs/log.md", sentence);

    private static Metric Longest(string kind) => new(Translate, $"numbers.{kind}.exact_longest_quarter", 100);
}
