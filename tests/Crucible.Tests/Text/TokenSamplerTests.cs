using Crucible.Tensors;
using Crucible.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Text;

public sealed class TokenSamplerTests
{
    private const double Rounding = 1e-12; // sums of a few doubles

    // Probabilities 0.5, 0.25, 0.15, 0.1 of tokens 2, 0, 3, 1.
    private static readonly float[] Logits = [.. new[] { 0.25, 0.1, 0.5, 0.15 }.Select(p => (float)Math.Log(p))];

    private static (int Token, double Probability)[] Candidates(GenerationOptions options, params int[] history) =>
        [.. new TokenSampler(options, new Generator(0)).Candidates(Logits, history)];

    private static void Expect((int Token, double Probability)[] actual, params (int Token, double Probability)[] expected)
    {
        const double singleRounding = 1e-7; // the logits are float32
        Assert.Equal(expected.Select(e => e.Token), actual.Select(a => a.Token));
        for (int place = 0; place < expected.Length; place++)
            Assert.Equal(expected[place].Probability, actual[place].Probability, singleRounding);
    }

    [Fact]
    public void Candidates_Unrestricted_AreTheSoftmax() => Expect(Candidates(new()), (2, 0.5), (0, 0.25), (3, 0.15), (1, 0.1));

    [Fact]
    public void Candidates_Temperature_SquaresOddsAtHalf() // p² / Σp², Σp² = 0.25 + 0.0625 + 0.0225 + 0.01 = 0.345
        => Expect(Candidates(new() { Temperature = 0.5 }), (2, 0.25 / 0.345), (0, 0.0625 / 0.345), (3, 0.0225 / 0.345), (1, 0.01 / 0.345));

    [Fact]
    public void Candidates_TopK_KeepsTheLikeliest() => Expect(Candidates(new() { TopK = 2 }), (2, 0.5 / 0.75), (0, 0.25 / 0.75));

    [Fact]
    public void Candidates_TopP_KeepsTheFewestThatReachIt() => Expect(Candidates(new() { TopP = 0.7 }), (2, 0.5 / 0.75), (0, 0.25 / 0.75));

    [Fact]
    public void Candidates_TopPBelowTheLikeliest_KeepsIt() => Expect(Candidates(new() { TopP = 0.01 }), (2, 1));

    [Fact]
    public void Candidates_MinP_KeepsThosePartAsLikely() =>
        Expect(Candidates(new() { MinP = 0.29 }), (2, 0.5 / 0.9), (0, 0.25 / 0.9), (3, 0.15 / 0.9));

    [Fact]
    public void Candidates_TopKThenTopP_WorksOnWhatIsLeft() // after top-k 0.6667 and 0.3333: the first alone reaches 0.6
        => Expect(Candidates(new() { TopK = 2, TopP = 0.6 }), (2, 1));

    [Fact]
    public void Candidates_RepetitionPenalty_MakesNegativeLogitsMoreSo()
    {
        // ln 0.5 · 2 = ln 0.25: token 2 becomes as likely as token 0, and the sum is 0.75.
        Expect(Candidates(new() { RepetitionPenalty = 2 }, 2, 2), (0, 0.25 / 0.75), (2, 0.25 / 0.75), (3, 0.15 / 0.75), (1, 0.1 / 0.75));
        Expect(
            Candidates(new() { RepetitionPenalty = 2, RepetitionWindow = 1 }, 2, 1),
            (2, 0.5 / 0.91),
            (0, 0.25 / 0.91),
            (3, 0.15 / 0.91),
            (1, 0.01 / 0.91));
    }

    [Fact]
    public void Next_Greedy_TakesTheLowestIdOfEquals()
    {
        TokenSampler sampler = new(new() { Temperature = 0 }, new Generator(0));

        Assert.Equal(1, sampler.Next([1, 3, 3, 2], []));
        Assert.Equal(0, sampler.Next([1, 0], [])); // fewer tokens than before
    }

    [Fact]
    public void Next_ManyDraws_ComeAsOftenAsTheyShould()
    {
        const int draws = 20_000;
        const double fourDeviations = 4 * 0.5; // of a proportion, times √draws
        TokenSampler sampler = new(new(), new Generator(1));
        int[] counts = new int[4];

        for (int draw = 0; draw < draws; draw++) counts[sampler.Next(Logits, [])]++;

        double[] expected = [0.25, 0.1, 0.5, 0.15];
        for (int token = 0; token < 4; token++)
            Assert.Equal(expected[token], (double)counts[token] / draws, fourDeviations / Math.Sqrt(draws));
    }

    [Property]
    public Property Candidates_AnyRestrictions_SumToOneAndHoldTheLikeliest() => Prop.ForAll(
        ArbMap.Default.ArbFor<(ushort, byte, byte, byte, byte)>(),
        drawn =>
        {
            (ushort seed, byte size, byte k, byte p, byte m) = drawn;
            float[] logits = new float[1 + size];
            new Generator(seed).Normal(logits, 0, 4);
            GenerationOptions options = new() { TopK = k, TopP = (1 + p) / 256.0, MinP = m / 255.0, Temperature = 0.1 + (seed % 7) };

            IReadOnlyList<(int Token, double Probability)> candidates = new TokenSampler(options, new Generator(0)).Candidates(logits, []);

            int likeliest = Array.IndexOf(logits, logits.Max());
            return candidates[0].Token == likeliest
                && Math.Abs(candidates.Sum(c => c.Probability) - 1) < Rounding * candidates.Count
                && (k == 0 || candidates.Count <= k)
                && candidates.Select(c => c.Token).Distinct().Count() == candidates.Count
                && IsNucleus(logits, options, candidates.Count);
        });

    /// <summary>With top-p alone: as many as a plain sort and sum says.</summary>
    private static bool IsNucleus(float[] logits, GenerationOptions options, int count)
    {
        if (options.TopK > 0 || options.MinP > 0 || options.TopP == 1) return true;
        double[] weights = [.. logits.Select(logit => Math.Exp((logit - logits.Max()) / options.Temperature)).OrderDescending()];
        double sum = 0, total = weights.Sum();
        int needed = 0;
        while (needed < weights.Length && sum < options.TopP - Rounding) sum += weights[needed++] / total;
        return count - needed is 0 or 1; // where the sum meets p to the last bit, either is right
    }

    [Fact]
    public void Next_NotANumber_SaysWhichToken()
    {
        TokenSampler sampler = new(new(), new Generator(0));

        NonFiniteException error = Assert.Throws<NonFiniteException>(() => sampler.Next([0, float.NaN], []));

        Assert.Equal("generation: logits must be finite, but the logit of token 1 is NaN", error.Message);
    }

    public static TheoryData<GenerationOptions, string> WrongOptions => new()
    {
        { new() { MaxTokens = -1 }, "generation: MaxTokens must be 0 or more, but is -1" },
        { new() { Temperature = -0.5 }, "generation: Temperature must be 0 or more, but is -0.5" },
        { new() { Temperature = double.NaN }, "generation: Temperature must be 0 or more, but is NaN" },
        { new() { TopK = -1 }, "generation: TopK must be 0 or more, but is -1" },
        { new() { TopP = 0 }, "generation: TopP must be above 0 and at most 1, but is 0" },
        { new() { TopP = 1.5 }, "generation: TopP must be above 0 and at most 1, but is 1.5" },
        { new() { MinP = 1.5 }, "generation: MinP must be from 0 to 1, but is 1.5" },
        { new() { RepetitionPenalty = 0 }, "generation: RepetitionPenalty must be above 0, but is 0" },
        { new() { RepetitionWindow = -1 }, "generation: RepetitionWindow must be 0 or more, but is -1" },
        { new() { StopStrings = ["a", ""] }, "generation: StopStrings must be texts that are not empty, but is ''" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void New_WrongOption_SaysWhich(GenerationOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(() => new TokenSampler(options, new Generator(0))).Message);
}
